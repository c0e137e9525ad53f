"""Streams and pipes (cases 1 to 19 of docs/robustness.md)."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from process import BOXES, ESCAPE, Result, Spasm, Terminal, finish, needs_posix, needs_terminal

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
def test_case_03_long_list_without_a_reader(spasm: Spasm, big: str) -> None:
    """A list of 5,000 entries into a reader that leaves at once is silent too."""
    result = spasm.through_shell('"$@" | true', "list", "--faq", big)
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
    assert "No entry comes close" in records[1]
    assert "heat wrap" in " ".join(records[0].split())


def test_case_11_batch_in_json_and_fields(spasm: Spasm) -> None:
    """A batch in JSON is one object a line, a field one value a line, an empty one where nothing fits."""
    found = [json.loads(line) for line in spasm("ask", "-", "--json", stdin=BATCH).check().out.splitlines()]
    assert [(one["query"], one["outcome"]) for one in found] == [
        ("heat or ice", "answered"), ("zzgx qqwv", "no_match"), ("bed rest", "answered"),
    ]  # fmt: skip
    assert spasm("ask", "-", "--field", "id", stdin=BATCH).check().out == "heat-or-ice\n\nbed-rest\n"
    spasm("ask", "-", stdin="zzgx qqwv\nxxzz\n").check(1)


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
def test_case_15_only_standard_error_is_a_terminal(cold: Spasm, big: str) -> None:
    """Progress may be drawn on a terminal on standard error; the plain text on standard output knows nothing of it."""
    result = cold("ask", "--faq", big, "what", "about", "number", "7", tty=["stderr"]).check()
    assert "Reading the FAQ" in result.err
    assert result.err.endswith("\r")
    assert ESCAPE not in result.out
    assert "Reading" not in result.out
    assert cold("ask", "--faq", big, "number 7").check().err == ""


@needs_terminal
def test_case_15_progress_stays_out_of_the_answers(spasm: Spasm) -> None:
    """A batch on a terminal draws no progress among its answers."""
    result = spasm("ask", "-", "--field", "id", stdin="heat or ice\n" * 3000, tty=["stdout", "stderr"]).check()
    assert result.out == "heat-or-ice\n" * 3000
    assert result.err == ""


def _interrupting(home: Path, event: str, after: int) -> dict[str, str | None]:
    """Make the process send itself SIGINT at the import number *after* that follows the import of *event*."""
    (home / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "left = None\n"
        "def hook(event, args):\n"
        "    global left\n"
        "    if event != 'import': return\n"
        f"    if args[0] == {event!r}: left = {after}\n"
        "    if left is not None:\n"
        "        left -= 1\n"
        "        if left < 0: left = None; os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.addaudithook(hook)\n"
    )
    return {"PYTHONPATH": str(home)}


@needs_posix
@pytest.mark.parametrize("after", [0, 1, 5, 20, 40])
@pytest.mark.parametrize("module", ["spasmcli.cli", "spasmcli.commands"])
def test_case_16_interrupt_while_importing(spasm: Spasm, module: str, after: int) -> None:
    """Ctrl-C during any import, Typer's and the package's own, is exit 130 without a word."""
    result = spasm(*COMMANDS["ask"], env=_interrupting(spasm.home, module, after)).check(130)
    assert (result.out, result.err) == ("", "")


@needs_terminal
def test_case_17_interrupt_in_a_batch(spasm: Spasm) -> None:
    """Ctrl-C typed during a batch is exit 130 and silent; colours are switched off again, the cursor never hidden."""
    terminal = Terminal()
    process = spasm.start(
        "ask", "-", "--color", "always", stdout=terminal.slave, stderr=terminal.slave, start_new_session=True,
        preexec_fn=terminal.adopt,
    )  # fmt: skip
    assert process.stdin
    process.stdin.write(b"heat or ice\n")
    process.stdin.flush()
    while b"General information" not in terminal.seen:
        time.sleep(0.01)
    os.write(terminal.master, b"\x03")
    finish(process)
    drawn = terminal.text().decode()
    assert process.returncode == 130
    assert drawn.rstrip().endswith(f"{ESCAPE}[0m")
    assert "?25l" not in drawn
    assert "Traceback" not in drawn


@needs_posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_case_18_told_to_end_between_answers(spasm: Spasm, number: int) -> None:
    """A batch that is told to end leaves whole objects only; SIGTERM ends it as a signal does, Ctrl-C with 130."""
    process = spasm.start("ask", "-", "--json")
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"heat or ice\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["outcome"] == "answered"
    process.send_signal(number)
    assert finish(process) == (b"", b"")
    assert process.returncode == (130 if number == signal.SIGINT else -number)


@needs_posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("reads", [True, False], ids=["slow-reader", "no-reader"])
def test_case_18_told_to_end_while_writing(spasm: Spasm, number: int, reads: bool) -> None:
    """An object that is being written is written whole first; a reader that has stopped reading delays the end briefly."""
    process = spasm.start("list", "--json")
    assert process.stdout
    assert os.read(process.stdout.fileno(), 1) == b"{"  # the rest is more than a pipe holds
    time.sleep(0.1)
    process.send_signal(number)
    if reads:
        assert json.loads("{" + finish(process)[0].decode())["schema"] == "spasm.list/1"
    assert process.wait(10) == (130 if number == signal.SIGINT else -number)
    process.communicate()


def test_case_19_two_hundred_at_once(cold: Spasm, faq: Callable[..., str]) -> None:
    """Two hundred processes on one cold cache all answer right and leave one whole cache file and no other."""
    path = faq("Use heat.", "Use ice.")
    for _ in range(5):
        running = [cold.start("ask", "--faq", path, "--field", "answer", "topic 2") for _ in range(40)]
        assert {(*finish(process), process.returncode) for process in running} == {(b"Use ice.\n", b"", 0)}
    assert [file.suffix for file in (cold.cache / "spasm").iterdir()] == [".db"]
