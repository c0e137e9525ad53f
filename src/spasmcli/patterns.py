"""Patterns of warning signs: how an FAQ file writes them, and which of them a question states.

A pattern is ``NUMB + SADDLE`` (both anywhere in the question), ``NUMB ~ LEG`` (near each other) or
``FALL + age >= 65``: groups of phrases, plain phrases, and measured conditions. Signs that
are denied, long over or only planned do not count, nor do those of a pet or a thing.

Table ``rule``: by the first term of patterns, all that begin with it, as JSON.
"""

from __future__ import annotations

import datetime
import json
import operator
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from spasmcli.question import Question
from spasmcli.records import RedFlag
from spasmcli.text import times
from spasmcli.text.ages import ages
from spasmcli.text.denial import of_others, segments
from spasmcli.text.phrases import Occurrence, PhraseError, symbols
from spasmcli.text.words import Token

TABLE = "create table rule(first text primary key, rules text) without rowid"

_NEAR_WORDS = 6
#: Stands for every cancelling group among those that undo nothing.
_ANY = "*"
_MOST_CHAINS = 50
_KEPT = 20_000
#: What conditions measure.
QUANTITIES = ("age", "lasting", "ago", "weeks")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_CONDITION = re.compile(
    r"(?:(age|weeks)\s*(>=|<=|>|<)\s*(\d+)|(lasting|ago)\s*(>=|<=|>|<)\s*(\d+)\s*(hour|day|week|month|year)s?)"
)


class Measured(NamedTuple):
    """A measured term such as ``lasting > 6 weeks``.

    The *bound* of ``age`` is in years, of ``weeks`` (of pregnancy) in weeks, of ``lasting`` and ``ago`` in days.
    """

    quantity: str
    comparison: str
    bound: float


class Rule(NamedTuple):
    """One compiled pattern of red flag *flag*, for its *item* in ``raise``, or in ``hints`` where it is a *hint*.

    *terms* are names of groups, or conditions; *joins* ("+" or "~") stand before all but the first.
    """

    flag: str
    hint: bool
    item: int
    terms: tuple[str | Measured, ...]
    joins: tuple[str, ...]
    unless: tuple[str | Measured, ...]
    despite: tuple[str, ...]


class Hit(NamedTuple):
    """A pattern that a question states: of which red flag, and where its terms stand.

    *item* is the number of its part of ``raise``, or of its quiet line where it is a *hint*.
    """

    flag: str
    hint: bool
    item: int
    spans: tuple[Occurrence, ...]


class Stated(NamedTuple):
    """What a question states: its groups by name, without those that are *void* (denied, or said of no person); what it
    measures; and the number of each word's stretch."""

    question: Question
    void: set[int]
    found: Mapping[str, Sequence[Occurrence]]
    measures: Mapping[str, Sequence[tuple[float, Occurrence]]]
    segments: Sequence[int]


class Patterns:
    """The patterns of a compiled FAQ."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        row = database.execute("select rules from rule where first = ''").fetchone()
        groups = json.loads(row[0])
        self._cancels, self._others = groups["cancels"], groups["others"]
        self.rules = lru_cache(maxsize=_KEPT)(self._rules)

    def _rules(self, first: str) -> list[tuple[Rule, frozenset[str]]]:
        row = self._database.execute("select rules from rule where first = ?", (first,)).fetchone()
        return [_loaded(one) for one in json.loads(row[0])] if row else []

    def stated(self, question: Question, today: datetime.date) -> Stated:
        """Return what *question* states; "since Christmas" is reckoned from *today*."""
        words = question.words
        named: dict[str, list[Occurrence]] = {}
        for occurrence in question.found:
            named.setdefault(occurrence.name, []).append(occurrence)
        void = question.denied | of_others(words, [one for name in self._others for one in named.get(name, ())])
        found = {name: kept for name, all_ in named.items() if (kept := [one for one in all_ if one.start not in void])}
        return Stated(question, void, found, measures(words, today), segments(words))

    def hits(self, stated: Stated) -> list[Hit]:
        """Return the patterns that hold: for each item of a red flag the one that the fewest words state."""
        reading = _Reading(stated, self._cancels)
        there = {*stated.found, *stated.measures}
        found: dict[tuple[str, bool, int], Hit] = {}
        for first in sorted(there):
            for rule, needed in self.rules(first):
                spans = reading.match(rule) if needed <= there else []
                of = (rule.flag, rule.hint, rule.item)
                known = found.get(of)
                if spans and (known is None or _length(spans) < _length(known.spans)):
                    found[of] = Hit(*of, tuple(spans))
        return [found[key] for key in sorted(found)]


def _length(spans: Iterable[Occurrence]) -> int:
    return sum(one.end - one.start for one in spans)


class _Reading:
    """What a question states, looked up once and asked by every rule."""

    def __init__(self, stated: Stated, cancels: Iterable[str]) -> None:
        self.stated = stated
        self.cancelled = {
            name: {stated.segments[o.start] for o in stated.found[name]} for name in cancels if name in stated.found
        }

    def match(self, rule: Rule) -> list[Occurrence]:
        """Return where the terms of *rule* stand in the question, or nothing if it does not hold.

        An exception of the rule counts in the sentence it stands in.
        """
        chains: list[list[Occurrence]] = [[]]
        for term, join in zip(rule.terms, ("+", *rule.joins), strict=True):
            options = self.options(term, rule.despite)
            chains = [[*c, o] for c in chains for o in options if join == "+" or self.near(c[-1], o)][:_MOST_CHAINS]
            if not chains:
                return []
        words = self.stated.question.words
        barred = {words[o.start].sentence for name in rule.unless for o in self.options(name, rule.despite)}
        free = (chain for chain in chains if barred.isdisjoint(words[o.start].sentence for o in chain))
        return next(free, [])

    def options(self, term: str | Measured, despite: tuple[str, ...]) -> list[Occurrence]:
        """Return where *term* stands, unless a cancelling group that is not in *despite* undoes its stretch."""
        if not isinstance(term, str):
            compare = _COMPARE[term.comparison]
            return [o for value, o in self.stated.measures.get(term.quantity, ()) if compare(value, term.bound)]
        where = self.stated.found.get(term, ())
        if not self.cancelled or term in self.cancelled or _ANY in despite:
            return list(where)
        void = {stretch for name, all_ in self.cancelled.items() if name not in despite for stretch in all_}
        return [o for o in where if self.stated.segments[o.start] not in void]

    def near(self, one: Occurrence, other: Occurrence) -> bool:
        """Tell whether two occurrences stand near each other in one stretch."""
        first, second = sorted((one, other), key=lambda o: o.start)
        same = self.stated.segments[first.start] == self.stated.segments[second.start]
        return same and second.start - first.end <= _NEAR_WORDS


def measures(words: Sequence[Token], today: datetime.date) -> dict[str, list[tuple[float, Occurrence]]]:
    """Return what is measured in a question, by quantity: each value, as in `Measured`, and where it stands."""
    found: dict[str, list[tuple[float, Occurrence]]] = {}
    for age in ages(words):
        found.setdefault("age", []).append((age.years, Occurrence("age", age.start, age.end)))
    for span in times.spans(words, today):
        value = span.days / 7 if span.kind == "weeks" else span.days
        found.setdefault(span.kind, []).append((value, Occurrence(span.kind, span.start, span.end)))
    return {quantity: found[quantity] for quantity in QUANTITIES if quantity in found}


# --- Writing ----------------------------------------------------------------------------------------------------


def parse(pattern: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Split *pattern* into its terms, the joins ("+" or "~") between them and its exceptions ("unless A, B").

    Raises:
        PhraseError: when a term is empty or cannot be looked for.
    """
    body, _, exceptions = pattern.partition(" unless ")
    parts = re.split(r"\s([+~])\s", body)
    terms, joins = tuple(part.strip() for part in parts[::2]), tuple(parts[1::2])
    unless = tuple(part.strip() for part in exceptions.split(",") if part.strip())
    for term in (*terms, *unless):
        if not condition(term):
            symbols(term)
    if len(terms) == 1 and (only := condition(terms[0])) and only.quantity == "age":
        raise PhraseError(f"'{pattern}' would fire for everybody of that age")
    return terms, joins, unless


