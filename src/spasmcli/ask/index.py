"""The matcher's index of an FAQ: which entries use which words, pairs of words and answer words.

All weights depend on the entries that share a word and on nothing else, so that an entry with other words
changes no score: a word in n entries weighs n ** -RARITY (an idf without the size of the collection).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from math import sqrt
from typing import NamedTuple

from spasmcli.ask.phrases import Phrases
from spasmcli.ask.query import read_plain
from spasmcli.ask.terms import IN_ANSWER, PAIR, UNIT, Phrasings, Term
from spasmcli.ask.words import fold, normal_form, tokens
from spasmcli.faq.model import Entry

#: How fast a word loses weight with the number of entries that use it.
RARITY = 0.32
#: How fast an entry's strength in a word grows with the share of its phrasings that use it.
SHARE = 0.24
class Index(NamedTuple):
    """All that the matcher needs of an FAQ."""

    terms: list[Term]
    phrasings: list[Phrasings]
    exact: dict[str, int]
    words: Counter[str]


def build(
    entries: Iterable[Entry], phrases: Phrases, synonyms: frozenset[str], step: Callable[[], None] = lambda: None
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
            units, pairs = read_plain(text, phrases, synonyms)
            phrasings.append((text, units))
            found.update([UNIT + unit for unit in units])
            found.update([PAIR + pair for pair in pairs])
            exact.setdefault(normal_form(text), number)
            words.update({token.text for token in tokens(fold(text))})
        for key, count in found.items():
            strengths.setdefault(key, {})[number] = (count / len(texts)) ** SHARE
        for unit in read_plain(entry.answer, phrases, synonyms).weights:
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
