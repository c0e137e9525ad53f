"""Text set into lines of so many cells of a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

#: Prose is never set wider than this, in cells, unless ``--width`` asks for more.
PROSE_WIDTH = 80
#: How many of the texts that a batch repeats are kept.
_KEPT = 1000
_WIDE_LETTERS = frozenset({"Lo", "Po", "Ps", "Pe", "Lm"})


@lru_cache(maxsize=_KEPT)
def wrap(text: str, width: int, first: str = "", rest: str = "") -> Sequence[str]:
    """Return *text* as lines of at most *width* cells, begun with *first* and then *rest*.

    Nothing is ever cut: a word that is too long has a line to itself. Lines may break between wide letters, as
    Chinese and Japanese are set.
    """
    lines: list[str] = []
    line, used, empty = first, cells(first), True
    for gap, piece, size in _pieces(text):
        if not empty and used + gap + size > width:
            lines.append(line)
            line, used, empty = rest, cells(rest), True
        line += piece if empty else " " * gap + piece
        used += size if empty else gap + size
        empty = False
    return [*lines, line] if line.strip() else lines


def cells(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    return len(text) if text.isascii() else sum(map(_char_cells, text))


def _char_cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _pieces(text: str) -> Iterator[tuple[int, str, int]]:
    """Yield the parts of *text* that stay whole: the number of spaces before each (0 or 1), it, and its cells."""
    for word in filter(None, re.split(r"[ \t\n]+", text)):
        if word.isascii():
            yield 1, word, len(word)
            continue
        start = 0
        for index in range(1, len(word) + 1):
            if index == len(word) or _may_break(word[index - 1], word[index]):
                yield (0 if start else 1), word[start:index], cells(word[start:index])
                start = index


def _may_break(before: str, after: str) -> bool:
    """Tell whether a line may end between two characters: beside a wide letter, but not before what closes."""
    if unicodedata.category(after)[0] in "MC" or unicodedata.category(after) in ("Po", "Pe", "Pf"):
        return False
    if unicodedata.category(before) in ("Ps", "Pi"):
        return False
    return any(_char_cells(char) == 2 and unicodedata.category(char) in _WIDE_LETTERS for char in (before, after))
