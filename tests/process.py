"""Run the installed command as a process, its streams being pipes, files or a real terminal."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

try:
    import fcntl
    import pty
    import resource
    import termios
except ImportError:  # Windows
    pty = None  # type: ignore[assignment]
    resource = None  # type: ignore[assignment]

#: What the command needs of the environment that the tests themselves run in.
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "COVERAGE_PROCESS_CONFIG")
_SCRIPT = Path(sys.executable).with_name("spasm.exe" if os.name == "nt" else "spasm")
#: The command: the script that the installer wrote, or the package itself where there is none.
COMMAND = [str(_SCRIPT)] if _SCRIPT.exists() else [sys.executable, "-m", "spasmcli"]
ESCAPE = "\x1b"
BOXES = re.compile("[\u2500-\u259f]")
#: The escapes that cards are drawn with: colours and links.
SGR = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\")
_FRAMES = "│┃╭╮╰╯─━┏┓┗┛•"
#: How many times the processor time of a plain run a hostile one may cost.
TIMES = 5
#: Only a guard: no test is meant to come near it, on however busy a machine.
_LONGEST_SECONDS = 120.0

needs_terminal = pytest.mark.skipif(pty is None, reason="pseudo-terminals are a thing of POSIX")
needs_posix = pytest.mark.skipif(os.name == "nt", reason="file descriptors and signals as POSIX has them")


class Result(NamedTuple):
    """What a finished process left behind. *code* is minus the number of the signal that ended it, if one did."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self) -> str:
        """Standard output; it must be UTF-8."""
        return self.stdout.decode()

    @property
    def err(self) -> str:
        """Standard error; it must be UTF-8."""
        return self.stderr.decode()

    @property
    def json(self) -> Any:
        """Standard output as the one JSON value that it must be."""
        return json.loads(self.out)

    def check(self, *codes: int) -> Result:
        """Return this result if it ended with one of *codes* (0 if none is given), without a traceback."""
        assert self.code in (codes or (0,)), (self.code, self.out[-500:], self.err[-2000:])
        assert "Traceback" not in self.err
        assert "Exception ignored" not in self.err
        return self


class Terminal:
    """A pseudo-terminal of some size; whatever is written to its *slave* is collected in *seen*."""

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self.master, self.slave = pty.openpty()
        termios.tcsetwinsize(self.slave, (rows, columns))
        modes = termios.tcgetattr(self.slave)
        modes[1] &= ~termios.OPOST  # a newline stays a newline
        modes[3] &= ~termios.ECHO
        termios.tcsetattr(self.slave, termios.TCSANOW, modes)
        self.seen = bytearray()
        self._more = threading.Condition()
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def _collect(self) -> None:
        with contextlib.suppress(OSError):  # how Linux says that nobody holds the terminal any more
            while piece := os.read(self.master, 65_536):
                with self._more:
                    self.seen += piece
                    self._more.notify_all()

    def wait_for(self, text: bytes) -> None:
        """Wait until *text* was written."""
        with self._more:
            assert self._more.wait_for(lambda: text in self.seen, _LONGEST_SECONDS), bytes(self.seen)

    def text(self) -> bytes:
        """Return all that was written, once every process has let go of the terminal."""
        os.close(self.slave)
        self._thread.join(_LONGEST_SECONDS)
        os.close(self.master)
        return bytes(self.seen)

    def adopt(self) -> None:
        """Make this the controlling terminal of the calling (child) process, so that Ctrl-C reaches it."""
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)


