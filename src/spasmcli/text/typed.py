"""What a typed text becomes before anything reads it: one Unicode form, straight apostrophes, nothing invisible.

People paste from web pages and mails, and old programs send old bytes: entities, escapes and stray signs inside a
contraction all stand for an apostrophe, without which "can't pee" would lose its "not".
"""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = str.maketrans(dict.fromkeys("\x91\x92‘’‛ʼʻ`´′❛❜＇", "'"))
#: Categories of characters that no reader needs: combining marks, formats, surrogates, private and unassigned ones.
_DROPPED = frozenset({"Mn", "Cf", "Cs", "Co", "Cn"})
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
#: An escaped character; those of the last kind are all apostrophes.
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|=(E2=80=99|92|27|B4)", re.IGNORECASE)
#: A fraction that is one character, with the digit before it: NFKC would join them, and 1½ would be 11 by 2.
_FRACTION = re.compile("([0-9] ?)?([¼½¾])")
_DECIMALS = {"¼": ".25", "½": ".5", "¾": ".75"}
#: A contraction with one or two stray signs for its apostrophe, a space, or both: "can,t", "don \u2019t", "won''t".
_CONTRACTION = re.compile(
    r"\b((?:ca|do|did|does|wo|is|was|could|would|should|have|has|had|are|were|ai|must|need)n)"
    r"(?:[^a-z0-9\s]{1,2} ?| [^a-z0-9\s]?)(t)\b",
    re.IGNORECASE,
)


def fold(text: str) -> str:
    """Return *text* in one Unicode form with straight apostrophes, no accents and no invisible characters.

    Case is kept, so that the words of a question can be quoted back.
    """
    if "&" in text:
        text = _ENTITY.sub(_entity, text)
    if "\\" in text or "=" in text:
        text = _ESCAPE.sub(_escape, text)
    if not text.isascii():
        text = text.translate(_APOSTROPHES)  # before NFKC, which takes an acute accent apart
        text = _FRACTION.sub(_decimal, text)
        text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
        text = _CONTRACTION.sub(r"\1'\2", text)  # while a sign of another code page still is one letter
        decomposed = unicodedata.normalize("NFD", text)
        text = "".join(char for char in decomposed if unicodedata.category(char) not in _DROPPED)
    text = text.replace("`", "'")
    return _CONTRACTION.sub(r"\1'\2", text) if "n" in text or "N" in text else text


def _entity(found: re.Match[str]) -> str:
    from html import unescape  # a table of two thousand names, seldom needed

    return unescape(found[0])


def _decimal(found: re.Match[str]) -> str:
    return (found[1] or "0").strip() + _DECIMALS[found[2]]


def _escape(found: re.Match[str]) -> str:
    return "'" if found[3] else chr(int(found[1] or found[2], 16))
