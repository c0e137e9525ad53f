"""Plain English words: right as they stand even where no entry of an FAQ uses them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from spasmcli.faqfile.file import of_package

_LIST = Path(__file__).parent / "english.txt"


def is_english(word: str) -> bool:
    """Tell whether *word*, in small letters, is a common English word: the sorted list is halved, not read by line."""
    wanted, listed = word.encode("utf-8", "replace"), _listed()
    low, high = 0, len(listed)
    while low < high:
        middle = (low + high) // 2
        start, end = listed.rfind(b"\n", 0, middle) + 1, listed.find(b"\n", middle)
        found = listed[start:end]
        if found == wanted:
            return True
        low, high = (end + 1, high) if found < wanted else (low, start)
    return False


@cache
def _listed() -> bytes:
    """Return the list, sorted, a word a line."""
    return of_package(_LIST, "list of words")
