"""Match a question to entries: one linear scorer over words and neighbouring words.

What a word weighs for an entry was set when the FAQ was compiled, by `weigh`: counted, for any FAQ, or learnt from
labelled lines, which gives chances.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import log, sqrt
from typing import NamedTuple

from spasmcli import learn
from spasmcli.question import Question, pairs
from spasmcli.text.words import STOP_WORDS

_TERM = "select scale, entries, weights from term where feature = ?"
#: Kinds of feature; a feature's key is its kind and its text.
UNIT, PAIR = "u", "p"
#: How far neighbouring words count beside single ones, trained and counted.
_PAIRS, _COUNTED_PAIRS = 0.7, 0.2
#: A term in more entries than this only adds to entries that a rarer one has found: the price of growth.
_COMMON = 1000
#: Terms kept in memory.
_KEPT = 20_000
#: Longest question that is matched, in units. Triage reads all of it.
_MATCHED_UNITS = 200
#: Numbers in each curve: one more than `evidence` gives.
_CURVE = 6
#: From which chance an answer is shown as a close match, and below which of naming any entry it is none.
_SURE, _POSSIBLE = 78.0, 25.0
#: How far the entries that an emergency draws count beside the words.
_PULL = 0.2
#: Counted: an entry must cover this share of what the words of the question weigh.
_COVERED = 0.2
#: Words that carry no match by themselves: what is asked of the subject, not the subject.
_INTENT = frozenset("not no never how why can".split())


class Scored(NamedTuple):
    """An entry, by its *number* in the file, with its *score* from 0 to 100."""

    number: int
    score: float


class Found(NamedTuple):
    """The closest entries, best first.

    Of the first: whether it was found word for word (*exact*), its score is a chance (*calibrated*), it is to be shown
    as an answer (*sure*), and to be shown at all (*possible*).
    """

    best: list[Scored]
    exact: bool
    calibrated: bool
    sure: bool
    possible: bool


class Term(NamedTuple):
    """A feature: its *scale*, and its *weights* for *entries* (all of them where there are no numbers)."""

    scale: float
    entries: array[int]
    weights: array[float]


class Matcher:
    """The scorer of a compiled FAQ."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.term = lru_cache(maxsize=_KEPT)(self._term)
        row = database.execute("select value from meta where key = 'match'").fetchone()
        made = json.loads(row[0])
        self.ids: list[str] = made["ids"]
        self.bias: list[float] = made["bias"]
        self.curve: list[float] = made["curve"]
        self.unknown: float = made["unknown"]
        #: By red flag, how often lines that state it want which entry.
        self.wanted: dict[str, dict[str, float]] = made["wanted"]

    @property
    def trained(self) -> bool:
        """Whether the weights were learnt from labelled lines."""
        return bool(self.bias)

    def _term(self, feature: str) -> Term | None:
        row = self._database.execute(_TERM, (feature,)).fetchone()
        return Term(row[0], learn.stored(row[1], "I"), learn.stored(row[2])) if row else None

    def match(self, question: Question, top: int, emergency: str = "") -> Found:
        """Return the *top* closest entries; ties go by id, so that the order of a file never matters.

        A red flag that is raised as an *emergency* draws the entries that others who stated it wanted.
        """
        exact = self._exact(question.normal)
        found = self._trained(question, top, emergency) if self.trained else self._counted(question, top)
        if not _says_something(question):
            found = found._replace(sure=False, possible=False)
        if exact is None:
            return found
        others = [one for one in found.best if one.number != exact]
        return Found([Scored(exact, 100.0), *others][:top], True, found.calibrated, True, True)

    def _exact(self, normal: str) -> int | None:
        """Return the entry whose id, question or alias has this normal form."""
        row = self._database.execute("select number from exact where text = ?", (normal,)).fetchone()
        return row[0] if row and normal else None

    def _trained(self, question: Question, top: int, emergency: str) -> Found:
        features = vector(question, self._scale)
        scores = self.scores(features)
        chances = learn.softmax(scores)
        if wanted := self.wanted.get(emergency):
            chances = [
                (1 - _PULL) * c + _PULL * wanted.get(name, 0.0)
                for c, name in zip(chances, [*self.ids, ""], strict=True)
            ]
        order = sorted(range(len(scores) - 1), key=lambda n: (-chances[n], -scores[n], self.ids[n]))
        if not self.curve:
            best = [Scored(n, 100 * chances[n]) for n in order[:top]]
            telling = any(name[0] == UNIT and name[1:] not in _INTENT for name in features)
            return Found(best, False, False, False, telling)
        seen = evidence(chances, question, features)
        right, somewhere = (100 * learn.chance(curve, seen) for curve in (self.curve[:_CURVE], self.curve[_CURVE:]))
        rest = 1.0 - chances[order[0]]
        best = [Scored(order[0], min(right, 99.0))]
        best += [Scored(n, min((100 - right) * chances[n] / rest, right) if rest else 0.0) for n in order[1:top]]
        possible = somewhere >= _POSSIBLE
        return Found(best, False, True, possible and right >= _SURE, possible)

    def _scale(self, feature: str) -> float | None:
        term = self.term(feature)
        return term.scale if term else None

    def scores(self, features: Mapping[str, float]) -> list[float]:
        """Return the score of each entry and of none of them, as trained."""
        known = [(term.weights, value) for feature, value in features.items() if (term := self.term(feature))]
        return learn.weighed(self.bias, known)

    def shares(self, question: Question) -> Iterator[tuple[str, float, Term]]:
        """Yield each known feature of *question* with its value, as counted, and its term."""
        kept = dict(list(question.units.items())[:_MATCHED_UNITS])
        for unit, weight in kept.items():
            if term := self.term(UNIT + unit):
                yield UNIT + unit, weight * term.scale, term
        for pair in pairs(question.sequence[:_MATCHED_UNITS]):
            if term := self.term(PAIR + pair):
                yield PAIR + pair, _COUNTED_PAIRS * term.scale, term

    def _counted(self, question: Question, top: int) -> Found:
        scores: defaultdict[int, float] = defaultdict(float)
        covered: defaultdict[int, float] = defaultdict(float)
        for feature, value, term in sorted(self.shares(question), key=lambda one: len(one[2].entries)):
            common = len(term.entries) > _COMMON and scores
            telling = feature[0] != PAIR and feature[1:] not in _INTENT
            for number, weight in zip(term.entries, term.weights, strict=True):
                if not common or number in scores:
                    scores[number] += value * weight
                    if telling:
                        covered[number] += value
        whole = sum(
            weight * (self._scale(UNIT + unit) or self.unknown)
            for unit, weight in question.units.items() if unit not in _INTENT
        )  # fmt: skip
        near = [number for number in scores if covered[number] > 0]
        least = min(sorted((scores[n] for n in near), reverse=True)[:top], default=0.0)
        ids = {n: self.entry_id(n) for n in near if scores[n] >= least}
        order = sorted(ids, key=lambda n: (-scores[n], ids[n]))[:top]
        best = [Scored(n, 100.0 * covered[n] / (2 * whole)) for n in order]  # half at most, for it is no chance
        possible = bool(best) and covered[order[0]] >= _COVERED * whole
        return Found(best, False, False, False, possible)

    def entry_id(self, number: int) -> str:
        """Return the id of entry *number*."""
        row = self._database.execute("select id from entry where number = ?", (number,)).fetchone()
        return str(row[0])


