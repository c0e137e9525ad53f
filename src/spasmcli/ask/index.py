"""The matcher's index of an FAQ: how strongly each entry uses which words, pairs of words and answer words.

All weights depend on the entries that share a word and on nothing else, so that an entry with other words
changes no score: a word weighs spread ** -RARITY, an idf without the size of the collection (see `weigh`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

from spasmcli.ask.phrases import Phrases
from spasmcli.ask.query import Plain, pairs, read_plain
from spasmcli.ask.terms import IN_ANSWER, PAIR, UNIT, Phrasings
from spasmcli.ask.words import fold
from spasmcli.model import Entry

#: How fast a word of phrasings, or of answers, loses weight with the number of entries that use it.
RARITY, ANSWER_RARITY = 0.27, 0.48
#: How fast an entry's strength in a word grows with the share of its phrasings that use it.
SHARE = 0.24


#: At so many phrasings an entry counts as half one with few (see `few`).
FEW_PHRASINGS = 6.0
#: Where entries have few phrasings: how much more their words count, and how much faster with rarity.
FEW_WORDS, FEW_RARITY = 4.0, 0.5


#: An answer that would count for less than this (from 36 phrasings on) does not count: its words are just known.
WEAKEST = 0.005


class EntryTerms(NamedTuple):
    """An entry, read for the index.

    *shares* maps the key of each term to the share of the entry's phrasings that use it (for the words of the answer:
    to how much the answer counts); *phrasings* are the question and aliases, *answer_words* the words of the answer.
    """

    shares: dict[str, float]
    phrasings: list[Plain]
    answer_words: list[str]


def read_entry(entry: Entry, phrases: Phrases, synonyms: frozenset[str]) -> EntryTerms:
    """Read the question, aliases and answer of *entry*."""
    texts = (entry.question, *entry.aliases)
    read = [read_plain(fold(text), phrases, synonyms) for text in texts]
    found = [UNIT + unit for plain in read for unit in plain.weights]
    found += [PAIR + pair for plain in read for pair in pairs(plain.sequence)]
    shares = {key: count / len(texts) for key, count in Counter(found).items()}
    answer = read_plain(fold(entry.answer), phrases, synonyms)
    in_answer = few(len(texts))
    shares.update(dict.fromkeys([IN_ANSWER + unit for unit in answer.weights], in_answer))
    return EntryTerms(shares, read, answer.words)


def few(phrasings: int) -> float:
    """Return how far an entry with so many phrasings is one with few: 1 for a single one, near 0 from twenty.

    With few phrasings single words and the answer have to speak for an entry; with many, the phrasings do.
    """
    return 1.0 / (1.0 + (phrasings / FEW_PHRASINGS) ** 3)


def weigh(
    kind: str, shares: Sequence[tuple[int, float]], few: Sequence[float]
) -> tuple[float, Sequence[int], Sequence[float]]:
    """Return what a term weighs, the numbers of the entries that use it, and how strongly each of them does.

    *shares* are the entries that have the term, by number, each with its share; *few* is `few` of every entry.
    The weight falls with the number of entries that really use the term: the participation ratio of the shares, which
    counts an entry with the term in one of thirty phrasings for little.
    """
    if kind == IN_ANSWER:
        strong = [share for share in shares if share[1] >= WEAKEST]
        return len(shares) ** -ANSWER_RARITY, [number for number, _ in strong], [share for _, share in strong]
    if len(shares) == 1:  # as most terms: the same as below, in a third of the time
        ((number, share),) = shares
        return 1.0, (number,), (strength(kind, share, few[number]),)
    numbers, parts = zip(*shares, strict=True)
    total = sum(parts)
    mean = sum([share * few[number] for number, share in shares]) / total
    spread = total**2 / sum([share * share for share in parts])
    rarity = spread ** -(RARITY * (1.0 + FEW_RARITY * mean))
    return rarity, numbers, [strength(kind, share, mean) for share in parts]


@lru_cache(maxsize=10_000)
def strength(kind: str, share: float, few: float) -> float:
    """Return how strongly an entry uses a term that it has in this *share*; *few* is the mean of `few`, as above."""
    return float(share**SHARE) * (1.0 + FEW_WORDS * few if kind == UNIT else 1.0)


def phrasings(entry: Entry, units: Sequence[Mapping[str, float]], rarities: Mapping[str, float]) -> Phrasings:
    """Return the phrasings of *entry* for the closest look; *rarities* tells what each unit weighs."""
    shares: dict[str, list[tuple[int, float]]] = {}
    for number, weighted in enumerate(units):
        rare = [(unit, weight * rarities[unit]) for unit, weight in weighted.items()]
        length = sqrt(sum(weight * weight for _, weight in rare)) or 1.0
        for unit, weight in rare:
            shares.setdefault(unit, []).append((number, weight / length))
    return Phrasings([entry.question, *entry.aliases], shares, shares)
