"""Ctrl-C and SIGTERM at every moment (cases 16 to 18 of docs/robustness.md)."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from process import ESCAPE, Spasm, Terminal, finish, needs_posix, needs_terminal

ASK = ["ask", "heat", "or", "ice"]


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
    result = spasm(*ASK, env=_interrupting(spasm.home, module, after)).check(130)
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
    terminal.wait_for(b"General information")
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
    """An object that is being written is written whole first; a reader that reads no more delays the end briefly."""
    process = spasm.start("list", "--json")
    assert process.stdout
    assert os.read(process.stdout.fileno(), 1) == b"{"  # the rest is more than a pipe holds: it is being written now
    process.send_signal(number)
    if reads:
        assert json.loads("{" + finish(process)[0].decode())["schema"] == "spasm.list/1"
    assert process.wait(60) == (130 if number == signal.SIGINT else -number)
    process.communicate()
