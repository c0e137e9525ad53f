"""The one place that decides which characters may reach a terminal, a pipe or a JSON string."""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache

# These patterns are text, which re compiles when it first needs them: most runs never do.

# A control string (OSC, DCS and their kin) ends at BEL or ST; left open, it is taken to end with its line. The body
# stops at any other introducer, which keeps the scan linear.
_BODY = r"[^\x07\x1b\x90\x98\x9c-\x9f]*+(?:\x07|\x1b\\|\x9c)|[^\x07\x1b\x90\x98\x9c-\x9f\n]*+"
_SEQUENCE = (
    rf"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])(?:{_BODY})"  # control string
    r"|(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]?"  # CSI: colours, cursor, questions to the terminal
    r"|\x1b[ -/]*+[0-~]?"  # any other escape
)
_LINE_BREAK = "\r\n|[\r\x0b\x0c\x85\u2028\u2029]"

_DROPPED = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F),  # controls; those that break a line come later
    (0x061C, 0x061C), (0x200B, 0x200B), (0x200E, 0x200F), (0x202A, 0x202E),  # direction marks, zero width
    (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xE0000, 0xE007F),  # invisible operators, tags
)  # fmt: skip
_REPLACE: dict[int, str | None] = {
    **{code: None for first, last in _DROPPED for code in range(first, last + 1)},
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),  # bytes that were not UTF-8 arrive as lone surrogates
}

# Where U+200C and U+200D change how a word looks: Arabic and its neighbours, the scripts of India, Mongolian.
_JOINING = (
    (0x0600, 0x08FF), (0x0900, 0x0DFF), (0x1000, 0x109F), (0x1780, 0x18AF), (0x1B00, 0x1BBF), (0xA840, 0xA87F),
    (0xFB50, 0xFDFF), (0xFE70, 0xFEFC), (0x10D00, 0x10D3F), (0x11000, 0x11FFF), (0x1E900, 0x1E95F),
)  # fmt: skip
_EMOJI = ((0x2190, 0x21FF), (0x2300, 0x23FF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0xFE0F, 0xFE0F), (0x1F000, 0x1FAFF))
_JOINERS = "\u200c\u200d"

_PLAIN_FORMS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u2501\u2504\u2505\u2508\u2509\u2550", "-"),
    **dict.fromkeys("\u2502\u2503\u2506\u2507\u250a\u250b\u2551", "|"),
    **{chr(code): "+" for code in [*range(0x250C, 0x254C), *range(0x2552, 0x2571)]},
    **dict.fromkeys("\u2022\u2023\u25cf\u25aa\u25e6\u2043", "*"),
    **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f", " "),
    "\u2026": "...", "\u00b0": " degrees", "\u00b7": ".", "\u00d7": "x", "\u00bd": "1/2", "\u00bc": "1/4",
    "\u00be": "3/4", "\u2264": "<=", "\u2265": ">=", "\u2248": "~", "\u00b1": "+/-",
    "\u2190": "<-", "\u2192": "->", "\u21d2": "=>", "\u2191": "^", "\u2193": "v", "\u2194": "<->",
}  # fmt: skip


def sanitise(text: str, keep_newlines: bool = True) -> str:
    """Return *text* without anything that could steer a terminal or hide or reorder what is read.

    Escape sequences go as a whole, with their payload. Without *keep_newlines* line breaks and tabs become spaces.
    Printable text of any script comes back as it is.
    """
    if text.isprintable() or (keep_newlines and text.replace("\n", "").isprintable()):
        return text
    return _sanitised(text, keep_newlines)


@lru_cache(maxsize=200)  # a batch shows the same answers over and over
def _sanitised(text: str, keep_newlines: bool) -> str:
    text = re.sub(_SEQUENCE, "", text).translate(_REPLACE)
    text = re.sub(_LINE_BREAK, "\n", text)
    if any(joiner in text for joiner in _JOINERS):
        text = _needed_joiners(text)
    return text if keep_newlines else text.replace("\n", " ").replace("\t", " ")


def transliterate(text: str, encoding: str | None) -> str:
    """Return *text* in characters that *encoding* can carry: plain forms of typographic signs, ``?`` for the rest.

    None stands for a stream that takes any text.
    """
    return text if encoding is None else text.encode(encoding, _PLAIN).decode(encoding)


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for the characters that an encoding cannot carry, and where they end."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(_PLAIN_FORMS.get(char, "?") for char in error.object[error.start : error.end]), error.end


#: How Python knows `_plain` among the ways to go on where a character cannot be encoded.
_PLAIN = "spasmcli.plain"
codecs.register_error(_PLAIN, _plain)


def _needed_joiners(text: str) -> str:
    """Drop each U+200C and U+200D that no script and no emoji needs where it stands."""
    kept = ""
    pieces = re.split(f"([{_JOINERS}])", text)
    for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
        if piece not in _JOINERS or (piece and _needed(piece, kept[-1:], following[:1])):
            kept += piece
    return kept


def _needed(joiner: str, before: str, after: str) -> bool:
    if not (before and after):
        return False
    if all(_within(char, _JOINING) and unicodedata.category(char)[0] in "LM" for char in (before, after)):
        return True
    return joiner == "\u200d" and _within(before, _EMOJI) and _within(after, _EMOJI)


def _within(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(char) <= last for first, last in ranges)
