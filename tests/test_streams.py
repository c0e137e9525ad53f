"""Streams and pipes (cases 1 to 15 and 19 of docs/robustness.md)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from process import BOXES, ESCAPE, Result, Spasm, finish, impatient, needs_posix, needs_terminal

COMMANDS = {
    "ask": ["ask", "heat", "or", "ice"],
    "ask-json": ["ask", "--json", "heat", "or", "ice"],
    "ask-field": ["ask", "--field", "id", "heat", "or", "ice"],
    "list": ["list"],
    "list-json": ["list", "--json"],
    "flags": ["list", "--red-flags"],
    "show": ["show", "heat-or-ice"],
    "show-markdown": ["show", "heat-or-ice", "--format", "markdown"],
    "check": ["check"],
    "help": ["--help"],
    "version": ["--version"],
}
every_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
BATCH = "heat or ice\nzzgx qqwv\nbed rest\n"


@needs_posix
@pytest.mark.parametrize("command", [COMMANDS["ask"], COMMANDS["list-json"]], ids=["short", "long"])
def test_case_01_reader_stops_after_one_line(spasm: Spasm, command: list[str]) -> None:
    """A reader such as head may leave after the first line: exit 0, nothing on standard error."""
    process = spasm.start(*command)
    assert process.stdout
    assert process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    assert finish(process) == (b"", b"")
    assert process.returncode == 0


@needs_posix
@every_command
def test_case_02_04_reader_has_gone(spasm: Spasm, command: list[str]) -> None:
    """Whatever is written to a pipe without a reader, JSON included, is dropped silently: exit 0."""
    reader, writer = os.pipe()
    os.close(reader)
    result = spasm(*command, stdout=writer)
    os.close(writer)
    assert result.check().err == ""


@needs_posix
def test_case_02_batch_without_a_reader(spasm: Spasm) -> None:
    """A batch ends as soon as nobody reads its answers."""
    reader, writer = os.pipe()
    os.close(reader)
    result = spasm("ask", "-", stdin=BATCH, stdout=writer)
    os.close(writer)
    assert result.check().err == ""


@needs_posix
def test_case_03_long_list_without_a_reader(cold: Spasm, faq: Callable[..., str]) -> None:
    """A list of 5,000 entries into a reader that leaves at once is silent too."""
    result = cold.through_shell('"$@" | true', "list", "--faq", faq(*["So it is."] * 5000))
    assert (result.code, result.stdout, result.stderr) == (0, b"", b"")


@needs_posix
@every_command
def test_case_05_no_standard_output(spasm: Spasm, command: list[str]) -> None:
    """With standard output closed every command ends by itself, without a traceback: exit 0."""
    assert spasm.through_shell('exec "$@" >&-', *command).check().stdout == b""


@needs_posix
def test_case_06_no_standard_error(spasm: Spasm, expected: Callable[..., Result]) -> None:
    """With standard error closed an answer is complete even if an alert had to go there."""
    args = ["ask", "--field", "answer", "back pain and I cannot control my bladder"]
    whole = expected(*args).check()
    assert whole.err
    assert spasm.through_shell('exec "$@" 2>&-', *args).check().out == whole.out


@needs_posix
@pytest.mark.parametrize("kind", ["full", "unread"])
def test_case_06_standard_error_that_fails(spasm: Spasm, kind: str) -> None:
    """A note that cannot be written changes neither the exit code nor the answer."""
    reader, end = os.pipe()
    if kind == "full":
        os.close(end)
        end = os.open("/dev/full", os.O_WRONLY)
    os.close(reader)
    assert spasm("ask", "zzgx", stderr=end).code == 1
    alerted = spasm("ask", "--field", "id", "heat or ice? I cannot control my bladder", stderr=end)
    assert (alerted.code, len(alerted.out.splitlines())) == (0, 1)
    os.close(end)


@needs_posix
def test_case_07_no_standard_input(spasm: Spasm, expected: Callable[..., Result]) -> None:
    """With standard input closed a question in words is answered."""
    assert spasm.through_shell('exec "$@" <&-', *COMMANDS["ask"]).check().out == expected(*COMMANDS["ask"]).out


@needs_posix
def test_case_07_all_streams_closed(spasm: Spasm) -> None:
    """With no stream at all the exit code still tells the outcome."""
    assert spasm.through_shell('exec "$@" <&- >&- 2>&-', "ask", "zzgx").code == 1


@needs_posix
def test_case_08_open_standard_input_is_not_read(spasm: Spasm) -> None:
    """A question in words is answered at once while standard input stays open, and not a byte of it is taken."""
    reader, writer = os.pipe()
    os.write(writer, b"left")
    spasm(*COMMANDS["ask"], stdin=reader).check()
    assert os.read(reader, 10) == b"left"
    os.close(reader)
    os.close(writer)


@needs_terminal
def test_case_09_batch_from_a_terminal(spasm: Spasm) -> None:
    """ "ask -" at a terminal does not wait silently: exit 2 with a hint how to give questions."""
    result = spasm("ask", "-", tty=["stdin"]).check(2)
    assert result.out == ""
    assert "spasm ask - < questions.txt" in result.err


@pytest.mark.parametrize("text", ["", "\n", " \r\n\t\n\n", "\ufeff", "\0\0\n"])
def test_case_10_batch_without_a_question(spasm: Spasm, text: str) -> None:
    """Standard input without a question is wrong usage: exit 2 with a hint."""
    result = spasm("ask", "-", stdin=text).check(2)
    assert result.out == ""
    assert "no question" in result.err


@needs_posix
@pytest.mark.parametrize("redirection", ["<&-", "0>/dev/null"])
def test_case_10_batch_from_what_cannot_be_read(spasm: Spasm, redirection: str) -> None:
    """Standard input that is closed or only open for writing is wrong usage, said in one line."""
    result = spasm.through_shell(f'exec "$@" {redirection}', "ask", "-").check(2)
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("form", ["plain", "card", "markdown"])
def test_case_11_batch_keeps_the_order(spasm: Spasm, form: str) -> None:
    """Each question of a batch has its record, begun with the question, in order, a question without answer too."""
    out = spasm("ask", "-", "--format", form, stdin=BATCH).check().out
    records = ("\n" + out).split("\nYou wrote: ")[1:]
    assert [record.splitlines()[0].strip('\\"') for record in records] == BATCH.splitlines()
    assert "I have no answer to that." in records[1]
    assert "heat wrap" in " ".join(records[0].split())


def test_case_11_batch_in_json_and_fields(spasm: Spasm) -> None:
    """A batch in JSON is one object a line, a field one value a line, an empty one where nothing fits."""
    found = [json.loads(line) for line in spasm("ask", "-", "--json", stdin=BATCH).check().out.splitlines()]
    assert [(one["query"], one["outcome"]) for one in found] == [
        ("heat or ice", "answered"), ("zzgx qqwv", "no_match"), ("bed rest", "answered"),
    ]  # fmt: skip
    assert spasm("ask", "-", "--field", "id", stdin=BATCH).check().out == "heat-or-ice\n\nbed-rest\n"
    spasm("ask", "-", stdin="zzgx qqwv\nxxzz\n").check(1)


def test_case_11_alerts_name_their_question(spasm: Spasm) -> None:
    """With a field, an alert of a batch stands on standard error below the question that raised it."""
    err = spasm("ask", "-", "--field", "id", stdin="bed rest\nI cant pee\nheat\nback pain for 3 months\n").check().err
    lines = err.splitlines()
    places = [lines.index(f'You wrote: "{question}"') for question in ("I cant pee", "back pain for 3 months")]
    assert places[0] == 0
    assert lines[2].startswith("EMERGENCY")
    assert places[1] > 2
    assert "bed rest" not in err


def test_case_12_batch_lines(spasm: Spasm) -> None:
    """Line ends of Windows, blank lines, space, a byte order mark and a missing last newline change nothing."""
    text = b"\xef\xbb\xbfheat or ice\r\n\r\n   \r\n\t bed rest \r\n\nsciatica"
    assert spasm("ask", "-", "--field", "id", stdin=text).check().out == "heat-or-ice\nbed-rest\nsciatica\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@every_command
def test_case_13_full_disk(spasm: Spasm, command: list[str]) -> None:
    """Where nothing more can be written, one line says so and the exit code is 2."""
    with open("/dev/full", "wb") as full:
        result = spasm(*command, stdout=full).check(2)
    assert len(result.err.splitlines()) == 1
    assert "could not be written" in result.err


@every_command
def test_case_14_file(spasm: Spasm, tmp_path: Path, command: list[str]) -> None:
    """A file gets neither escapes nor boxes, and ends with exactly one newline."""
    with open(tmp_path / "out", "wb") as file:
        assert spasm(*command, stdout=file).check().err == ""
    text = (tmp_path / "out").read_text("utf-8")
    assert ESCAPE not in text
    assert not BOXES.search(text)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@needs_terminal
def test_case_15_only_standard_error_is_a_terminal(cold: Spasm, faq: Callable[..., str]) -> None:
    """Progress may be drawn on a terminal on standard error; the plain text on standard output knows nothing of it."""
    path = faq(*["So it is."] * 20)
    result = impatient(cold)("ask", "--faq", path, "topic 7", tty=["stderr"]).check()
    assert "Reading the FAQ: 100 %" in result.err
    assert result.err.endswith("\r")
    assert ESCAPE not in result.out
    assert "Reading" not in result.out
    assert impatient(cold)("ask", "--faq", path, "topic 7").check().err == ""


@needs_terminal
def test_case_15_quick_work_draws_no_progress(spasm: Spasm) -> None:
    """Where the work is done at once, nobody sees any progress."""
    assert spasm("ask", "heat or ice", tty=["stderr"]).check().err == ""


@needs_terminal
def test_case_15_progress_stays_out_of_the_answers(spasm: Spasm) -> None:
    """A batch draws progress on standard error, but not on a terminal that its answers go to."""
    for streams in (["stdout", "stderr"], ["stderr"]):
        result = impatient(spasm)("ask", "-", "--field", "id", stdin="bed rest\nsciatica\n", tty=streams).check()
        assert result.out == "bed-rest\nsciatica\n"
        assert ("Questions answered: 2" in result.err) == (streams == ["stderr"])


#: Many processes that open the FAQ file at the same moment, let go together by the end of a pipe; each says what it
#: was answered by its exit code.
HERD = """
import os, sys
import spasmcli, spasmcli.api, spasmcli.compile, spasmcli.faqfile.check
reader, writer = os.pipe()
children = []
for number in range(180):
    child = os.fork()
    if not child:
        os.close(writer)
        os.read(reader, 1)
        try:
            answer = spasmcli.load(sys.argv[1]).ask("topic 2")
            os._exit(0 if answer.entry and answer.entry.short == "Use ice." else 1)
        finally:
            os._exit(2)
    children.append(child)
