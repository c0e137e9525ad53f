"""Weigh the words of an FAQ for its entries, and write the weights for `match`, in one of two ways.

*Counted*, for any FAQ: BM25 over the phrasings of an entry and its answer (Robertson and Zaragoza 2009, "The
probabilistic relevance framework"). *Trained*, where an FAQ has enough labelled lines: a softmax over its entries and
"none of them", learnt by `learn`, whose chances are then calibrated on lines that it had not seen.

Table ``term``: by feature, its *scale* (how rare it is), the entries that it speaks for and with which weights; a
trained one weighs every entry, in the order of the file, and none of them last. Table ``exact``: texts in normal form.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from math import log
from operator import itemgetter

from spasmcli import learn
from spasmcli.match import PAIR, UNIT, evidence, vector
from spasmcli.question import Lexicon, Question, Reading, pairs, read_plain
from spasmcli.records import Document, Line
from spasmcli.text.words import STOP_WORDS, normal_form

TABLES = (
    "create table term(feature text primary key, scale real, entries blob, weights blob) without rowid",
    "create table exact(text text primary key, number integer) without rowid",
)
#: A file is trained from so many labelled lines an entry on, up to so many lines and entries.
_LINES_AN_ENTRY, _MOST_LINES, _MOST_ENTRIES = 6, 30_000, 400
#: Shares of the entries that a line wants, best first.
_SHARES = ((1.0,), (0.7, 0.3), (0.6, 0.25, 0.15))
#: A trained feature must stand in so many lines.
_SEEN = 2
#: BM25: how soon a word said again adds less, how far long texts are marked down; what all phrasings count beside the
#: answer, and how far each counts for less where there are many.
_K1, _B, _PHRASINGS, _MANY = 1.5, 0.75, 2.0, 0.5
#: So many features of a line are learnt from.
_STRONGEST = 150
#: Times that each labelled line is learnt from, and L2 (the C of others is its inverse).
_PASSES, _L2 = 5, 0.05
#: So many neighbouring lines are judged, or learnt from, together where chances are calibrated.
_BLOCK = 25


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
    """Return two curves, the chance that the leading entry is right, and that any entry is wanted; none of few lines.

    Half of the lines are judged by weights learnt from the other half; neighbours in the file, which are often of one
    kind, stay together.
    """
    judged = [at for at in range(len(samples)) if at // _BLOCK % 2]
    others = [one for at, one in enumerate(samples) if not at // _BLOCK % 2]
    if not judged:
        return []
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
