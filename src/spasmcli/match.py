"""Match a question to entries: one linear scorer over words and neighbouring words.

What a word weighs for an entry is set in one of two ways. *Counted*, for any FAQ: BM25 over the phrasings of an
entry and its answer (Robertson and Zaragoza 2009, "The probabilistic relevance framework"). *Trained*, where an
FAQ has enough labelled lines: a softmax over its entries and "none of them", learnt by `learn`, whose chances are then
calibrated on lines that it had not seen.

Table ``term``: by feature, its *scale* (how rare it is), the entries that it speaks for and with which weights; a
trained one weighs every entry, in the order of the file, and none of them last. Table ``exact``: texts in normal form.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from math import log, sqrt
from operator import itemgetter
from typing import NamedTuple

from spasmcli import learn
from spasmcli.question import Lexicon, Question, Reading, pairs, read_plain
from spasmcli.records import Document, Line
from spasmcli.text.words import STOP_WORDS, normal_form

TABLES = (
    "create table term(feature text primary key, scale real, entries blob, weights blob) without rowid",
    "create table exact(text text primary key, number integer) without rowid",
)
_TERM = "select scale, entries, weights from term where feature = ?"
#: Kinds of feature; a feature's key is its kind and its text.
UNIT, PAIR = "u", "p"
#: A file is trained from so many labelled lines an entry on, up to so many lines and entries.
_LINES_AN_ENTRY, _MOST_LINES, _MOST_ENTRIES = 6, 30_000, 400
#: How far neighbouring words count beside single ones, trained and counted.
_PAIRS, _COUNTED_PAIRS = 0.7, 0.2
#: Shares of the entries that a line wants, best first.
_SHARES = ((1.0,), (0.7, 0.3), (0.6, 0.25, 0.15))
#: A trained feature must stand in so many lines.
_SEEN = 2
#: BM25: how soon a word said again adds less, how far long texts are marked down; what all phrasings count beside the
#: answer, and how far each counts for less where there are many.
_K1, _B, _PHRASINGS, _MANY = 1.5, 0.75, 2.0, 0.5
#: A term in more entries than this only adds to entries that a rarer one has found: the price of growth.
_COMMON = 1000
#: Terms kept in memory.
_KEPT = 20_000
#: So many features of a line are learnt from.
_STRONGEST = 150
#: Longest question that is matched, in units. Triage reads all of it.
_MATCHED_UNITS = 200
#: Numbers in each curve: one more than `evidence` gives.
_CURVE = 6
#: Times that each labelled line is learnt from, and L2 (the C of others is its inverse).
_PASSES, _L2 = 5, 0.05
#: So many neighbouring lines are judged, or learnt from, together where chances are calibrated.
_BLOCK = 25
#: From which chance an answer is shown as a close match, and below which of naming any entry it is none.
_SURE, _POSSIBLE = 75.0, 25.0
#: How far the entries that an emergency draws count beside the words.
_PULL = 0.2
#: Counted: an entry must cover this share of what the words of the question weigh.
_COVERED = 0.2
#: Words that carry no match by themselves: what is asked of the subject, not the subject.
_INTENT = frozenset("not no never how why what when where which who can could should would do does did is are".split())


class Scored(NamedTuple):
    """An entry, by its *number* in the file, with its *score* from 0 to 100."""

    number: int
    score: float


class Found(NamedTuple):
    """The closest entries, best first, with the chance that the question is about *none* of them, if calibrated."""

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
        return Term(row[0], _numbers("I", row[1]), _numbers("f", row[2])) if row else None

    def match(self, question: Question, top: int, emergency: str = "") -> Found:
        """Return the *top* closest entries; ties go by id, so that the order of a file never matters.

        A red flag that is raised as an *emergency* draws the entries that others who stated it wanted.
        """
        exact = self._exact(question.normal)
        found = self._trained(question, top, emergency) if self.trained else self._counted(question, top)
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
            return Found(best, False, False, False, bool(features))
        right = 100 * learn.chance(self.curve[:_CURVE], evidence(chances, question, features))
        somewhere = 100 * learn.chance(self.curve[_CURVE:], evidence(chances, question, features))
        rest = 1.0 - chances[order[0]]
        best = [Scored(order[0], min(right, 99.0))]
        best += [Scored(n, min((100 - right) * chances[n] / rest, right) if rest else 0.0) for n in order[1:top]]
        possible = somewhere >= _POSSIBLE and _says_something(question)
        return Found(best, False, True, possible and right >= _SURE, possible)

    def _scale(self, feature: str) -> float | None:
        term = self.term(feature)
        return term.scale if term else None

    def scores(self, features: Mapping[str, float]) -> list[float]:
        """Return the score of each entry and of none of them, as trained."""
        scores = self.bias
        for feature, value in features.items():
            if term := self.term(feature):
                scores = [score + value * weight for score, weight in zip(scores, term.weights)]  # noqa: B905
        return scores

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
            weights = dict(zip(term.entries, term.weights, strict=True)) if common else None
            telling = feature[0] != PAIR and feature[1:] not in _INTENT
            for number, weight in weights.items() if weights else zip(term.entries, term.weights, strict=True):
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
        best = [Scored(n, min(99.0, 100.0 * covered[n] / (2 * whole))) for n in order]
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


# --- Writing ----------------------------------------------------------------------------------------------------


def write(
    database: sqlite3.Connection, document: Document, lexicon: Lexicon, reading: Reading, step: Callable[[], None]
) -> None:
    """Write the terms of *document*, whose texts *lexicon* reads and whose labelled lines *reading* does.

    *step* is called once an entry.
    """
    for table in TABLES:
        database.execute(table)
    ids = [entry.id for entry in document.entries]
    exact = {normal_form(entry.id): number for number, entry in enumerate(document.entries)}
    for number, entry in enumerate(document.entries):
        for text in (entry.question, *entry.aliases):
            exact.setdefault(normal_form(text), number)
    database.executemany("insert into exact values(?, ?)", sorted(exact.items()))
    made = {"ids": ids, "bias": [], "curve": [], "unknown": log(1 + len(ids)), "wanted": _wanted(document.asked)}
    lines = labelled(document)
    if len(ids) <= _MOST_ENTRIES and _LINES_AN_ENTRY * len(ids) <= len(lines) <= _MOST_LINES:
        made.update(_write_trained(database, lines, ids, reading, step))
    else:
        made["ids"] = []
        _write_counted(database, document, lexicon, step)
    database.execute("insert into meta values('match', ?)", (json.dumps(made),))


def labelled(document: Document) -> list[Line]:
    """Return every line of *document* that says what it wants: questions, aliases, and lines that people typed.

    Most lines with a warning sign want one and the same entry, on such signs. Their alert says what that does, and
    learnt from, they would draw everybody who is in bad pain to it.
    """
    own = [Line(text, (entry.id,)) for entry in document.entries for text in (entry.question, *entry.aliases)]
    firsts = Counter(line.wants[0] for line in document.asked if line.sign and line.wants)
    alarming = max(sorted(firsts), key=firsts.__getitem__, default=None)
    asked = (line for line in document.asked if line.wants or line.other)
    return own + [line for line in asked if not (line.sign and line.wants[:1] == (alarming,))]


def _wanted(asked: Sequence[Line]) -> dict[str, dict[str, float]]:
    """Return, by red flag, which share of the *asked* lines that state it wants which entry."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in asked:
        if line.sign and line.wants:
            counts[line.sign].update(dict(zip(line.wants, _SHARES[len(line.wants[:3]) - 1], strict=False)))
    return {
        flag: {name: n / sum(found.values()) for name, n in sorted(found.items())} for flag, found in counts.items()
    }


