"""The matcher's index of an FAQ: how strongly each entry uses which words, pairs of words and answer words.

All weights depend on the entries that share a word and on nothing else, so that an entry with other words
changes no score: a word in n entries weighs n ** -RARITY (an idf without the size of the collection).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from spasmcli.ask.phrases import Phrases
from spasmcli.ask.query import read_plain
from spasmcli.ask.terms import IN_ANSWER, PAIR, UNIT, Phrasings
from spasmcli.ask.words import Token, fold, tokens
from spasmcli.faq.model import Entry

#: How fast a word loses weight with the number of entries that use it.
RARITY = 0.32
#: How fast an entry's strength in a word grows with the share of its phrasings that use it.
SHARE = 0.24


class Reading(NamedTuple):
    """An entry, read for the index.

    *strengths* maps the key of each term to how strongly the entry uses it; *units* holds the weighted units of
    each phrasing, *normals* their normal forms; *words* are the words of the phrasings, *answer_words* of the answer.
    """

    strengths: dict[str, float]
    units: list[tuple[tuple[str, float], ...]]
    normals: list[str]
    words: Counter[str]
    answer_words: set[str]


def read_entry(entry: Entry, phrases: Phrases, synonyms: frozenset[str]) -> Reading:
    """Read the question, aliases and answer of *entry*."""
    found: Counter[str] = Counter()
    units, normals = [], []
    words: Counter[str] = Counter()
    texts = (entry.question, *entry.aliases)
    for text in texts:
        plain = tokens(fold(text))
        read = read_plain(plain, phrases, synonyms)
        found.update([UNIT + unit for unit in read.weights])
        found.update([PAIR + pair for pair in read.pairs])
        units.append(tuple(read.weights.items()))
        normals.append(_normal(plain))
        words.update({token.text for token in plain})
    strengths = {key: (count / len(texts)) ** SHARE for key, count in found.items()}
    answer = tokens(fold(entry.answer))
    strengths.update((IN_ANSWER + unit, 1.0) for unit in read_plain(answer, phrases, synonyms).weights)
    return Reading(strengths, units, normals, words, {token.text for token in answer})


def _normal(plain: Sequence[Token]) -> str:
    return " ".join([token.text for token in plain])


def rarity(entries: int) -> float:
    """Return what a word weighs that so many *entries* use."""
    return float(entries**-RARITY)


def phrasings(entry: Entry, units: Sequence[Sequence[tuple[str, float]]], uses: Mapping[str, int]) -> Phrasings:
    """Return the phrasings of *entry* for the closest look; *uses* counts the entries that use each unit."""
    shares: dict[str, list[tuple[int, float]]] = {}
    for number, weighted in enumerate(units):
        rare = [(unit, weight * rarity(uses[unit])) for unit, weight in weighted]
        length = sqrt(sum(weight * weight for _, weight in rare)) or 1.0
        for unit, weight in rare:
            shares.setdefault(unit, []).append((number, weight / length))
    return Phrasings([entry.question, *entry.aliases], shares)