os.close(writer)
sys.exit(sum(os.waitpid(child, 0)[1] != 0 for child in children))
"""


@needs_posix
def test_case_19_two_hundred_at_once(cold: Spasm, faq: Callable[..., str]) -> None:
    """Two hundred processes on one cold cache all answer right and leave one whole cache file and no other."""
    path = faq("Use heat.", "Use ice.")
    herd = Spasm(cold.home, [sys.executable, "-c", HERD]).start(path)
    running = [cold.start("ask", "--faq", path, "--field", "answer", "topic 2") for _ in range(20)]
    assert {(*finish(process), process.returncode) for process in running} == {(b"Use ice.\n", b"", 0)}
    assert (*finish(herd), herd.returncode) == (b"", b"", 0)
    assert [file.suffix for file in (cold.cache / "spasm").iterdir()] == [".db"]


def test_no_match_in_every_format(spasm: Spasm) -> None:
    """Nothing close: the formats for people say so in plain words on standard error alone, JSON on standard output."""
    said = {spasm("ask", "zzgx", "--format", form).check(1) for form in ("plain", "card", "markdown")}
    assert len(said) == 1
    only = said.pop()
    assert only.out == ""
    assert only.err.startswith("I have no answer to that.\n")
    made = spasm("ask", "zzgx", "--json").check(1)
    assert (made.err, made.json["outcome"], made.json["entry"]) == ("", "no_match", None)


def test_no_match_in_a_batch(spasm: Spasm) -> None:
    """In a batch, where questions and answers must stay in step, "no match" is a record in the format asked for."""
    result = spasm("ask", "-", "--format", "markdown", stdin="zz*gx\nheat or ice\n").check()
    assert result.out.startswith('You wrote: "zz\\*gx"\n\nI have no answer to that.')
    assert "\n## Should I use heat or ice" in result.out
    assert result.err == ""
