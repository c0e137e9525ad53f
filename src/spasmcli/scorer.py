"""What every way of scoring entries shares: the features of a question, and what a scorer finds.

A feature's key is its kind and its text: a unit (``u``: a word's stem, or ``#name`` of a synonym group), a pair of
neighbouring units (``p``), a group of phrases (``c``), or a word, or two neighbours, as typed (``t``). `counted` and
`trained` are scorers; `match` asks the one that an FAQ was compiled with.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple, Protocol

from spasmcli.question import Question, pairs

#: Kinds of feature.
UNIT, PAIR, GROUP, TYPED = "u", "p", "c", "t"
#: Longest question that is matched, in units. Triage reads all of it.
_MATCHED_UNITS = 200
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


class Scorer(Protocol):
    """One way of scoring the entries of a compiled FAQ, whose tables it has written and reads."""

    def find(self, question: Question, top: int, emergency: str) -> Found:
        """Return the *top* closest entries, ties by id; *emergency* is the red flag raised as one, or empty."""

    def added(self, question: Question, number: int) -> list[tuple[str, float]]:
        """Return what each feature of *question* added for entry *number*, as (feature, share)."""


def units(question: Question) -> dict[str, float]:
    """Return the units of *question* as features, with their weights."""
    return {UNIT + unit: weight for unit, weight in list(question.units.items())[:_MATCHED_UNITS]}


def neighbours(question: Question) -> Mapping[str, float]:
    """Return the pairs of neighbours in *question* as features, each weighing 1."""
    return dict.fromkeys([PAIR + pair for pair in pairs(question.sequence[:_MATCHED_UNITS])], 1.0)


def groups(question: Question) -> Mapping[str, float]:
    """Return the groups of phrases found in *question*, synonyms and concepts, each weighing 1."""
    return dict.fromkeys([GROUP + one.name for one in question.found if one.name[0] != "="], 1.0)


def wording(question: Question) -> Mapping[str, float]:
    """Return the words of *question* as typed (repaired), and each two neighbours, each weighing 1."""
    words = [word.text for word in question.words[:_MATCHED_UNITS]]
    return dict.fromkeys([TYPED + said for said in (*words, *map(" ".join, pairwise(words)))], 1.0)


def is_telling(feature: str) -> bool:
    """Tell whether *feature* can carry a match: a unit that is more than a question word or a "not"."""
    return feature[0] == UNIT and feature[1:] not in _INTENT
