"""The matcher's index of an FAQ: which entries use which words, pairs of words and answer words.

All weights depend on the entries that share a word and on nothing else, so that an entry with other words
changes no score: a word in n entries weighs n ** -RARITY (an idf without the size of the collection).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from math import sqrt
from typing import NamedTuple

from spasmcli.ask.phrases import Layers
from spasmcli.ask.query import read_plain
from spasmcli.ask.words import fold, normal_form, tokens
from spasmcli.faq.model import Entry

#: How fast a word loses weight with the number of entries that use it.
RARITY = 0.5
#: Kinds of term. A term's key is its kind and its text.
UNIT, PAIR, IN_ANSWER = "u", "p", "a"


class Term(NamedTuple):
    """A word or pair of words: its *key*, its weight by rarity, and per entry number how strongly the entry uses it."""

    key: str
    rarity: float
    postings: list[tuple[int, float]]


class Phrasings(NamedTuple):
    """The question and aliases of an entry, for finding the closest one.

    *units* maps each unit to (number of a phrasing, its share of that phrasing's length) pairs.
    """

    texts: list[str]
    units: dict[str, list[tuple[int, float]]]


class Index(NamedTuple):
    """All that the matcher needs of an FAQ."""

    terms: list[Term]
    phrasings: list[Phrasings]
    exact: dict[str, int]
    words: Counter[str]


def build(
    entries: Iterable[Entry], layers: Layers, synonyms: frozenset[str], step: Callable[[], None] = lambda: None
) -> Index:
    """Index *entries*; *step* is called after each of them, so that a caller may show progress."""
    strengths: dict[str, dict[int, float]] = {}
    read: list[list[tuple[str, dict[str, float]]]] = []
    exact: dict[str, int] = {}
    words: Counter[str] = Counter()
    for number, entry in enumerate(entries):
        texts = [entry.question, *entry.aliases]
        exact.setdefault(normal_form(entry.id), number)
        phrasings = []
        found: Counter[str] = Counter()
        for text in texts:
            units, pairs = read_plain(text, layers, synonyms)
            phrasings.append((text, units))
            found.update([UNIT + unit for unit in units])
            found.update([PAIR + pair for pair in pairs])
            exact.setdefault(normal_form(text), number)
            words.update({token.text for token in tokens(fold(text))})
        for key, count in found.items():
            strengths.setdefault(key, {})[number] = sqrt(count / len(texts))
        for unit in read_plain(entry.answer, layers, synonyms).weights:
            strengths.setdefault(IN_ANSWER + unit, {})[number] = 1.0
        read.append(phrasings)
        step()
    terms = [Term(key, len(by) ** -RARITY, list(by.items())) for key, by in strengths.items()]
    rarity = {term.key[1:]: term.rarity for term in terms if term.key[0] == UNIT}
    return Index(terms, list(_phrasings(read, rarity)), exact, words)


def _phrasings(read: list[list[tuple[str, dict[str, float]]]], rarity: dict[str, float]) -> Iterator[Phrasings]:
    for phrasings in read:
        units: dict[str, list[tuple[int, float]]] = {}
        for number, (_, weights) in enumerate(phrasings):
            length = sqrt(sum((weight * rarity[unit]) ** 2 for unit, weight in weights.items())) or 1.0
            for unit, weight in weights.items():
                units.setdefault(unit, []).append((number, weight * rarity[unit] / length))
        yield Phrasings([text for text, _ in phrasings], units)
