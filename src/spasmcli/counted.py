"""Score entries by counted weights, for any FAQ: BM25 over the phrasings of an entry and its answer.

Robertson and Zaragoza 2009, "The probabilistic relevance framework". Nothing is calibrated: the score is how much of
the question an entry covers, half of it at most, for it is no chance.

Table ``counted``: by feature, its *scale* (how rare it is), and the entries that have it with its weight for each.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from math import log
from operator import itemgetter
from typing import Any, NamedTuple

from spasmcli.question import Lexicon, Question, pairs, read_plain
from spasmcli.records import Document
from spasmcli.scorer import PAIR, UNIT, Found, Scored, is_telling, neighbours, units
from spasmcli.text.words import STOP_WORDS
from spasmcli.weights import Rows

TABLE = "create table counted(feature text primary key, scale real, entries blob, weights blob) without rowid"
#: How far neighbouring words count beside single ones.
_PAIRS = 0.2
#: A term in more entries than this only adds to entries that a rarer one has found: the price of growth.
_COMMON = 1000
#: An entry must cover this share of what the words of the question weigh.
_COVERED = 0.2
#: BM25: how soon a word said again adds less, how far long texts are marked down; what all phrasings count beside the
#: answer, and how far each counts for less where there are many.
_K1, _B, _PHRASINGS, _MANY = 1.5, 0.75, 2.0, 0.5


class Term(NamedTuple):
    """A feature: its *scale*, and its *weights* for the *entries* that have it."""

    scale: float
    entries: array[int]
    weights: array[float]


class Counted:
    """The scorer of an FAQ without enough labelled lines; *made* is what `write` returned."""

    def __init__(self, database: sqlite3.Connection, made: Mapping[str, Any]) -> None:
        self._database = database
        self._terms = Rows(
            database, "counted", lambda scale, *blobs: Term(scale, array("I", blobs[0]), array("f", blobs[1]))
        )
        #: What a word weighs that no entry has.
        self._unknown: float = made["unknown"]

    def find(self, question: Question, top: int, emergency: str) -> Found:  # noqa: ARG002
        """Return the *top* closest entries, and whether the first covers enough of *question*."""
        scores: defaultdict[int, float] = defaultdict(float)
        covered: defaultdict[int, float] = defaultdict(float)
        for feature, value, term in sorted(self._shares(question), key=lambda one: len(one[2].entries)):
            common = len(term.entries) > _COMMON and scores
            telling = is_telling(feature)
            for number, weight in zip(term.entries, term.weights, strict=True):
                if not common or number in scores:
                    scores[number] += value * weight
                    if telling:
                        covered[number] += value
        said = {name: weight for name, weight in units(question).items() if is_telling(name)}
        terms = self._terms.of(said)
        whole = sum(w * (terms[name].scale if name in terms else self._unknown) for name, w in said.items())
        near = [number for number in scores if covered[number] > 0]
        least = min(sorted((scores[n] for n in near), reverse=True)[:top], default=0.0)
        ids = {n: self._entry_id(n) for n in near if scores[n] >= least}
        order = sorted(ids, key=lambda n: (-scores[n], ids[n]))[:top]
        best = [Scored(n, 100.0 * covered[n] / (2 * whole)) for n in order]
        possible = bool(best) and covered[order[0]] >= _COVERED * whole
        return Found(best, False, False, False, possible)

    def _shares(self, question: Question) -> Iterator[tuple[str, float, Term]]:
        """Yield each known feature of *question* with its value and its term."""
        for part, times in ((units(question), 1.0), (neighbours(question), _PAIRS)):
            for feature, term in self._terms.of(part).items():
                yield feature, times * part[feature] * term.scale, term

    def _entry_id(self, number: int) -> str:
        return str(self._database.execute("select id from entry where number = ?", (number,)).fetchone()[0])

    def added(self, question: Question, number: int) -> list[tuple[str, float]]:
        """Return what each feature of *question* added for entry *number*."""
        return [
            (feature, value * dict(zip(term.entries, term.weights, strict=True)).get(number, 0.0))
            for feature, value, term in self._shares(question)
        ]


# --- Writing ----------------------------------------------------------------------------------------------------


def write(
    database: sqlite3.Connection, document: Document, lexicon: Lexicon, step: Callable[[], None]
) -> dict[str, Any]:
    """Write the weights of *document*, whose texts *lexicon* reads; return what `Counted` needs.

    What is too much for memory waits in a temporary table, as one row a feature and entry. *step* is called once an
    entry.
    """
    database.execute(TABLE)
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
    database.executemany("insert into counted values(?, ?, ?, ?)", _weighed(database, lengths))
    database.execute("drop table posting")
    return {"unknown": log(1 + len(lengths))}


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
