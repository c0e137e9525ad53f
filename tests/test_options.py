"""Any sequence of options and arguments: a documented exit code, one clear sentence, never a traceback."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from process import SGR, Result, Spasm, needs_posix

from spasmcli.cli import run

COMMANDS = ["ask", "list", "show", "check"]
#: Every option but --install-completion, which writes into the start-up file of the user's shell.
OPTIONS = [
    *("--faq", "--format", "--json", "--plain", "--color", "--width", "--top", "--field", "--strict", "--explain"),
    *("--topic", "--red-flags", "--full", "--no-pager", "--schema", "--version", "-V", "--help", "-h"),
    "--show-completion",
    *("--json=1", "--width=", "--faq=", "--format=json", "--unknown", "-x", "--", "---", "-"),
]
VALUES = [
    *("auto", "card", "plain", "json", "markdown", "always", "never", "answer", "id", "score", "urgency", "question"),
    *("0", "1", "3", "50", "51", "-1", "1001", "1e3", "9" * 50, "", " ", "x"),
    *("heat or ice", "cant pee since my back went", "zzgx", "entry-1", "entry", "bikes", "é\u0301", "腰が痛い"),
    *("\x1b[2J", "\x1b]0;title\x07", "\udcff", "\u202e", "[bold]", "$(touch x)", "a\nb", "\r", "\x00"),
    *("good.yaml", "bad.yaml", "missing.yaml", ".", "/dev/null", "help"),
]
ARGUMENTS = st.sampled_from(OPTIONS) | st.sampled_from(VALUES) | st.text(max_size=12)
#: What goes together, so that many command lines are right ones.
RIGHT = [
    *(["--faq", "good.yaml"], ["--format", "card"], ["--format", "markdown"], ["--width", "9"], ["--color", "always"]),
    *(["heat or ice"], ["entry-1"], ["-"], ["my back has seized, cant pee"], ["--json"], ["--plain"]),
]
OF_ASK = [["--top", "5"], ["--field", "score"], ["--field", "answer"], ["--strict"], ["--explain"], ["--full"]]
PIECES = st.sampled_from(RIGHT) | st.sampled_from(OF_ASK) | ARGUMENTS.map(lambda argument: [argument])
LINES = (
    st.tuples(st.sampled_from(COMMANDS).map(lambda name: [name]) | PIECES, st.lists(PIECES, max_size=4))
    | st.tuples(st.just(["ask"]), st.lists(st.sampled_from([*RIGHT, *OF_ASK]), min_size=1, max_size=4))
    | st.just(([], []))
).map(lambda line: [*line[0], *(argument for piece in line[1] for argument in piece)])
STDIN = "heat or ice\n\nI cant pee since my back went\nzzgx\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> Iterator[Path]:
    """A folder to stand in, with a good and a bad FAQ file; a cache elsewhere, the bundled FAQ compiled already."""
    here, home = tmp_path_factory.mktemp("options"), tmp_path_factory.mktemp("home")
    if compiled.is_dir():
        shutil.copytree(compiled, home / "cache")
    entry = {"id": "entry-1", "question": "What?", "answer": "So it is.", "topics": ["bikes"]}
    (here / "good.yaml").write_text(json.dumps({"entries": [entry]}))
    (here / "bad.yaml").write_text("entries:\n- id: x\n  answr: y\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        patch.setenv("XDG_CACHE_HOME", str(home / "cache"))
        patch.setenv("HOME", str(home))
        for name in ("SPASM_FAQ", "FORCE_COLOR", "COLUMNS"):
            patch.delenv(name, raising=False)
        yield here


@settings(max_examples=300, deadline=None)
@given(arguments=LINES)
def test_any_arguments(folder: Path, arguments: list[str]) -> None:
    """Whatever is typed, the way in and out of the command keeps its promises."""
    keeps_promises(arguments, in_process(arguments), folder)


@needs_posix
@settings(max_examples=12, deadline=None)
@given(arguments=LINES.filter(lambda line: "\0" not in "".join(line)))
def test_any_arguments_of_a_process(folder: Path, arguments: list[str]) -> None:
    """The same of the installed command."""
    result = Spasm(Path(os.environ["HOME"]))(*map(os.fsencode, arguments), stdin=STDIN, cwd=folder)
    keeps_promises(arguments, result, folder)


def in_process(arguments: list[str]) -> Result:
    """Run the command line in this process, with streams of its own."""
    streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8") for name in ("stdout", "stderr")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(STDIN.encode()), "utf-8"))
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        code = run(arguments)
    for stream in streams.values():
        stream.flush()
    return Result(code, *(stream.buffer.getvalue() for stream in streams.values()))


def keeps_promises(arguments: list[str], result: Result, folder: Path) -> None:
    """Check exit code, streams and what would reach a terminal."""
    result.check(0, 1, 2, 3)
    for text in (result.out, result.err):
        shown = SGR.sub("", text) if "always" in arguments else text
        assert {char for char in shown if unicodedata.category(char) in ("Cc", "Cs")} <= {"\n", "\t"}
    if result.code == 2:
        assert result.out == "" or "-" in arguments
        assert result.err.strip()
        assert result.err.count("\n") == 1 or set(arguments) <= {"--"}
    if result.code == 3:
        assert result.err.count("\n") == 1 or "check" in arguments
    assert sorted(file.name for file in folder.iterdir()) == ["bad.yaml", "good.yaml"]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ("ask --bogus x", "spasm ask -- --bogus"),
        ("list --bogus", "'spasm list --help'"),
        ("check --plain", "'spasm check --help'"),
        ("--top 3 ask x", "It stands after the command: spasm ask --top"),
        ("--topic x", "It stands after the command: spasm list --topic"),
        ("--bogus", "'spasm --help'"),
        ("ask --top 0 x", "--top takes a number from 1 to 50, not 0."),
        ("list --red-flags pillow", "--red-flags lists every warning sign: leave out the words and --topic."),
        ("list --red-flags --topic relief", "leave out the words and --topic."),
    ],
)
def test_hint(spasm: Spasm, arguments: str, hint: str) -> None:
    """A wrong option is answered with what to type for that command, or where its options stand."""
    result = spasm(*arguments.split()).check(2)
    assert result.out == ""
    assert hint in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("field", ["answer", "id", "question", "urgency", "score"])
def test_no_match_with_a_field(spasm: Spasm, field: str) -> None:
    """Whichever field is asked for, "no match" stands on standard error, and an alert is not said to be none."""
    result = spasm("ask", "--field", field, "zzgx qqwv").check(1)
    assert re.fullmatch({"urgency": "none\n", "score": r"\d+\.\d\n"}.get(field, ""), result.out)
    assert result.err.startswith("I have no answer to that.\n")
    assert "I have no answer" not in spasm("ask", "--field", field, "zzgx qqwv, I cant pee").check().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "--topic", "two"], "There is no entry in the topic 'two'."),
        (["list", "--topic", "two", "heat"], "No entry in the topic 'two' has all of those words."),
        (["list", "zzgx"], "No entry has all of those words."),
        (["show", "zzgx"], "There is no entry 'zzgx'."),
    ],
)
def test_nothing_found(spasm: Spasm, tmp_path: Path, arguments: list[str], said: str) -> None:
    """What was not found is named as it was asked for, with the command that lists that same file."""
    path = tmp_path / "my faq.yaml"
    topics = [{"name": name, "title": name} for name in ("one", "two")]
    entry = {"id": "heat", "question": "Heat?", "answer": "Yes.", "topics": ["one"]}
    path.write_text(json.dumps({"topics": topics, "entries": [entry]}))
    result = spasm(*arguments, "--faq", str(path)).check(1 if arguments[0] == "list" else 2)
    assert (result.out, result.err) == ("", f"{said} Every entry: spasm list --faq '{path}'\n")


def test_a_topic_in_other_letters(cold: Spasm, faq: Callable[..., str]) -> None:
    """A topic is found however it is written, small or in capitals; of two alike each is found by its own name."""
    entries = [{"topics": ["Brakes"]}, {"topics": ["brakes"]}, {"topics": ["Wheels"]}]
    for topic, found in (("wheels", "entry-3"), ("WHEELS", "entry-3"), ("Brakes", "entry-1"), ("brakes", "entry-2")):
        result = cold("list", "--topic", topic, "--faq", faq(*entries)).check()
        assert [found] == [line.partition("\t")[0] for line in result.out.splitlines()]
    assert "There is no topic 'whels'. Did you mean 'Wheels'? The topics are: Brakes, brakes, Wheels." in (
        cold("list", "--topic", "whels", "--faq", faq(*entries)).check(2).err
    )


@pytest.mark.parametrize(("arguments", "named"), [(["check", ""], "FILE"), (["list", "--faq", ""], "--faq")])
def test_an_empty_name_of_a_file(cold: Spasm, arguments: list[str], named: str) -> None:
    """The name of a file that is empty is called as it is given: an argument or an option."""
    assert f"{named} is empty: name an FAQ file, or leave it out.\n" == cold(*arguments).check(2).err
