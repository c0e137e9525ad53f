"""The edges of the process: streams, environment variables, terminal, date, as the commands see them.

The cache folder is found by `cache`, and the library takes the date of today if none is given.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TextIO

from spasmcli import incoming
from spasmcli.errors import UsageError
from spasmcli.safetext import transliterate
from spasmcli.show.wrap import PROSE_WIDTH
from spasmcli.signals import whole

DEFAULT_WIDTH = 80
#: Bytes that are read at a time, if so many are there.
_PIECE = 64 * 1024
MIN_WIDTH, MAX_WIDTH = 1, 1000
#: Help has two columns: with less room than this its words would be cut.
_NARROWEST_HELP = 40

#: Terminals, by TERM_PROGRAM and VTE_VERSION, that make links (OSC 8).
_LINKING, _LINKING_VTE = frozenset({"iTerm.app", "vscode", "WezTerm", "ghostty", "Hyper", "rio"}), 5000

# One of these is missing from every code page that cannot carry a card.
_CARD_SIGNS = "╭─╮│┃━•→’…"
_REGION = r"[a-z]{2,3}(?:[-_][A-Z][a-z]{3})?[-_]([A-Z]{2})(?![A-Za-z])"


class Terminal:
    """What the process can read from and write to.

    Any stream may be None. *columns* and *rows* are what the terminal reports, None and 0 where there is no terminal;
    *dumb* tells whether it says that it knows neither escapes nor boxes. *faq* is the file that SPASM_FAQ names.
    """

    def __init__(
        self,
        *,
        stdin: TextIO | None = None,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
        variables: Mapping[str, str] | None = None,
        columns: int | None = None,
        rows: int = 0,
        today: date | None = None,
    ) -> None:
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self.stdin_is_terminal = _is_terminal(stdin)
        self.stdout_is_terminal = _is_terminal(stdout)
        self.stderr_is_terminal = _is_terminal(stderr)
        self.stdout_encoding = getattr(stdout, "encoding", None)
        self.variables = dict(variables or {})
        self.columns, self.rows = columns, rows
        self.today = today or date.today()
        self.term = self.variables.get("TERM", "")
        self.dumb = self.term in ("dumb", "unknown")
        self.faq = expanded(self.variables.get("SPASM_FAQ", ""))

    @classmethod
    def current(cls) -> Terminal:
        """Return the environment of this process as it is now."""
        _enable_escapes()
        columns, rows = _terminal_size(sys.stdout)
        return cls(
            stdin=sys.stdin, stdout=sys.stdout, stderr=sys.stderr, variables=os.environ, columns=columns, rows=rows
        )

    @property
    def unicode(self) -> bool:
        """Whether standard output carries every character; JSON and cards are written in ASCII otherwise."""
        return transliterate(_CARD_SIGNS, self.stdout_encoding) == _CARD_SIGNS

    @property
    def links(self) -> bool:
        """Whether the terminal is one that is known to make links of addresses behind words."""
        known = ("WT_SESSION", "KITTY_WINDOW_ID", "WEZTERM_PANE", "GHOSTTY_RESOURCES_DIR", "KONSOLE_VERSION")
        if any(self.variables.get(name) for name in known) or self.variables.get("TERM_PROGRAM") in _LINKING:
            return True
        return _number(self.variables.get("VTE_VERSION", "")) >= _LINKING_VTE or self.term in ("alacritty", "foot")

    @property
    def region(self) -> str:
        """The country of the locale, such as ``GB`` for ``en_GB.UTF-8``, or an empty string."""
        names = (self.variables.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
        found = re.match(_REGION, next(filter(None, names), ""))
        return found[1] if found else ""

    def form(self, choice: str = "auto") -> str:
        """Return the output format for the ``--format`` value *choice*: ``auto`` is a card on an able terminal."""
        if choice != "auto":
            return choice
        return "card" if self.stdout_is_terminal and not self.dumb else "plain"

    def width(self, option: int | None = None, form: str = "plain") -> int:
        """Return how many cells a line of *form* may take: ``--width`` beats COLUMNS beats the terminal's own width.

        Whatever makes no sense counts as 80. Raises UsageError for an *option* out of range.
        """
        if option is not None:
            if not MIN_WIDTH <= option <= MAX_WIDTH:
                raise UsageError(f"--width takes a number from {MIN_WIDTH} to {MAX_WIDTH}, not {option}.")
            return option
        given = self.variables.get("COLUMNS", "")
        wanted = _number(given) if given else self.columns
        width = wanted if wanted and MIN_WIDTH <= wanted <= MAX_WIDTH else DEFAULT_WIDTH
        return width if form == "card" else min(width, PROSE_WIDTH)

    @property
    def help_width(self) -> int:
        """The columns that help is set in. Below the narrowest the terminal has to break lines."""
        return max(self.width(), _NARROWEST_HELP)

    def colour(self, choice: str = "auto", *, error: bool = False) -> bool:
        """Return whether standard output, or standard error if *error*, gets colour and other escapes.

        ``--color`` beats NO_COLOR beats FORCE_COLOR (both count when not empty) beats what the stream is.
        """
        if choice != "auto":
            return choice == "always"
        if self.variables.get("NO_COLOR"):
            return False
        if self.variables.get("FORCE_COLOR"):
            return True
        return (self.stderr_is_terminal if error else self.stdout_is_terminal) and not self.dumb

    def lines(self) -> Iterator[str]:
        """Yield the lines of standard input as they come, without the space around them."""
        said = f"Of a line of more than {incoming.LONGEST_LINE >> 10} KB only the beginning was read."
        return incoming.lines(self._pieces(), lambda: self.note(f"{said} Write one question a line.\n"))

    def _pieces(self) -> Iterator[bytes]:
        """Yield what comes on standard input, as soon as it is there."""
        # Bytes where there are any: the stream itself would stop at the first one it cannot decode.
        source: Any = getattr(self.stdin, "buffer", self.stdin)
        # From a terminal no more than the line that is asked for: the rest belongs to whoever reads next.
        read = getattr(source, "readline" if self.stdin_is_terminal else "read1", getattr(source, "read", None))
        try:
            while read and (piece := read(_PIECE)):
                yield piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogateescape")
        except (OSError, ValueError) as error:  # open for writing only, a disk that fails, or closed
            raise UsageError(f"Standard input cannot be read: {getattr(error, 'strerror', None) or error}.") from None

    def write(self, text: str) -> None:
        """Write *text* to standard output in characters it can carry. A closed pipe or a full disk raises OSError."""
        if self.stdout is not None:
            with whole:
                self.stdout.write(transliterate(text, self.stdout_encoding))
                self.stdout.flush()

    def write_page(self, text: str, *, paged: bool) -> None:
        """Write *text*; where it is taller than the terminal and *paged*, through the pager of the reader.

        A terminal that knows no escapes has none: less would ask for a key before every page, with a warning.
        """
        tall = self.rows and text.count("\n") >= self.rows
        if paged and tall and not self.dumb and self.stdout_is_terminal and self.stdin_is_terminal and self._page(text):
            return
        self.write(text)

    def _page(self, text: str) -> bool:
        """Show *text* in ``$PAGER``, else in less; return whether one was started. Leaving it early is no fault."""
        import shlex
        import shutil
        import subprocess

        try:
            command = shlex.split(self.variables.get("PAGER", "less -FRX"))
        except ValueError:
            return False
        if not command or command == ["cat"] or not shutil.which(command[0]):
            return False
        variables = {"LESS": "-FRX", "LESSCHARSET": "utf-8", **self.variables}
        try:
            pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=variables)  # noqa: S603  (the reader's own)
        except OSError:  # a file that is marked as a program and is none
            return False
        with pager:
            try:
                pager.communicate(transliterate(text, self.stdout_encoding).encode(self.stdout_encoding or "utf-8"))
            except KeyboardInterrupt:
                pager.wait()
        return True

    def read_all(self) -> bytes:
        """Return all of standard input."""
        if self.stdin is None or self.stdin_is_terminal:
            raise UsageError('"spasm check -" reads an FAQ file from a pipe: spasm check - < my.yaml')
        return b"".join(self._pieces())

    def note(self, text: str) -> None:
        """Write *text* to standard error in characters it can carry. If nobody can hear it, nothing happens."""
        if self.stderr is not None:
            with contextlib.suppress(OSError, ValueError):  # ValueError: the stream was closed
                self.stderr.write(transliterate(text, getattr(self.stderr, "encoding", None)))
                self.stderr.flush()


def expanded(path: str) -> str:
    """Return *path* with the home folder for a leading ~, which a shell leaves alone behind an equals sign."""
    return os.path.expanduser(path)  # noqa: PTH111  (pathlib's fails without a home)


def _number(text: str) -> int:
    """Return the number that *text* is, or 0."""
    # isdecimal() takes digits of other scripts too, as int() does; the length bounds what int() has to read.
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _terminal_size(stream: TextIO | None) -> tuple[int | None, int]:
    """Return the columns and rows of the terminal behind *stream*; None and 0 where there is none."""
    try:
        return os.get_terminal_size(stream.fileno()) if stream is not None else (None, 0)
    except (OSError, ValueError):  # no terminal, no file behind the stream, or closed
        return None, 0


def _enable_escapes() -> None:
    """Let a Windows console read escape sequences; every other terminal does already."""
    if sys.platform == "win32":
        import ctypes  # pragma: no cover

        kernel = ctypes.windll.kernel32  # pragma: no cover
        for handle in (-11, -12):  # pragma: no cover  (standard output, standard error)
            kernel.SetConsoleMode(kernel.GetStdHandle(handle), 7)
