"""Ctrl-C and SIGTERM: the process ends at once and silently, but not in the middle of what it is writing."""

from __future__ import annotations

import os
import signal

#: How long a write may go on after the process was told to end. A reader that no longer reads must not keep it alive.
_GRACE_SECONDS = 1.0


class _Whole:
    """A context: a signal that comes inside takes effect at its end, or after the grace, or when it comes again."""

    def __init__(self) -> None:
        self._inside = False
        self._waiting = 0

    def __enter__(self) -> None:
        self._inside = True

    def __exit__(self, *_: object) -> None:
        self._inside = False
        if self._waiting:
            _end(self._waiting)

    def leave(self, number: int, _frame: object) -> None:
        """Handle the signal *number*."""
        if not self._inside or self._waiting:
            _end(self._waiting or number)
        self._waiting = number
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, self.leave)
            signal.setitimer(signal.ITIMER_REAL, _GRACE_SECONDS)


#: What is written inside this context is written whole.
whole = _Whole()


_USUAL = ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL))


def take_over() -> None:
    """Handle Ctrl-C and SIGTERM from here on, unless whoever started the process has them ignored.

    An exception, as Python raises for Ctrl-C, would be printed and lost where it hits a callback of the interpreter.
    """
    for number, usual in _USUAL:
        if signal.getsignal(number) is usual:
            signal.signal(number, whole.leave)


def give_back() -> None:
    """Leave both signals to Python again, where the process goes on."""
    for number, usual in _USUAL:
        if signal.getsignal(number) == whole.leave:
            signal.signal(number, usual)


def _end(number: int) -> None:
    if number == signal.SIGINT:
        os._exit(130)  # EXIT_INTERRUPTED: nothing is imported here, for Ctrl-C has to work as early as can be
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
