"""Reading lines at the terminal: Ctrl-C clears the line, and leaves where it is empty; nothing is kept on disk.

Three ways: with questions below the line (`typeahead`, where its library is there), with the line editing of readline,
and line by line as the terminal itself edits them (dumb terminals, Windows).
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Any

from spasmcli.errors import UsageError
from spasmcli.signals import whole
from spasmcli.terminal import Terminal

try:
    import termios
except ImportError:  # pragma: no cover  (Windows)
    termios = None  # type: ignore[assignment]

#: Questions below the line need more columns than this.
_NARROWEST = 40
#: Switches bracketed paste off, for whoever has the terminal while this process is stopped.
_NO_PASTE_MARKS = "\x1b[?2004l"

Way = Callable[[str], str]


class _ToldToEnd(SystemExit):
    """A signal, its number, asked the process to end while a line was read, when the terminal is not as it was."""


class Prompt:
    """Reads lines at the terminal *env*; a context, in which signals are handled as a conversation needs it.

    *ahead* makes the way to read with questions below the line; it may raise ImportError.
    """

    def __init__(self, env: Terminal, ahead: Callable[[], Way] | None = None) -> None:
        self._env, self._make_ahead = env, ahead
        self._ahead: Way | None = None
        self._editor: Any = None  # readline, which gives `input` its line editing
        if not env.dumb:
            with contextlib.suppress(ImportError):  # Windows, some builds
                import readline

                self._editor = readline
        self._prompt = ""
        self._reading = self._pressed = self._emptied = self._draws_itself = False
        self._handlers: dict[int, Any] = {}
        self._modes: list[Any] | None = None

    def __enter__(self) -> Prompt:
        self._modes = _modes()
        for name, handler in (
            ("SIGINT", self._interrupt), ("SIGTERM", self._end), ("SIGHUP", self._end), ("SIGTSTP", self._stop)
        ):  # fmt: skip
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                self._handlers[number] = signal.signal(number, handler)
        if isinstance(self._env.stdin, TextIOWrapper):
            self._env.stdin.reconfigure(errors="replace")  # what is no text becomes U+FFFD
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        _set_modes(self._modes)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        if isinstance(error, _ToldToEnd):
            whole.leave(error.args[0], None)

    def read(self, prompt: str, *, ahead: bool = False) -> str:
        """Return what was typed after *prompt*, several lines if they were pasted; *ahead*: with questions below.

        Ctrl-C on an empty line raises KeyboardInterrupt, the end of what is typed EOFError. Where the terminal edits
        lines itself, only it knows whether one is empty: there the second Ctrl-C in a row does.
        """
        self._prompt = prompt
        way = self._way(ahead)
        self._draws_itself = way is self._ahead
        cleared = False
        while True:
            try:
                self._reading = True
                if self.interrupted():
                    raise KeyboardInterrupt
                return way(prompt)
            except KeyboardInterrupt:
                self._env.write("" if self._draws_itself else "\n")
                if self._emptied or cleared:
                    raise
                cleared = not self._editor  # what such a line held is not known: the next one leaves
            finally:
                self._reading = False

    def interrupted(self) -> bool:
        """Tell whether Ctrl-C was pressed since the last line was read, while none was being read."""
        pressed, self._pressed, self._emptied = self._pressed, False, True
        return pressed

    def _way(self, ahead: bool) -> Way:
        wide = (Terminal.current().columns or 0) > _NARROWEST  # it may have been resized
        if ahead and wide and not self._env.dumb and self._make_ahead:
            with contextlib.suppress(ImportError):
                self._ahead = self._ahead or self._make_ahead()
                return self._ahead
        return input if self._editor else self._plain

    def _plain(self, prompt: str) -> str:
        self._env.write(prompt)
        try:
            return next(self._env.lines())
        except (StopIteration, UsageError):  # UsageError: the terminal was closed
            raise EOFError from None

    # --- Signals ------------------------------------------------------------------------------------------------

    def _interrupt(self, _number: int, _frame: object) -> None:
        """Handle Ctrl-C: nothing is broken off but the reading of a line."""
        if not self._reading:
            self._pressed = True
            return
        self._emptied = bool(self._editor) and not self._editor.get_line_buffer()
        raise KeyboardInterrupt

    def _end(self, number: int, frame: object) -> None:
        """Handle the signals that end the process, which must not leave the terminal as line editing needs it."""
        if self._reading:
            raise _ToldToEnd(number)
        whole.leave(number, frame)

    def _stop(self, number: int, _frame: object) -> None:
        """Handle Ctrl-Z: stop with the terminal as it was found, and go on where it was."""
        editing = _modes()
        self._env.write(_NO_PASTE_MARKS if self._editor and self._reading else "")
        _set_modes(self._modes)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, self._stop)  # from here on: continued
        _set_modes(editing)
        if self._reading and not self._draws_itself:
            self._env.write(self._prompt + (self._editor.get_line_buffer() if self._editor else ""))


#: What is raised where standard input is no terminal, or there is no termios.
_NO_TERMINAL = (OSError, ValueError, AttributeError, *(() if termios is None else (termios.error,)))


def _modes() -> list[Any] | None:
    with contextlib.suppress(*_NO_TERMINAL):
        return termios.tcgetattr(sys.stdin.fileno())
    return None


def _set_modes(modes: list[Any] | None) -> None:
    if modes is not None:
        with contextlib.suppress(*_NO_TERMINAL):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, modes)
