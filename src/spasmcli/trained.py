"""Score entries by weights learnt from labelled lines: a softmax over the entries of an FAQ and "none of them".

Two views of a question are learnt from apart, and what they say is added up: *subject* (words by stem, synonyms, their
pairs, and groups of phrases) and *wording* (words and two neighbours as typed). They seldom fail on the same line
(Dietterich 2000, "Ensemble methods in machine learning"); docs/matching.md has what each gives.

The chance of the leading entry is calibrated on lines that the weights had not seen.

Table ``trained``: by feature, its *scale* (how rare it is) and its weights for every entry, in the order of the file,
and for none of them.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from math import ceil, log
from typing import Any, NamedTuple, TypeAlias

from spasmcli import learn
from spasmcli.question import Question, Reading
from spasmcli.records import Document, Line
from spasmcli.scorer import UNIT, Found, Scored, groups, is_telling, neighbours, units, wording
from spasmcli.weights import Row, Rows, packed, unpacked, weighed

TABLE = "create table trained(feature text primary key, scale real, weights blob) without rowid"
#: How far neighbouring words and groups of phrases count beside single words; the view of the wording beside the other.
_PAIRS, _GROUPS, _WORDING = 0.7, 0.5, 0.5
#: From which chance an answer is shown as a close match, if it is so many times as likely as "none of them".
_SURE, _CLEAR = 72.0, 4.0
#: How many times as likely as the leading entry "none of them" may be before a question fits nothing.
_NONE = 5.5
#: How far the entries that an emergency draws count beside the words.
_PULL = 0.2
#: A file is trained from so many labelled lines an entry on, up to so many lines and entries.
_LINES_AN_ENTRY, _MOST_LINES, _MOST_ENTRIES = 6, 30_000, 400
#: Shares of the entries that a line wants, best first.
_SHARES = ((1.0,), (0.7, 0.3), (0.6, 0.25, 0.15))
#: A feature must stand in one line for each so many lines that there are, begun ones counted: in three of 12,000.
_LINES_A_FEATURE = 5_000
#: So many features of a line are learnt from.
_STRONGEST = 150
#: Lines that are learnt from, in all passes; fewest and most times that each is. L2 (the C of others is its inverse).
_LEARNT, _FEWEST, _MOST, _L2 = 40_000, 3, 5, 0.05
#: So many neighbouring lines are judged, or learnt from, together where chances are calibrated.
_BLOCK = 25


class Term(NamedTuple):
    """A feature: its *scale*, and its *weights* for each entry and none of them."""

    scale: float
    row: Row


class Trained:
    """The scorer of an FAQ with enough labelled lines; *made* is what `write` returned."""

    def __init__(self, database: sqlite3.Connection, made: Mapping[str, Any]) -> None:
        self.terms = Rows(database, "trained", lambda scale, weights: Term(scale, unpacked(weights)))
        self._ids: list[str] = made["ids"]
        self.bias: list[float] = made["bias"]
        self._curve: list[float] = made["curve"]
        #: By red flag, how often lines that state it want which entry.
        self._wanted: dict[str, dict[str, float]] = made["wanted"]

    def _known(self, question: Question) -> tuple[dict[str, float], dict[str, Term]]:
        """Return the features of *question* that were learnt, with their values, and their terms."""
        views = views_of(question)
        terms = self.terms.of(name for view, _ in views for name in view)
        return valued(views, {name: term.scale for name, term in terms.items()}.get), terms

    def find(self, question: Question, top: int, emergency: str) -> Found:
        """Return the *top* closest entries; a red flag raised as an *emergency* draws those that its lines wanted."""
        features, terms = self._known(question)
        scores = weighed(self.bias, [(terms[name].row, value) for name, value in features.items()])
        chances = learn.softmax(scores)
        if wanted := self._wanted.get(emergency):
            drawn = [wanted.get(name, 0.0) for name in (*self._ids, "")]
            chances = [(1 - _PULL) * c + _PULL * more for c, more in zip(chances, drawn, strict=True)]
        order = sorted(range(len(scores) - 1), key=lambda n: (-chances[n], -scores[n], self._ids[n]))
        if not self._curve:
            best = [Scored(n, 100 * chances[n]) for n in order[:top]]
            return Found(best, False, False, False, any(map(is_telling, features)))
        right = 100 * learn.chance(self._curve, evidence(chances, question, features))
        rest = 1.0 - chances[order[0]]
        best = [Scored(order[0], min(right, 99.0))]
        best += [Scored(n, min((100 - right) * chances[n] / rest, right) if rest else 0.0) for n in order[1:top]]
        possible = chances[-1] < _NONE * chances[order[0]]
        sure = possible and right >= _SURE and chances[order[0]] >= _CLEAR * chances[-1]
        return Found(best, False, True, sure, possible)

    def added(self, question: Question, number: int) -> list[tuple[str, float]]:
        """Return how far each feature of *question* speaks for entry *number* more than for the others."""
        features, terms = self._known(question)
        found = []
        for name, value in features.items():
            step, weights, _ = terms[name].row
            found.append((name, value * step * (weights[number] - sum(weights) / len(weights))))
        return found


#: Features of one kind with their weights, and their length together.
View: TypeAlias = tuple[Mapping[str, float], float]


def views_of(question: Question) -> tuple[View, ...]:
    """Return the features of *question*: three kinds for the view of the subject, and those of the wording."""
    return (
        (units(question), 1.0), (neighbours(question), _PAIRS), (groups(question), _GROUPS),
        (wording(question), _WORDING),
    )  # fmt: skip


def valued(views: Sequence[View], scale: Callable[[str], float | None]) -> dict[str, float]:
    """Return the features of *views* that have a *scale*, each kind of them together of its length."""
    values: dict[str, float] = {}
    for features, length in views:
        values.update(learn.normalised(features, scale, length))
    return values


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


# --- Writing ----------------------------------------------------------------------------------------------------


def fits(entries: int, lines: int) -> bool:
    """Tell whether an FAQ of so many *entries* and labelled *lines* is trained."""
    return entries <= _MOST_ENTRIES and _LINES_AN_ENTRY * entries <= lines <= _MOST_LINES


def write(
    database: sqlite3.Connection, document: Document, lines: Sequence[Line], reading: Reading, step: Callable[[], None]
) -> dict[str, Any]:
    """Write what is learnt from the labelled *lines* of *document*, read by *reading*; return what `Trained` needs.

    *step* is called once an entry.
    """
    database.execute(TABLE)
    ids = [entry.id for entry in document.entries]
    number = {name: at for at, name in enumerate(ids)}
    questions = [reading(line.text) for line in lines]
    views = [views_of(question) for question in questions]
    seen = Counter(name for one in views for view, _ in one for name in view)
    least = ceil(len(lines) / _LINES_A_FEATURE)
    scales = learn.rarity(seen, len(lines), least)
    wanted = [[number[name] for name in line.wants[:3]] or [len(ids)] for line in lines]
    samples = _samples(views, wanted, scales)
    passes = max(_FEWEST, min(_MOST, _LEARNT // len(lines)))
    weights = _learn(samples, len(ids) + 1, scales, passes)
    rows = ((name, scales[name], packed(weights.rows[name])) for name in sorted(weights.rows))
    database.executemany("insert into trained values(?, ?, ?)", rows)
    for _ in ids:
        step()
    calibrated = any(line.other for line in lines)
    curve = _calibrate(questions, views, wanted, samples, scales, passes) if calibrated else []
    return {"ids": ids, "bias": weights.bias, "curve": curve, "wanted": _drawn(document.asked)}


class _Samples(NamedTuple):
    """The labelled lines in each view."""

    subject: list[learn.Sample]
    wording: list[learn.Sample]


def _samples(
    views: Sequence[tuple[View, ...]], wanted: Sequence[Sequence[int]], scales: Mapping[str, float]
) -> _Samples:
    shares = [dict(zip(fit, _SHARES[len(fit) - 1], strict=True)) for fit in wanted]
    pairs = list(zip(views, shares, strict=True))
    return _Samples(
        [learn.Sample(_strongest(valued(one[:-1], scales.get)), share) for one, share in pairs],
        [learn.Sample(_strongest(valued([(one[-1][0], 1.0)], scales.get)), share) for one, share in pairs],
    )


def _learn(samples: _Samples, classes: int, scales: Mapping[str, float], passes: int) -> learn.Weights:
    """Return the weights of both views, as if of one, each learnt in so many *passes*."""
    one, other = (learn.train(view, classes, passes=passes, l2=_L2, scales=scales) for view in samples)
    bias = [first + _WORDING * second for first, second in zip(one.bias, other.bias, strict=True)]
    return learn.Weights(bias, {**one.rows, **other.rows})


def _strongest(features: dict[str, float]) -> dict[str, float]:
    """Return the strongest of the *features* of a long story, which are enough to learn from."""
    if len(features) <= _STRONGEST:
        return features
    return dict(sorted(features.items(), key=lambda one: (-one[1], one[0]))[:_STRONGEST])


def _drawn(asked: Sequence[Line]) -> dict[str, dict[str, float]]:
    """Return, by red flag, which share of the *asked* lines that state it wants which entry."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in asked:
        if line.sign and line.wants:
            counts[line.sign].update(dict(zip(line.wants, _SHARES[len(line.wants[:3]) - 1], strict=False)))
    return {
        flag: {name: n / sum(found.values()) for name, n in sorted(found.items())} for flag, found in counts.items()
    }


def _calibrate(
    questions: Sequence[Question],
    views: Sequence[tuple[View, ...]],
    wanted: Sequence[Sequence[int]],
    samples: _Samples,
    scales: Mapping[str, float],
    passes: int,
) -> list[float]:
    """Return the curve of the chance that the leading entry is right; none of few lines.

    Half of the lines are judged by weights learnt from the other half; neighbours in the file, which are often of one
    kind, stay together.
    """
    judged = [at for at in range(len(questions)) if at // _BLOCK % 2]
    if not judged:
        return []
    others = _Samples(*([one for at, one in enumerate(view) if not at // _BLOCK % 2] for view in samples))
    entries = max(map(max, wanted))  # what lines about something else want: none of them, which comes last
    bias, learnt = _learn(others, entries + 1, scales, passes)
    rows = {name: unpacked(packed(row)) for name, row in learnt.items()}
    points = []
    for at in judged:
        features = valued(views[at], scales.get)
        known = [(rows[name], value) for name, value in features.items() if name in rows]
        chances = learn.softmax(weighed(bias, known))
        first = max(range(entries), key=chances.__getitem__)
        points.append((evidence(chances, questions[at], features), first in wanted[at]))
    return learn.logistic(points)
