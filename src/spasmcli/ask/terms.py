"""The records of the matcher's index."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

#: Kinds of term. A term's key is its kind and its text.
UNIT, PAIR, IN_ANSWER = "u", "p", "a"


class Term(NamedTuple):
    """A word or pair of words: its *key*, its weight by rarity, and per entry number how strongly the entry uses it."""

    key: str
    rarity: float
    postings: list[tuple[int, float]]


class Phrasings(NamedTuple):
    """The question and aliases of an entry, for finding the closest one.

    *units* maps each of the units in *known* to (number of a phrasing, its share of that phrasing's length) pairs.
    """

    texts: list[str]
    known: Collection[str]
    units: Mapping[str, Sequence[tuple[int, float]]]
