"""Numbers as people write them, in digits or in words: "14", "1,000", "fourteen", "twenty one"."""

from collections.abc import Sequence

from spasmcli.text.words import Token

_SMALL = """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen""".split()
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
#: Words for numbers, with what they stand for.
WORDS = dict(zip(_SMALL, range(1, 20), strict=True)) | TENS


def number(words: Sequence[Token], at: int) -> tuple[float, int] | None:
    """Return the number that begins at word *at* and the word that it ends before, or None."""
    text = words[at].text
    if text[0].isdecimal():
        thousands = text[-4:-3] == ","
        return float(text.replace(",", "" if thousands else ".")), at + 1
    if text not in WORDS:
        return None
    ones = WORDS.get(words[at + 1].text, 0) if text in TENS and at + 1 < len(words) else 0
    return (TENS[text] + ones, at + 2) if 0 < ones < 10 else (WORDS[text], at + 1)


def number_before(words: Sequence[Token], end: int) -> tuple[float, int] | None:
    """Return the number that ends before word *end* and the word that it begins at, or None."""
    for start in (end - 2, end - 1):
        if start >= 0 and (found := number(words, start)) and found[1] == end:
            return found[0], start
    return None