def _write_trained(
    database: sqlite3.Connection, lines: Sequence[Line], ids: Sequence[str], reading: Reading, step: Callable[[], None]
) -> dict[str, list[float]]:
    number = {name: at for at, name in enumerate(ids)}
    questions = [reading(line.text) for line in lines]
    seen = Counter(name for one in questions for name in _features(one))
    scales = {name: log((1 + len(lines)) / (1 + count)) for name, count in seen.items() if count >= _SEEN}
    wanted = [[number[name] for name in line.wants[:3]] or [len(ids)] for line in lines]
    samples = [
        learn.Sample(_strongest(vector(one, scales.get)), dict(zip(fit, _SHARES[len(fit) - 1], strict=True)))
        for one, fit in zip(questions, wanted, strict=True)
    ]
    weights = learn.train(samples, len(ids) + 1, passes=_PASSES, l2=_L2, scales=scales)
    rows = ((name, scales[name], b"", array("f", weights.rows[name]).tobytes()) for name in sorted(weights.rows))
    database.executemany("insert into term values(?, ?, ?, ?)", rows)
    for _ in ids:
        step()
    calibrated = any(line.other for line in lines)
    return {
        "bias": weights.bias,
        "curve": _calibrate(questions, samples, wanted, len(ids), scales) if calibrated else [],
    }