def _says_something(question: Question) -> bool:
    """Tell whether there is a word to go by: one letter, numbers and small words alone are about anything."""
    typed = [word.text for word in question.words if word.text not in STOP_WORDS and not word.text[0].isdigit()]
    return any(len(text) > 1 or not text.isascii() for text in typed)


def vector(question: Question, scale: Callable[[str], float | None]) -> dict[str, float]:
    """Return the features of *question* that have a *scale*: units together of length 1, pairs of `_PAIRS`."""
    units = {UNIT + unit: weight for unit, weight in list(question.units.items())[:_MATCHED_UNITS]}
    neighbours = {PAIR + pair: 1.0 for pair in pairs(question.sequence[:_MATCHED_UNITS])}
    features: dict[str, float] = {}
    for part, length in ((units, 1.0), (neighbours, _PAIRS)):
        weighed = {name: weight * found for name, weight in part.items() if (found := scale(name)) is not None}
        norm = sqrt(sum([value * value for value in weighed.values()]))
        features.update({name: length * value / norm for name, value in weighed.items()})
    return features


def evidence(chances: Sequence[float], question: Question, features: Mapping[str, float]) -> list[float]:
    """Return what tells how far the leading entry can be trusted.

    Its log odds, its lead, the log odds of none of the entries, how much of the question are synonyms of this FAQ, and
    how much of it is unknown.
    """
    first, second = sorted(chances[:-1], reverse=True)[:2] if len(chances) > 2 else (chances[0], 0.0)
    lead = log((first + 1e-6) / (second + 1e-6))
    own = sum(value * value for name, value in features.items() if name[:2] == UNIT + "#")
    unknown = sum(UNIT + unit not in features for unit in question.units) / (len(question.units) or 1)
    return [learn.logit(first), lead, learn.logit(chances[-1]), own, unknown]


def explain(matcher: Matcher, question: Question, number: int) -> list[tuple[str, float]]:
    """Return what each feature of *question* added for entry *number*, as (feature, share), most first."""
    added = []
    if matcher.trained:
        for feature, value in vector(question, matcher._scale).items():
            term = matcher.term(feature)
            if term:
                others = sum(term.weights) / len(term.weights)
                added.append((feature, value * (term.weights[number] - others)))
    else:
        for feature, value, term in matcher.shares(question):
            weights = dict(zip(term.entries, term.weights, strict=True))
            added.append((feature, value * weights.get(number, 0.0)))
    return sorted([one for one in added if one[1] > 0], key=lambda one: (-one[1], one[0]))
