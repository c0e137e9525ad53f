"""Text that tries to steer the terminal, the markup, the JSON or the shell (cases 47 to 56 of docs/robustness.md)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from process import COMMAND, ESCAPE, Result, Spasm, needs_posix, needs_terminal, shown_words

FORMS = ["card", "plain", "markdown", "json"]
#: Control characters as YAML escapes bring them in.
CONTROLS = [
    "\\e[2J", "\\e]0;x\\a",  # 47: clear the screen, set the title
    "\\e]8;;http://evil\\e\\\\x\\e]8;;\\e\\\\", "\\e]52;c;ZXZpbA==\\a", "\\eP1$q\\e\\\\",  # 48: link, clipboard, DCS
    "\\x9b31m", "\\x9d0;x\\x9c", "safe\\revil", "safe\\b\\b\\b\\bevil", "\\x7f", "\\0",
    "\\e[6n", "\\e[c",  # 55: questions that a terminal answers by typing
]  # fmt: skip
INVISIBLE = "\u202e\u202d\u202a\u2066\u2067\u2068\u2069\u200b\u200e\u200f\u061c\ufeff\u2060\U000e0041"
MARKUP = [
    "[/bold]",
    "[red]x",
    "[link=file:///etc/passwd]x[/link]",
    "[",
    "\\[",
    "]",
    ":smile:",
    "[[b]]",
    "%s {0} \\n",
    "<b>&amp;",
]
#: Everything but printable text, line breaks and the colours that the cards themselves use.
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
OWN = re.compile(r"\x1b\[[0-9;]*m")


def harmless(result: Result) -> bool:
    """Whether neither stream of *result* holds anything that could steer a terminal or hide text."""
    text = OWN.sub("", result.out + result.err)
    return not STEERING.search(text) and not set(text) & set(INVISIBLE)


def test_case_47_48_55_controls_in_data(spasm: Spasm, tmp_path: Path) -> None:
    """A control character that a YAML escape brings in is exit 3 with line and column; it is never written out."""
    path = tmp_path / "faq.yaml"
    lines = [f'  {name}: "a{control}"\n' for control in CONTROLS for name in ("id", "question", "answer")]
    path.write_text("entries:\n" + "".join("-\n" * (n % 3 == 0) + line for n, line in enumerate(lines)))
    checked = spasm("check", str(path)).check(3)
    found = [line.removeprefix(f"{path}:") for line in checked.out.splitlines() if "control character U+00" in line]
    columns = {"id": 7, "question": 13, "answer": 11}
    places = [f"{2 + n + n // 3 + 1}:{columns[line.split(':')[0].strip()]}:" for n, line in enumerate(lines)]
    assert [line.split(" ")[0] for line in found] == places
    asked = spasm("ask", "b", "--faq", str(path), env={"FORCE_COLOR": "1"}).check(3)
    assert asked.out == ""
    assert harmless(checked)
    assert harmless(asked)


@pytest.mark.parametrize("raw", [b"\x1b", b"\x00", b"\x07", b"\x7f", b"\xc2\x9b"])
def test_case_47_raw_controls_in_data(spasm: Spasm, tmp_path: Path, raw: bytes) -> None:
    """A raw control character in a file is exit 3 with its place too."""
    path = tmp_path / "faq.yaml"
    path.write_bytes(b"entries:\n- id: a\n  question: b\n  answer: c" + raw + b"d\n")
    result = spasm("check", str(path)).check(3)
    assert f"{path}:4:12:" in result.out
    assert harmless(result)


@pytest.mark.parametrize("form", FORMS)
def test_case_49_direction_and_zero_width_in_data(spasm: Spasm, faq: Callable[..., str], form: str) -> None:
    """Bidi controls and zero-width characters of a file are left out; Arabic and Hebrew around them are untouched."""
    dirty = {name: f"{text}{INVISIBLE}z" for name, text in {"question": "سؤال", "answer": "תשובה"}.items()}
    said, sign = (
        f"n{INVISIBLE}",
        {"level": "emergency", "lead": "Call {emergency_numbers}.", "patterns": ["chest hurts"]},
    )
    path = faq(
        {**dirty, "notices": [{"level": "soon", "text": said}]}, note=said, title=said,
        emergency_numbers=[{"country": said, "number": f"999{INVISIBLE}"}], elsewhere={"emergency_numbers": said},
        red_flags=[{"id": "chest", "sign": said, "why": said, "raise": [sign]}],
    )  # fmt: skip
    for args in (["show", "entry-1"], ["list"], ["ask", "سؤالz"]):
        result = spasm(*args, "--faq", path, "--format", form).check(0, 1)
        assert harmless(result)
        assert "سؤالz" in result.out + result.err
    assert "תשובהz" in spasm("show", "entry-1", "--faq", path, "--format", form).check().out
    alarm = spasm("ask", "my chest hurts", "--faq", path, "--format", form).check()
    assert harmless(alarm)
    assert "n 999" in alarm.out or form == "json"


@pytest.mark.parametrize("form", FORMS)
def test_case_50_55_controls_in_the_question(spasm: Spasm, form: str) -> None:
    """Whatever a question holds, neither stream echoes anything that steers a terminal."""
    stray = f"\x1b[2J\x1b]0;x\x07 \x9b31m\x9d0;x\x9c a\rb\b\b \x1b[6n\x1b[c\x1bP$q\x1b\\ {INVISIBLE} \x7f\x1b"
    for words in (f"zz{stray}gx", f"heat{stray} or ice"):
        assert harmless(spasm("ask", words, "--format", form).check(0, 1))
        assert harmless(spasm("ask", "-", "--format", form, stdin=f"{words}\nheat or ice\n").check())


@pytest.mark.parametrize(
    "args",
    [["show", "{}"], ["list", "{}"], ["list", "--topic", "{}"], ["{}"], ["ask", "--{}"], ["ask", "x", "--width", "{}"]],
)
def test_case_50_controls_in_arguments(spasm: Spasm, args: list[str]) -> None:
    """No argument is echoed raw in an error."""
    assert harmless(spasm(*[arg.format("x\x1b[2J\x1b]0;x\x07\u202e\x9b") for arg in args]).check(1, 2))


def test_case_50_controls_do_not_change_the_match(spasm: Spasm) -> None:
    """A question is matched as it is shown: an escape sequence in it does not count as words."""
    found = spasm("ask", "--json", "heat \x1b[2Jor\u200b ice").check().json
    assert (found["query"], found["score"]) == ("heat or ice", 100.0)
    assert spasm("ask", "\x1b[2J \u200b").check(2).out == ""


@needs_posix
def test_case_51_controls_in_a_path(spasm: Spasm, faq: Callable[..., str]) -> None:
    """A path is made harmless wherever it is shown: in errors, in reports and in the commands to copy."""
    bad = "no\x1b[2J\x1b]0;x\x07\u202ef.yaml"
    good = os.path.join(os.path.dirname(faq("An answer.")), f"it's {bad}")
    shutil.copy(faq("An answer."), good)
    for args in (
        ["check"],
        ["check", "--json"],
        ["ask", "zzgx", "--faq"],
        ["show", "entry-1", "--faq"],
        ["ask", "topic 1", "--json", "--faq"],
    ):
        for path in (bad, good):
            assert harmless(spasm(*args, path).check(0, 1, 3))
    assert harmless(spasm("ask", "x", env={"SPASM_FAQ": bad}).check(3))


@needs_posix
def test_case_51_path_in_a_command_can_be_pasted(spasm: Spasm, tmp_path: Path, faq: Callable[..., str]) -> None:
    """A path with spaces, quotes and a dollar sign stands quoted in the commands that a page shows."""
    path = tmp_path / "my $(touch bad) it's.yaml"
    shutil.copy(faq({"related": ["entry-2"]}, "Second."), path)
    shown = spasm("show", "entry-1", "--faq", str(path)).check().out
    command = next(line.strip() for line in shown.splitlines() if line.strip().startswith("spasm show"))
    shell = Spasm(spasm.home, ["sh", "-c", command.replace("spasm", " ".join(COMMAND), 1)])
    assert "Second." in shell().check().out
    path.write_text("entries:\n- id: x\n- id: y\n")
    command = spasm("list", "--faq", str(path)).check(3).err.rstrip(")\n").split("see them all: ")[1]
    shell = Spasm(spasm.home, ["sh", "-c", command.replace("spasm", " ".join(COMMAND), 1)])
    assert "problems." in shell().check(3).out
    assert not (spasm.home / "bad").exists()


@needs_terminal
def test_case_52_53_markup(spasm: Spasm, faq: Callable[..., str]) -> None:
    """Brackets and emoji names stand literally in echoes, answers, notices, titles and tables of a card."""
    text = " ".join(["C5 [nerve]", *MARKUP])
    missed = spasm("show", f"zzgx {text}", tty=True).check(2)
    assert f"zzgx {text}" in " ".join(shown_words(missed.err))
    asked = spasm("ask", "-", "--format", "card", stdin=f"zzgx {text}\n").check(0, 1).out
    assert f'You wrote: "zzgx {text}"' in " ".join(shown_words(asked))
    notice = {"level": "soon", "text": f"N {text}"}
    source = {"publisher": f"P {text}", "title": f"S {text}"}
    path = faq(
        {"question": f"Q {text}", "answer": f"A {text}", "notices": [notice], "sources": [source], "topics": ["t"]},
        title=f"T {text}", note=f"O {text}", topics=[{"name": "t", "title": f"G {text}"}],
    )  # fmt: skip
    shown = " ".join(shown_words(spasm("show", "entry-1", "--faq", path, tty=True, size=(120, 24)).check().out))
    assert [start for start in "QAPSO" if f"{start} {text}" not in shown] == []
    assert "N C5 [nerve]" in shown  # what follows stands beside the words that lead to it
    listed = " ".join(shown_words(spasm("list", "--faq", path, tty=True, size=(500, 24)).check().out))
    assert f"G {text} Q {text}" in listed


def test_case_52_markdown_is_escaped(spasm: Spasm, faq: Callable[..., str]) -> None:
    """In Markdown, what would be markup in a question or an answer is escaped."""
    path = faq({"question": "Is *it* [x](y)?", "answer": "# No <b> `code` *star* [x](javascript:y)\n\n1. one\n\n- two"})
    out = spasm("show", "entry-1", "--faq", path, "--format", "markdown").check().out
    assert r"Is \*it\* \[x\](y)?" in out
    assert r"\# No \<b\> \`code\` \*star\* \[x\](javascript:y)" in out


NASTY = 'quote " back \\ slash / tab\t line \u2028 para \u2029 nul </script> \u00ad é 背 😀'


def test_case_54_json_is_whole(spasm: Spasm, faq: Callable[..., str]) -> None:
    """JSON holds quotes, backslashes, line separators and any script, parses, and is one line for each of a batch."""
    path = faq({"answer": NASTY})
    shown = spasm("show", "entry-1", "--faq", path, "--json").check().json
    assert shown["answer"] == NASTY.replace("\u2028", "\n").replace("\u2029", "\n")
    questions = [
        'topic 1 "\\',
        "topic 1 \u2028 \u2029 \x0b \x85 x",
        "topic 1 \x1b[2J\x00",
        "topic 1 \ud83d".encode("utf-8", "replace").decode(),
    ]
    out = spasm("ask", "-", "--json", "--faq", path, stdin="\n".join(questions)).check().out
    made = [json.loads(line) for line in out.splitlines()]
    assert len(made) == len(questions) == out.count("\n")
    assert made[0]["query"] == questions[0]
    assert not any(STEERING.search(one["query"]) for one in made)


HOSTILE = "Run \\$(touch pwned) `touch pwned`\" ; touch pwned '; touch pwned ' :x: [/b] | & > pwned"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_case_56_completion_has_ids_only(spasm: Spasm, faq: Callable[..., str], shell: str) -> None:
    """What completion writes for any shell is its own frame and ids, whose characters no shell acts on."""
    path = faq({"question": HOSTILE}, {"id": "Entry_2.b", "question": f"{HOSTILE} 2"})
    asked = {
        "COMP_WORDS": "spasm show ",
        "COMP_CWORD": "2",
        "_TYPER_COMPLETE_ARGS": "spasm show ",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    out = spasm("", env={"_SPASM_COMPLETE": f"complete_{shell}", "SPASM_FAQ": path, **asked}).check().out
    frames = {
        "bash": "entry-1\nEntry_2.b\n", "fish": "entry-1\nEntry_2.b\n", "powershell": "entry-1::: \nEntry_2.b::: \n",
        "zsh": "_arguments '*: :((\"entry-1\"\n\"Entry_2.b\"))'\n",
    }  # fmt: skip
    assert out == frames[shell]


def test_case_56_an_id_cannot_hold_more(spasm: Spasm, faq: Callable[..., str]) -> None:
    """An id or topic with a character that a shell knows is refused by the check, so none can be completed."""
    bad = ["a:b", "$(x)", "`x`", "a'b", 'a"b', "a b", "a\nb", "-a", "a*", "~", "a;b", "a\\b", "a|b", "a&b", "<a", "é"]
    made = spasm("check", "--json", faq(*({"id": name, "topics": [name]} for name in bad))).check(3).json
    assert sum("which is not an id" in one["message"] for one in made["problems"]) == 2 * len(bad)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_case_56_completion_in_bash(spasm: Spasm, faq: Callable[..., str]) -> None:
    """In a real bash the script that the command writes completes an id and runs nothing."""
    script = spasm("", env={"_SPASM_COMPLETE": "source_bash"}).check().out
    (spasm.home / "script.sh").write_text(script)
    path = faq({"question": HOSTILE}, {"id": "other", "question": f"{HOSTILE} 2"})
    line = 'COMP_WORDS=(spasm show "en"); COMP_CWORD=2; _spasm_completion "$0"; printf "%s\\n" "${COMPREPLY[@]}"'
    run = subprocess.run(
        ["bash", "--norc", "-c", f". ./script.sh; {line}", COMMAND[0]], cwd=spasm.home, capture_output=True, text=True,
        env=spasm.variables({"SPASM_FAQ": path}), check=False,
    )  # fmt: skip
    assert (run.stdout, run.stderr) == ("entry-1\n", "")
    assert not list(spasm.home.glob("pwned*"))


def test_case_56_completion_without_a_usable_faq(spasm: Spasm) -> None:
    """Completion of ids is silent where the FAQ file cannot be used."""
    variables = {
        "_SPASM_COMPLETE": "complete_bash",
        "COMP_WORDS": "spasm show x",
        "COMP_CWORD": "2",
        "SPASM_FAQ": "none",
    }
    result = spasm("", env=variables).check()
    assert (result.out.strip(), result.err) == ("", "")
    assert ESCAPE not in result.out