def _strongest(features: dict[str, float]) -> dict[str, float]:
    """Return the strongest of the *features* of a long story, which are enough to learn from."""
    if len(features) <= _STRONGEST:
        return features
    return dict(sorted(features.items(), key=lambda one: (-one[1], one[0]))[:_STRONGEST])


def _features(question: Question) -> Iterator[str]:
    yield from (UNIT + unit for unit in question.units)
    yield from (PAIR + pair for pair in pairs(question.sequence))


def _calibrate(
    questions: Sequence[Question],
    samples: Sequence[learn.Sample],
    wanted: Sequence[Sequence[int]],
    entries: int,
    scales: Mapping[str, float],
) -> list[float]:
    """Return two curves: the chance that the leading entry is right, and that any entry is wanted.

    Half of the lines are judged by weights learnt from the other half; neighbours in the file, which are often of one
    kind, stay together.
    """
    judged = [at for at in range(len(samples)) if at // _BLOCK % 2]
    others = [one for at, one in enumerate(samples) if not at // _BLOCK % 2]
    weights = learn.train(others, entries + 1, passes=_PASSES, l2=_L2, scales=scales)
    right, somewhere = [], []
    for at in judged:
        chances = learn.softmax(weights.scores(samples[at].features))
        first = max(range(entries), key=chances.__getitem__)
        values = evidence(chances, questions[at], samples[at].features)
        right.append((values, first in wanted[at]))
        somewhere.append((values, wanted[at] != [entries]))
    return learn.logistic(right) + learn.logistic(somewhere)


def _write_counted(
    database: sqlite3.Connection, document: Document, lexicon: Lexicon, step: Callable[[], None]
) -> None:
    """Write BM25 weights; what is too much for memory waits in a temporary table, as one row a feature and entry."""
    database.execute("create temp table posting(feature text, number integer, count real)")
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for line in document.asked:
        for name in line.wants[:1]:
            asked[name].append(line.text)
    lengths: list[float] = []
    for number, entry in enumerate(document.entries):
        texts = [read_plain(text, lexicon) for text in (entry.question, *entry.aliases, *asked[entry.id])]
        counts: defaultdict[str, float] = defaultdict(float)
        share = _PHRASINGS / len(texts) ** _MANY
        for text, times in (*((text, share) for text in texts), (read_plain(entry.answer, lexicon), 1.0)):
            for unit in _said(text):
                counts[UNIT + unit] += times
        lengths.append(sum(counts.values()))
        for pair in (pair for text in texts for pair in pairs(text.sequence)):
            counts[PAIR + pair] += share
        database.executemany("insert into posting values(?, ?, ?)", ((f, number, c) for f, c in counts.items()))
        step()
    database.executemany("insert into term values(?, ?, ?, ?)", _weighed(database, lengths))
    database.execute("drop table posting")


def _said(text: Question) -> Iterator[str]:
    """Yield the units of a text as often as they are said."""
    yield from (word.stem for word in text.words if word.text not in STOP_WORDS)
    yield from (unit for unit in text.sequence if unit[0] == "#")


def _weighed(database: sqlite3.Connection, lengths: Sequence[float]) -> Iterator[tuple[str, float, bytes, bytes]]:
    """Yield the rows of all features: how rare each is, and BM25's saturating count of it in each entry."""
    mean = sum(lengths) / len(lengths) or 1.0
    rows = database.execute("select feature, number, count from posting order by feature, number")
    for feature, group in groupby(rows, key=itemgetter(0)):
        found = list(group)
        scale = log(1 + (len(lengths) - len(found) + 0.5) / (len(found) + 0.5))
        weights = [
            count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * lengths[number] / mean)) for _, number, count in found
        ]
        yield feature, scale, array("I", [row[1] for row in found]).tobytes(), array("f", weights).tobytes()


def _numbers(kind: str, blob: bytes) -> array:  # type: ignore[type-arg]
    numbers = array(kind)
    numbers.frombytes(blob)
    return numbers


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