class Spasm:
    """The command with a *home* and a *cache* of its own."""

    def __init__(self, home: Path, command: Sequence[str] = COMMAND) -> None:
        self.home, self.cache = home, home / "cache"
        self.command = list(command)

    def variables(self, more: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """Return the variables that a process gets; *more* adds to them, None removes one."""
        found = {name: os.environ[name] for name in _KEPT if name in os.environ}
        found |= {
            "PAGER": "cat",
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.cache),
            "LOCALAPPDATA": str(self.cache),
        }
        found |= {"LANG": "C.UTF-8", "TERM": "xterm-256color", "PAGER": "cat"}
        return {name: value for name, value in (found | dict(more or {})).items() if value is not None}

    def start(
        self, *args: str | bytes, env: Mapping[str, str | None] | None = None, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Start the command; *options* go to Popen, where pipes are what is not given."""
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        settings = {"cwd": self.home, **pipes, **options}
        return subprocess.Popen([*self.command, *args], env=self.variables(env), **settings)

    def __call__(
        self,
        *args: str | bytes,
        stdin: str | bytes | int | None = None,
        env: Mapping[str, str | None] | None = None,
        tty: Iterable[str] | bool = False,
        size: tuple[int, int] = (80, 24),
        **options: Any,
    ) -> Result:
        """Run the command to its end. *tty* (or those streams that it names) are a terminal of *size*.

        Standard input is empty unless given.
        """
        streams = ("stdin", "stdout", "stderr") if tty is True else tuple(tty or ())
        terminals = {name: Terminal(*size) for name in streams}
        given = {name: terminal.slave for name, terminal in terminals.items()}
        text = stdin.encode() if isinstance(stdin, str) else stdin
        if "stdin" not in terminals and not isinstance(text, bytes):
            given["stdin"] = subprocess.DEVNULL if text is None else text
        process = self.start(*args, env=env, **{**given, **options})
        out, err = finish(process, text if isinstance(text, bytes) else None)
        drawn = {name: terminal.text() for name, terminal in terminals.items()}
        return Result(process.returncode, drawn.get("stdout", out), drawn.get("stderr", err))

    def through_shell(self, script: str, *args: str, env: Mapping[str, str | None] | None = None) -> Result:
        """Run the shell *script*, in which "$@" is the command with *args*."""
        shell = Spasm(self.home, ["sh", "-c", script, "sh", *self.command])
        return shell(*args, env=env)


def impatient(spasm: Spasm) -> Spasm:
    """Return the command, made to draw its progress from the first step on, however quick it is."""
    code = "import spasmcli.progress as p; p._AFTER_SECONDS = p._EVERY_SECONDS = -1; from spasmcli import __main__ as m"
    return Spasm(spasm.home, [sys.executable, "-c", f"{code}; m.main()"])


def finish(process: subprocess.Popen[bytes], stdin: bytes | None = None) -> tuple[bytes, bytes]:
    """Wait for *process* and return what it wrote to pipes; kill it if it hangs."""
    try:
        out, err = process.communicate(stdin, timeout=_LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return out or b"", err or b""


def seconds(run: Callable[[], object]) -> float:
    """Return the processor time that the processes of *run* take, which a busy machine hardly changes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def shown_words(out: str) -> list[str]:
    """Return the words that stand on a page, escapes and frames taken off."""
    return SGR.sub("", out).translate(dict.fromkeys(map(ord, _FRAMES), " ")).split()


def words_of(value: Any) -> list[str]:
    """Return every word of the texts in *value* (a text, or lists and objects of them, keys left out)."""
    if isinstance(value, str):
        return value.split()
    if isinstance(value, dict):
        value = list(value.values())
    return [word for item in value for word in words_of(item)] if isinstance(value, list) else []


def dump(path: Path, *entries: Mapping[str, Any] | str, **more: Any) -> str:
    """Write an FAQ file to *path* and return the path as text. An entry may be just its answer."""
    made = [
        {"id": f"entry-{number}", "question": f"What is topic {number}?", "answer": given}
        if isinstance(given, str)
        else {"id": f"entry-{number}", "question": f"What is topic {number}?", "answer": "It is so.", **given}
        for number, given in enumerate(entries, 1)
    ]
    text = json.dumps({"entries": made, **more}, ensure_ascii=False)
    # JSON is YAML but for these, which YAML takes for line breaks or refuses as they stand.
    text = re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda found: f"\\u{ord(found[0]):04x}", text)
    path.write_text(text, encoding="utf-8")
    return str(path)
