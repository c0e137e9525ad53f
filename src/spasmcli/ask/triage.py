"""Triage: which red flags a question states, whatever entry is closest to it.

A red flag has patterns such as ``NUMB + SADDLE`` (both anywhere in the question), ``NUMB ~ LEG`` (near each
other) or ``FALL + age >= 65``; all of them come from the FAQ file. Signs that are denied, long over or only
planned do not count.
"""

import datetime
import operator
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from typing import NamedTuple, Protocol

from spasmcli.ask import times
from spasmcli.ask.denial import of_others, segments
from spasmcli.ask.phrases import Occurrence
from spasmcli.ask.query import Query
from spasmcli.ask.words import Token
from spasmcli.model import RANK

_NEAR_WORDS = 6
#: What conditions measure, in the order in which rules about them are tried.
_QUANTITIES = ("age", "lasting", "ago", "weeks")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip


class Condition(NamedTuple):
    """A measured term such as ``lasting > 6 weeks``.

    The *bound* of ``age`` is in years, of ``weeks`` (of pregnancy) in weeks, of ``lasting`` and ``ago`` in days.
    """

    quantity: str
    comparison: str
    bound: float


class Rule(NamedTuple):
    """One compiled pattern: *terms* are names of groups, or conditions; *near* the joins before all but the first."""

    flag: str
    level: str
    terms: tuple[str | Condition, ...]
    near: tuple[str, ...]
    unless: tuple[str | Condition, ...]
    despite: tuple[str, ...]


class Fired(NamedTuple):
    """A red flag that a question raises: its id, the level, and the words of the question that raised it."""

    flag: str
    level: str
    matched: str


class QuestionSigns(NamedTuple):
    """A question as triage reads it: the groups *found* in it by name, the numbers of the *denied* words, the number of
    each word's stretch (*segments*), and what is measured in it by quantity."""

    text: str
    words: Sequence[Token]
    found: Mapping[str, Sequence[Occurrence]]
    denied: set[int]
    segments: Sequence[int]
    measures: Mapping[str, Sequence[tuple[float, Occurrence]]]


class Rulebook(Protocol):
    """Where triage looks its rules up."""

    @property
    def cancels(self) -> Collection[str]:
        """The groups ("fine now", "how to prevent") that undo the signs of their own stretch of a question."""

    @property
    def others(self) -> Collection[str]:
        """The groups of subjects ("the cat", "the wifi") of which a sign does not count."""

    def rules(self, firsts: Iterable[str]) -> Iterable[tuple[Rule, Set[str]]]:
        """Return the rules whose first term (a group or a quantity) is among *firsts*, each with all that it needs."""


def triage(query: Query, book: Rulebook, today: datetime.date) -> list[Fired]:
    """Return the red flags that *query* raises, each at its highest level, the most serious first.

    "Since Christmas" is reckoned from *today*.
    """
    reading = _read(query, book.others, today)
    facts = _Facts(reading, book.cancels)
    best: dict[str, Fired] = {}
    there = {*reading.found, *reading.measures}
    for rule, needed in book.rules([*reading.found, *reading.measures]):
        if not needed <= there:
            continue  # most rules end here
        old = best.get(rule.flag)
        if old and RANK[old.level] >= RANK[rule.level]:
            continue
        spans = facts.match(rule)
        if spans:
            best[rule.flag] = Fired(rule.flag, rule.level, _quote(reading, spans))
    return sorted(best.values(), key=lambda fired: -RANK[fired.level])


class _Facts:
    """What a question states, looked up once and asked by every rule."""

    def __init__(self, reading: QuestionSigns, cancels: Collection[str]) -> None:
        self.reading = reading
        self.no = reading.denied
        self.cancelled = {
            name: {reading.segments[o.start] for o in reading.found[name] if o.start not in self.no}
            for name in cancels
            if name in reading.found
        }
        self._known: dict[tuple[str | Condition, tuple[str, ...]], list[Occurrence]] = {}

    def match(self, rule: Rule) -> list[Occurrence]:
        """Return where the terms of *rule* stand in the question, or nothing if it does not hold.

        An exception of the rule counts in the sentence it stands in.
        """
        chains: list[list[Occurrence]] = [[]]
        for term, join in zip(rule.terms, ("+", *rule.near), strict=True):
            options = self._stated(term, rule.despite)
            chains = [[*chain, o] for chain in chains for o in options if join == "+" or self._near(chain[-1], o)][:50]
            if not chains:
                return []
        barred = {
            self.reading.words[o.start].sentence for name in rule.unless for o in self._stated(name, rule.despite)
        }
        free = (chain for chain in chains if barred.isdisjoint(self.reading.words[o.start].sentence for o in chain))
        return next(free, [])

    def _stated(self, term: str | Condition, despite: tuple[str, ...]) -> list[Occurrence]:
        key = (term, despite)
        if key not in self._known:
            self._known[key] = self._look_up(term, despite)
        return self._known[key]

    def _look_up(self, term: str | Condition, despite: tuple[str, ...]) -> list[Occurrence]:
        if not isinstance(term, str):
            compare = _COMPARE[term.comparison]
            return [o for value, o in self.reading.measures.get(term.quantity, ()) if compare(value, term.bound)]
        void = {s for name, where in self.cancelled.items() if name not in despite for s in where}
        return [
            o for o in self.reading.found.get(term, ())
            if o.start not in self.no and (self.reading.segments[o.start] not in void or term in self.cancelled)
        ]  # fmt: skip

    def _near(self, one: Occurrence, other: Occurrence) -> bool:
        first, second = sorted((one, other), key=lambda o: o.start)
        same = self.reading.segments[first.start] == self.reading.segments[second.start]
        return same and second.start - first.end <= _NEAR_WORDS


def _quote(reading: QuestionSigns, spans: Sequence[Occurrence]) -> str:
    """Return the words of the question in *spans*, in order, with dots where words between are left out."""
    kept: list[list[int]] = []
    for start, end in sorted({(o.start, o.end) for o in spans}):
        if kept and start <= kept[-1][1]:
            kept[-1][1] = max(end, kept[-1][1])
        else:
            kept.append([start, end])
    words = reading.words
    return " ... ".join(reading.text[words[start].start : words[end - 1].end] for start, end in kept)


def _read(query: Query, others: Collection[str], today: datetime.date) -> QuestionSigns:
    """Gather what triage needs of a *query*; what is said of *others* counts as denied."""
    words = query.words
    found: dict[str, list[Occurrence]] = {}
    for occurrence in query.occurrences:
        found.setdefault(occurrence.name, []).append(occurrence)
    of_no_person = of_others(words, [one for name in others for one in found.get(name, ())])
    denied = query.denied | of_no_person
    return QuestionSigns(query.text, words, found, denied, segments(words), _measures(words, today))


def _measures(words: Sequence[Token], today: datetime.date) -> dict[str, list[tuple[float, Occurrence]]]:
    """Return what is measured in a question, by quantity: each value, as in `Condition`, and where it stands."""
    found: dict[str, list[tuple[float, Occurrence]]] = {}
    for age in times.ages(words):
        found.setdefault("age", []).append((age.years, Occurrence("age", age.start, age.end)))
    for span in times.spans(words, today):
        value = span.days / 7 if span.kind == "weeks" else span.days
        found.setdefault(span.kind, []).append((value, Occurrence(span.kind, span.start, span.end)))
    return {quantity: found[quantity] for quantity in _QUANTITIES if quantity in found}
