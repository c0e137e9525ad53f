"""A line on standard error that tells how far slow work has come; nobody sees it where the work is quick."""

from __future__ import annotations

from time import monotonic

from spasmcli.terminal import Terminal

_AFTER_SECONDS = 0.5
_EVERY_SECONDS = 0.1


class Progress:
    """Call it with how much is done and, if known, of how much; use it as a context to have the line removed."""

    def __init__(self, terminal: Terminal, doing: str) -> None:
        self._terminal = terminal
        self._doing = doing
        self._next = monotonic() + _AFTER_SECONDS
        self._shown = False

    def __call__(self, done: int, total: int = 0) -> None:
        """Show the progress if the work has lasted long enough and standard error is a terminal."""
        if not self._terminal.stderr_is_terminal or monotonic() < self._next:
            return
        self._next = monotonic() + _EVERY_SECONDS
        self._shown = True
        share = f"{100 * done // total} %" if total else f"{done}"
        # The cursor goes back at once, so that whatever comes next, a prompt after Ctrl-C included, is not moved.
        self._terminal.note(f"\r{self._doing}: {share} \r")

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._terminal.note("\r" + " " * (len(self._doing) + 14) + "\r")