def condition(term: str) -> Measured | None:
    """Return *term* as a condition if it is one, such as ``lasting > 6 weeks``."""
    match = _CONDITION.fullmatch(term)
    if not match:
        return None
    if match[1]:
        return Measured(match[1], match[2], float(match[3]))
    return Measured(match[4], match[5], float(match[6]) * times.UNITS[match[7]])


def compile_rules(flags: Sequence[RedFlag]) -> tuple[list[Rule], dict[str, tuple[str, ...]]]:
    """Return the rules of the red *flags*, and the groups that their literal phrases add."""
    rules: list[Rule] = []
    groups: dict[str, tuple[str, ...]] = {}

    def named(term: str) -> str | Measured:
        if measured := condition(term):
            return measured
        found = symbols(term)
        if len(found) == 1 and found[0].startswith("#"):
            return found[0][1:]
        groups["=" + term] = (term,)
        return "=" + term

    for of, patterns, unless, despite in _blocks(flags):
        for pattern in patterns:
            terms, joins, own = parse(pattern)
            exceptions = tuple(named(term) for term in (*own, *unless))
            rules.append(Rule(*of, tuple(map(named, terms)), joins, exceptions, tuple(map(str.lower, despite))))
    return rules, groups


_Block = tuple[tuple[str, bool, int], tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _blocks(flags: Iterable[RedFlag]) -> Iterator[_Block]:
    for flag in flags:
        for number, item in enumerate(flag.raises):
            yield (flag.id, False, number), item.patterns, item.unless, item.despite
        for number, hint in enumerate(flag.hints):
            yield (flag.id, True, number), hint.patterns, hint.unless, (_ANY,)  # named in a general question is enough


def write(database: sqlite3.Connection, rules: Iterable[Rule], cancels: Sequence[str], others: Sequence[str]) -> None:
    """Write *rules* by their first term, so that only those are read whose first term is in a question.

    The row without a term holds the names of groups: those that cancel, and those that are no people.
    """
    by_first: dict[str, list[Rule]] = {}
    for rule in rules:
        first = rule.terms[0]
        by_first.setdefault(first if isinstance(first, str) else first.quantity, []).append(rule)
    database.execute(TABLE)
    rows = [("", json.dumps({"cancels": list(cancels), "others": list(others)}))]
    rows += [(first, json.dumps(by_first[first])) for first in sorted(by_first)]
    database.executemany("insert into rule values(?, ?)", rows)


def _loaded(row: Sequence[Any]) -> tuple[Rule, frozenset[str]]:
    """Return a rule, as it was written, and the groups and quantities that it needs."""
    flag, hint, item, terms, joins, unless, despite = row
    every, but = (tuple(t if isinstance(t, str) else Measured(*t) for t in some) for some in (terms, unless))
    rule = Rule(flag, hint, item, every, tuple(joins), but, tuple(despite))
    return rule, frozenset(term if isinstance(term, str) else term.quantity for term in every)
