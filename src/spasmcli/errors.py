"""What can go wrong, and the exit codes that say so."""

from typing import NamedTuple

#: Exit codes, fixed for scripts.
EXIT_ANSWERED = 0
EXIT_NO_MATCH = 1
EXIT_USAGE = 2
EXIT_BAD_FAQ = 3
EXIT_INTERRUPTED = 130


class Problem(NamedTuple):
    """One fault of an FAQ file; *line* and *column* count from 1."""

    line: int
    column: int
    message: str


class SpasmError(Exception):
    """Base of every error this package raises on purpose; its text is one clear sentence."""

    exit_code = EXIT_USAGE


class UsageError(SpasmError):
    """The command was called with something it cannot use."""


class FAQError(SpasmError):
    """The FAQ file cannot be used; *problems* lists every fault found in it."""

    exit_code = EXIT_BAD_FAQ

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems
