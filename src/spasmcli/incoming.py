"""What comes in from outside as bytes, as lines of text: whichever program wrote them, and however they arrive.

What such a text means is the business of `text.typed`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator

#: Bytes of a line that are read; more is no question.
LONGEST_LINE = 64 * 1024
#: How a file in UTF-16 begins, with its mark or, in English, without.
_UTF_16 = re.compile(rb"(?P<le>\xff\xfe|[^\0]\0[^\0]\0)|(?P<be>\xfe\xff|\0[^\0]\0[^\0])")
#: A small letter before a capital with an accent: so does Windows-1252 read the quotes and accents of MacRoman.
_MISREAD = re.compile("[a-z][À-ÖØ-ÞŠŽŸ]")
#: A byte that is not UTF-8, as Python hands it on.
_STRAY = re.compile("[\udc80-\udcff]")
_END = re.compile(rb"\r\n|[\r\n]")


def decoded(data: bytes, *, whole: bool = True) -> str:
    """Return *data* as text: UTF-8, its end perhaps cut if not *whole*, and all else MacRoman or Windows-1252."""
    text = codecs.utf_8_decode(data, "surrogateescape", whole)[0]
    if text.isascii() or not _STRAY.search(text):
        return text
    windows = text.translate(_table("cp1252"))
    return text.translate(_table("mac-roman")) if "\ufffd" in windows or _MISREAD.search(windows) else windows


def _table(encoding: str) -> dict[int, str]:
    """Return what the lone surrogates that Python makes of bytes mean in *encoding*."""
    return {0xDC00 + byte: bytes([byte]).decode(encoding, "replace") for byte in range(0x80, 0x100)}


def argument(text: str) -> str:
    """Return an argument with *text*, whose bytes that are not UTF-8 Python has made lone surrogates, as `decoded`."""
    if text.isascii():
        return text
    try:
        return decoded(text.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:  # surrogates of another kind: Windows has names with them
        return text


def lines(pieces: Iterable[bytes], cut: Callable[[], None] = lambda: None) -> Iterator[str]:
    """Yield the lines of a stream that arrives in *pieces*, without the space around them, each once its end is there.

    A line feed, a carriage return or both end a line; both count as two, a blank line between, where pieces part them.
    Of a line that is too long the beginning is kept, and *cut* is called.
    """
    left = b""
    skipping = False
    for piece in _utf_8(pieces):
        *whole, last = _END.split(left + piece)
        for line in whole:
            if not skipping:
                yield _line(line, cut)
            skipping = False
        left = b"" if skipping else last
        if len(left) > LONGEST_LINE:
            yield _line(left, cut)
            left, skipping = b"", True
    if left:
        yield _line(left, cut)


def _line(data: bytes, cut: Callable[[], None]) -> str:
    if len(data) <= LONGEST_LINE:
        return decoded(data).replace("\0", " ").strip()
    cut()
    text = decoded(data[:LONGEST_LINE], whole=False).replace("\0", " ")
    return (text.rpartition(" ")[0] or text).strip()  # half a word would be read as a misspelt one


def _utf_8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield *pieces* without their byte order mark, in UTF-8 if they begin as UTF-16 does."""
    begun, decoder = b"", None
    rest = iter(pieces)
    for piece in rest:
        begun += piece
        if begun not in (codecs.BOM_UTF8[:1], codecs.BOM_UTF8[:2], b"\xff", b"\xfe"):  # else more must be seen
            break
    if found := _UTF_16.match(begun):
        decoder = codecs.getincrementaldecoder("utf-16-le" if found["le"] else "utf-16-be")("replace")
        begun = decoder.decode(begun).removeprefix("\ufeff").encode("utf-8", "replace")
    yield begun.removeprefix(codecs.BOM_UTF8)
    for piece in rest:
        yield decoder.decode(piece).encode("utf-8", "replace") if decoder else piece
