"""Score the entries of an FAQ against a question.

Four views are added up, after the recipe of lexical hybrids for FAQ retrieval: how much of the question an entry's
phrasings cover (weighted by rarity), neighbouring words (order and intent: "how long", "can i"), words of the answer,
and the closest single phrasing. A logistic curve turns the sum into a score.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import exp, sqrt
from typing import NamedTuple, Protocol

from spasmcli.ask.phrases import Occurrence
from spasmcli.ask.query import Query, Units
from spasmcli.ask.terms import IN_ANSWER, PAIR, UNIT, Phrasings, Term

#: Weights of the views, chosen by bench/tune.py.
WORDS, PAIRS, ANSWER, PHRASING = 0.3, 0.98, 1.7, 1.75
#: How far the sum over words is divided by the length of the question: 1 would refuse every long story.
LENGTH = 0.13
#: What a word weighs that no entry uses, or only an answer.
UNKNOWN, ANSWER_ONLY = 1.28, 0.2
#: How far the sum of the next best entry is taken off: a close second makes the first less sure.
RIVAL = 0.35
#: Logistic calibration of what is left, fitted by bench/tune.py.
SLOPE, OFFSET = 5.42, -4.72
#: From which score an answer is shown as a close match, and from which as a possible one; set by bench/tune.py.
SURE, POSSIBLE = 75.0, 33.0
#: Names of the groups of words that show that a question is about the FAQ's subject, or about another one.
INSIDE, OUTSIDE = "(inside)", "(outside)"
#: By how much the sum counts of a question with words from outside only, with neither, and with as many from outside as
#: from inside.
OUTSIDE_ONLY, NEITHER, MIXED = 0.5, 0.65, 0.65
#: How many entries, compared phrasing by phrasing, can come first.
_CLOSE_LOOK = 4
#: A term in more entries than this only adds to entries that a rarer one has found: the price of growth.
_COMMON = 1000


class Index(Protocol):
    """Where the matcher reads the index."""

    @property
    def scoped(self) -> bool:
        """Whether the FAQ says what it is about."""

    def terms(self, keys: Sequence[str]) -> Mapping[str, Term | None]:
        """Return the terms with these *keys*, None or nothing for those that do not exist, and maybe others."""

    def phrasings(self, number: int) -> Phrasings:
        """Return the phrasings of entry *number*."""

    def exact(self, normal: str) -> int | None:
        """Return the entry whose id, question or alias has this normal form."""

    def entry_id(self, number: int) -> str:
        """Return the id of entry *number*."""


class Scored(NamedTuple):
    """An entry number with its *lead* (the sum of its views, less a share of its best rival's), its *score* from 0 to
    100, and its closest *phrasing*."""

    number: int
    lead: float
    score: float
    phrasing: str


def match(query: Query, index: Index, top: int, bonus: Mapping[int, float] = {}) -> list[Scored]:
    """Return the *top* closest entries, best first; ties go by id, so that the order of a file never matters.

    *bonus* adds to the raw sum of some entries (those that a raised red flag points to).
    """
    reading = QueryTerms(query.units, index)
    raw = reading.entry_views()
    scope = _scope(query, index)
    for number, more in bonus.items():
        raw[number] = raw.get(number, 0.0) + more
    close = _highest(raw, index, max(_CLOSE_LOOK, top))
    exact = index.exact(query.normal) if query.normal else None
    if exact is not None and exact not in close:
        close.append(exact)
    sums: dict[int, tuple[float, str]] = {}
    for place, number in enumerate(close):
        likeness, phrasing = reading.closest(index.phrasings(number))
        total = scope * (raw.get(number, 0.0) + PHRASING * likeness)
        if place >= _CLOSE_LOOK and number != exact:  # however many are wanted, the first ones stay the same
            total = min(total, *(other for other, _ in sums.values()))
        sums[number] = (total, phrasing)
    best, second = (*sorted((total for total, _ in sums.values()), reverse=True), 0.0, 0.0)[:2]
    found = []
    for number, (total, phrasing) in sums.items():
        rival = second if total == best else best
        lead = total - RIVAL * rival
        found.append(Scored(number, lead, 100.0 if number == exact else calibrate(lead), phrasing))
    found.sort(key=lambda s: (-s.score, -s.lead, index.entry_id(s.number)))
    return found[:top]


def _highest(raw: Mapping[int, float], index: Index, count: int) -> list[int]:
    """Return the *count* entries with the highest sums, best first; only ids that decide are looked up."""
    least = min(sorted(raw.values(), reverse=True)[:count], default=0.0)
    near = [number for number, total in raw.items() if total >= least]
    return sorted(near, key=lambda n: (-raw[n], index.entry_id(n)))[:count]


def _scope(query: Query, index: Index) -> float:
    """Return by how much the sums count, from whether the question says what it is about."""
    if not any(map(_tells, query.units.weights)):
        return 0.0
    if not index.scoped:
        return 1.0
    found = [occurrence for occurrence in query.occurrences if occurrence.name in (INSIDE, OUTSIDE)]
    outside = [one for one in found if one.name == OUTSIDE]
    inside = [
        one for one in found  # the back of "baby back ribs" is none
        if one.name == INSIDE and not any(o.start <= one.start and one.end <= o.end for o in outside)
    ]  # fmt: skip
    if not inside:
        return OUTSIDE_ONLY if outside else NEITHER
    return MIXED if len(_starts(outside)) >= len(_starts(inside)) else 1.0


def _starts(found: Iterable[Occurrence]) -> set[int]:
    return {occurrence.start for occurrence in found}


def _tells(unit: str) -> bool:
    """Whether *unit* says anything by itself: a letter of the alphabet or a number does not."""
    return (len(unit) > 1 or not unit.isascii()) and not unit[0].isdecimal()


class QueryTerms:
    """The units of a question with their terms looked up in the index."""

    def __init__(self, units: Units, index: Index) -> None:
        keys = [kind + unit for unit in units.weights for kind in (UNIT, IN_ANSWER)]
        pairs = [PAIR + pair for pair in units.pairs]
        terms = index.terms([*keys, *pairs])
        self.units = [(unit, weight, terms.get(UNIT + unit), terms.get(IN_ANSWER + unit))
                      for unit, weight in units.weights.items()]  # fmt: skip
        """Each unit with its weight in the question, its term and its term as a word of answers."""
        self.pairs = [terms.get(pair) for pair in pairs]
        self.weights = {
            unit: weight * (term.rarity if term else ANSWER_ONLY if in_answer else UNKNOWN)
            for unit, weight, term, in_answer in self.units
        }
        self.length = sqrt(sum([weight * weight for weight in self.weights.values()]))

    def contributions(self) -> Iterator[tuple[Term, float]]:
        """Yield each known word, pair or answer word with what it adds, per unit of an entry's strength in it."""
        total = (sum(self.weights.values()) or 1.0) ** LENGTH
        for unit, weight, term, in_answer in self.units:
            if term:
                yield term, WORDS * self.weights[unit] / total
            if in_answer and in_answer.postings:
                yield in_answer, ANSWER * weight * in_answer.rarity / total
        for pair in self.pairs:
            if pair:
                yield pair, PAIRS * pair.rarity / sqrt(len(self.pairs))

    def entry_views(self) -> dict[int, float]:
        """Return the sum of the first three views for every entry that shares a term with the question."""
        raw: defaultdict[int, float] = defaultdict(float)
        common = []
        for term, share in self.contributions():
            if len(term.postings) > _COMMON:
                common.append((term, share))
                continue
            for number, strength in term.postings:
                raw[number] += share * strength
        for term, share in common:
            if raw:
                strengths = dict(term.postings)
                for number in raw:
                    raw[number] += share * strengths.get(number, 0.0)
            else:
                raw.update({number: share * strength for number, strength in term.postings})
        return raw

    def closest(self, phrasings: Phrasings) -> tuple[float, str]:
        """Return the cosine of the question and the closest phrasing of an entry, and that phrasing."""
        texts, known, units = phrasings
        likeness = [0.0] * len(texts)
        for unit, weight in self.weights.items():
            if unit in known:
                for number, share in units[unit]:
                    likeness[number] += weight * share
        best = max(likeness)
        return (best / self.length, texts[likeness.index(best)]) if best else (0.0, "")


def calibrate(lead: float) -> float:
    """Return a lead as a score from 0 to 99: about the chance in a hundred that the entry is right."""
    return min(99.0, 100.0 / (1.0 + exp(-(SLOPE * lead + OFFSET))))
