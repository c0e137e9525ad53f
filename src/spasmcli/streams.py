"""The standard streams, made patient: whoever started the process may have set them to non-blocking or unbuffered.

Python gives up on a pipe that is full or empty just now, and without a buffer it drops what a nearly full disk did not
take. Here a write goes on until all is written or an error says why not, and only a real end of file ends a read.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

#: How long to wait where the system cannot tell when a stream is ready again.
_WAIT_SECONDS = 0.01


class _Patient(io.RawIOBase):
    """The *file* behind a standard stream, but never saying that it is not ready."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file

    def fileno(self) -> int:
        return self._file.fileno()

    def isatty(self) -> bool:
        return self._file.isatty()

    def readable(self) -> bool:
        return self._file.readable()

    def writable(self) -> bool:
        return self._file.writable()

    def write(self, data: Any, /) -> int:
        while (count := self._file.write(data)) is None:
            self._wait(writing=True)
        return count

    def readinto(self, buffer: Any, /) -> int:
        while (count := self._file.readinto(buffer)) is None:
            self._wait(writing=False)
        return count

    def _wait(self, *, writing: bool) -> None:
        from select import select
        from time import sleep

        try:
            select([] if writing else [self], [self] if writing else [], [])
        except (OSError, ValueError):  # Windows waits for sockets alone, others for the first thousand files
            sleep(_WAIT_SECONDS)


@contextmanager
def patient() -> Iterator[None]:
    """Within this context the standard streams are patient; a terminal that is read from stays as it is."""
    before = sys.stdin, sys.stdout, sys.stderr
    made: list[_Patient] = []
    try:
        sys.stdin = _made(sys.stdin, io.BufferedReader, made)
        sys.stdout, sys.stderr = (_made(one, io.BufferedWriter, made) for one in (sys.stdout, sys.stderr))
        yield
    finally:
        for file in made:
            file.close()  # what could not be written is dropped with it, and not tried again at the end
        sys.stdin, sys.stdout, sys.stderr = before


def _made(stream: Any, kind: type[io.BufferedReader] | type[io.BufferedWriter], made: list[_Patient]) -> TextIO:
    """Return *stream* over a patient file, which is added to *made*; or as it is, where no plain file is behind it."""
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)
    if type(raw) is not io.FileIO or (kind is io.BufferedReader and stream.isatty()):
        return stream  # type: ignore[no-any-return]
    stream.flush()
    made.append(_Patient(raw))
    return io.TextIOWrapper(kind(made[-1]), stream.encoding, stream.errors, line_buffering=stream.line_buffering)
