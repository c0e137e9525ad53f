"""Triage: which warning signs a question states, and how serious they are, whatever entry is closest to it.

Two readers judge together. *Patterns* (see `patterns`) name a sign and its level. A *score* learnt from labelled lines,
from content words, concepts and their pairs, measures and the patterns that hold, says how likely the line is to need
help today: it raises what no pattern foresaw, and holds back a pattern when the rest of the line speaks against it.

Table ``sign``: by feature, its weights for the four levels, and for each sign in the order of the file (a pair of
concepts has none).
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby, islice
from typing import NamedTuple

from spasmcli import learn
from spasmcli.patterns import Hit, Patterns, Stated
from spasmcli.question import Question, Reading
from spasmcli.records import EMERGENCY, NONE, RANK, SOON, URGENT, Document, Line, RedFlag
from spasmcli.text.phrases import Occurrence
from spasmcli.text.words import STOP_WORDS

TABLE = "create table sign(feature text primary key, levels blob, signs blob) without rowid"

LEVELS = (NONE, SOON, URGENT, EMERGENCY)
_URGENT, _EMERGENCY = LEVELS.index(URGENT), LEVELS.index(EMERGENCY)
#: Values of the kinds of features: words, concepts and measures, pairs of concepts, patterns that hold.
_WORD, _CONCEPT, _PAIR, _PATTERN = 0.3, 0.4, 0.1, 0.6
#: A feature must stand in so many labelled lines; the concepts of a pair begin at most so many words apart.
_SEEN, _APART = 2, 60
#: Times that each line is learnt from; L2: more than matching has, for a level stands on few lines of each sign.
_PASSES, _L2 = 5, 0.5
#: Words that carry no weight: small ones, and those of greetings, thanks and small talk.
_SAYS_NOTHING = STOP_WORDS | frozenset(
    """thanks thank please hello hope lovely nice day evening kind regards cheers appreciate advance weekend family
    wishes great app tool read reading everyone weather sunny tea coffee garden holiday question ask""".split()
)
#: From so many lines that state a sign as urgent or an emergency on a score is learnt.
_LEAST_LINES = 60
#: Chances of needing help today below which a clear sign is not raised as urgent or an emergency, be it by a pattern or
#: by the score alone; and an unclear one. Chosen on lines of other authors: bench/triage.py prints the table.
RAISE, RAISE_UNCLEAR = 0.33, 0.5
#: With at most so many telling words beside it a sign is bare: what a pattern found is not held back.
_BESIDE = 2
#: Chance of an emergency from which the score raises one; chance of a sign below which it is unclear.
_AS_EMERGENCY, _CLEAR = 0.25, 0.25
#: So many words before and after the most telling one are quoted with it.
_AROUND = 3
_KEPT = 20_000
#: Bounds of ages (years) and of times (days) that make a feature of their own.
_BOUNDS = {"age": (5, 18, 50, 65), "lasting": (3, 14, 42), "ago": (3, 14, 90), "weeks": (13, 24)}


class Fired(NamedTuple):
    """A red flag that a question raises, by which *item* of its ``raise``, and where the words stand that raised it.

    *guessed*: the question is like those that need help at this *level*, but which sign it states is not clear.
    """

    flag: str
    item: int
    level: str
    spans: tuple[Occurrence, ...]
    guessed: bool = False


class Verdict(NamedTuple):
    """What triage makes of a question: the red flags it raises, the most serious first, and quiet lines by hit."""

    fired: list[Fired]
    hints: list[Hit]


class Triage:
    """The triage of a compiled FAQ."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.patterns = Patterns(database)
        made = json.loads(database.execute("select value from meta where key = 'triage'").fetchone()[0])
        self._bias: list[float] = made["bias"]
        self._flags: list[str] = made["flags"]
        #: By red flag, the level of each item of its ``raise``.
        self._levels: dict[str, list[str]] = made["levels"]
        #: By level, the red flags whose door is the one that most of its red flags lead to.
        self._usual: dict[str, list[str]] = made["usual"]
        self.weights = lru_cache(maxsize=_KEPT)(self._weights)

    def _weights(self, feature: str) -> tuple[array[float], array[float]] | None:
        row = self._database.execute("select levels, signs from sign where feature = ?", (feature,)).fetchone()
        return (learn.stored(row[0]), learn.stored(row[1])) if row else None

    def judge(self, question: Question, today: datetime.date) -> Verdict:
        """Return what *question* raises; "since Christmas" is reckoned from *today*."""
        stated = self.patterns.stated(question, today)
        hits = self.patterns.hits(stated)
        if self._bias and question.words:
            raised = [one for part in _parts(stated, hits) for one in self._scored(part)]
        else:
            raised = self._by_pattern(hits)
        best: dict[str, Fired] = {}
        for one in raised:
            if one.flag not in best or RANK[one.level] > RANK[best[one.flag].level]:
                best[one.flag] = one
        fired: list[Fired] = []
        for one in sorted(best.values(), key=lambda one: (-RANK[one.level], self._flags.index(one.flag))):
            if not any(_words(one) <= _words(higher) for higher in fired):
                fired.append(one)
        quiet = [hit for hit in hits if hit.item < 0 and hit.flag not in best]
        return Verdict(fired, quiet)

    def _by_pattern(self, hits: Iterable[Hit]) -> list[Fired]:
        return [Fired(hit.flag, hit.item, self._levels[hit.flag][hit.item], hit.spans) for hit in hits if hit.item >= 0]

    def _scored(self, part: _Part) -> list[Fired]:
        """Return what is raised in *part* by patterns and by the score, each heard about the other."""
        raised = self._by_pattern(part.hits)
        found = features(part, self._levels)
        chances = learn.softmax(self._scores(found, 0, self._bias[: len(LEVELS)]))
        today, now = chances[_URGENT] + chances[_EMERGENCY], chances[_EMERGENCY]
        kept = [one for one in raised if one.level == SOON or today >= RAISE or self._bare(one, part)]
        if today < RAISE or any(RANK[one.level] >= RANK[URGENT] for one in kept):
            return kept
        level = EMERGENCY if now >= _AS_EMERGENCY else URGENT
        one = self._likeliest(part, found, level)
        if one is None or (one.guessed and today < RAISE_UNCLEAR):
            return kept
        return [*(other for other in kept if other.flag != one.flag), one]

    def _bare(self, fired: Fired, part: _Part) -> bool:
        """Tell whether *part* says hardly anything but the sign of a pattern, so that nothing speaks against it."""
        own, words = _words(fired), part.stated.question.words
        beside = (words[at] for at in part.within if at not in own)
        known = [w for w in beside if w.text not in _SAYS_NOTHING and self.weights(f"w {w.stem}")]
        return len(known) <= _BESIDE

    def _likeliest(self, part: _Part, found: Mapping[str, float], level: str) -> Fired | None:
        """Return the red flag that the score alone raises at *level*, if any can be raised at it.

        An unclear one leads to a door for everybody.
        """
        signs = learn.softmax(self._scores(found, 1, self._bias[len(LEVELS) :]))
        able = [at for at, flag in enumerate(self._flags) if level in self._levels[flag]]
        if not able:
            return None
        best = max(able, key=lambda at: (signs[at], -at))
        guessed = signs[best] < _CLEAR
        if guessed:
            usual = [at for at in able if self._flags[at] in self._usual.get(level, self._flags)]
            best = max(usual or able, key=lambda at: (signs[at], -at))
        flag = self._flags[best]
        spans = self._telling(part, best)
        return Fired(flag, self._levels[flag].index(level), level, spans, guessed)

    def _scores(self, found: Mapping[str, float], kind: int, bias: list[float]) -> list[float]:
        """Return the scores of the levels (*kind* 0) or of the signs (1)."""
        rows = ((self.weights(feature), value) for feature, value in found.items())
        return learn.weighed(bias, [(row[kind], value) for row, value in rows if row and row[kind]])

    def _telling(self, part: _Part, sign: int) -> tuple[Occurrence, ...]:
        """Return the words that speak most for *sign* and for help today, with those around them in their stretch."""
        stated, within = part.stated, part.within
        pull = dict.fromkeys(within, 0.0)
        for name, where in stated.found.items():
            if row := self.weights(f"c {name}"):
                for at in (at for one in where for at in range(one.start, one.end)):
                    pull[at] = max(pull[at], _pull(row, sign))
        for at in within:
            if at not in stated.void and (row := self.weights(f"w {stated.question.words[at].stem}")):
                pull[at] += _pull(row, sign)
        most = max(within, key=lambda at: (pull[at], -at))
        around = (at for at in range(most - _AROUND, most + _AROUND + 1) if at in within)
        inside = [at for at in around if stated.segments[at] == stated.segments[most]]
        return (Occurrence("", inside[0], inside[-1] + 1),)


def _pull(weights: tuple[array[float], array[float]], sign: int) -> float:
    """Return how far the *weights* of a feature speak for help today, and for a *sign*."""
    levels, signs = weights
    return levels[_URGENT] + levels[_EMERGENCY] - levels[0] + (signs[sign] if signs else 0.0)


def _words(fired: Fired) -> set[int]:
    """Return the numbers of the words that raised a red flag."""
    return {at for span in fired.spans for at in range(span.start, span.end)}


class _Part(NamedTuple):
    """A stretch of a question, its words *within* a range: what is *stated* there, and the patterns that hold there."""

    stated: Stated
    hits: Sequence[Hit]
    within: range


def _parts(stated: Stated, hits: Sequence[Hit]) -> Iterator[_Part]:
    """Yield the whole question and each of its sentences alone, so that no sentence weakens the sign of another."""
    words = stated.question.words
    yield _Part(stated, hits, range(len(words)))
    sentences = [list(group) for _, group in groupby(range(len(words)), key=lambda at: words[at].sentence)]
    if len(sentences) < 2:
        return
    home = [number for number, sentence in enumerate(sentences) for _ in sentence]
    found: list[defaultdict[str, list[Occurrence]]] = [defaultdict(list) for _ in sentences]
    measured: list[defaultdict[str, list[tuple[float, Occurrence]]]] = [defaultdict(list) for _ in sentences]
    held: list[list[Hit]] = [[] for _ in sentences]
    for name, one in ((name, one) for name, spans in stated.found.items() for one in spans):
        for number in _only([one], home):
            found[number][name].append(one)
    for name, value in ((name, value) for name, values in stated.measures.items() for value in values):
        for number in _only([value[1]], home):
            measured[number][name].append(value)
    for hit in hits:
        for number in _only(hit.spans, home):
            held[number].append(hit)
    for number, sentence in enumerate(sentences):
        alone = stated._replace(found=found[number], measures=measured[number])
        yield _Part(alone, held[number], range(sentence[0], sentence[-1] + 1))


def _only(spans: Iterable[Occurrence], home: Sequence[int]) -> set[int]:
    """Return the one sentence in which all *spans* stand, or none; *home* has the sentence of each word."""
    places = {home[at] for one in spans for at in (one.start, one.end - 1)}
    return places if len(places) == 1 else set()


def _pairs(stated: Stated) -> Iterator[str]:
    """Yield the features of pairs of concepts that begin at most `_APART` words apart, neither within the other."""
    where = []
    for name, spans in stated.found.items():
        words = {word for one in spans for word in range(one.start, one.end)}
        if words and name[0] != "=":
            where.append((min(words), name, words))
    where.sort()
    for number, (start, name, words) in enumerate(where):
        for other_start, other, others in islice(where, number + 1, None):
            if other_start - start > _APART:
                break
            if not (words <= others or others <= words):
                yield f"p {name} {other}" if name < other else f"p {other} {name}"


def features(part: _Part, levels: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return the features of a *part* of a question: words, concepts and their pairs, measures, patterns.

    Nothing in them depends on its length, and greetings and thanks weigh nothing.
    """
    stated = part.stated
    said = (stated.question.words[at] for at in part.within if at not in stated.void)
    found = {f"w {w.stem}": _WORD for w in said if w.text not in _SAYS_NOTHING and not w.text.isdecimal()}
    found.update({f"c {name}": _CONCEPT for name in stated.found if name[0] != "="})
    found.update(dict.fromkeys(_pairs(stated), _PAIR))
    for quantity, values in stated.measures.items():
        for value, _ in values:
            found.update({f"m {quantity} {bound}": _CONCEPT for bound in _BOUNDS[quantity] if value >= bound})
            found[f"m {quantity}"] = _CONCEPT
    for hit in part.hits:
        if hit.item >= 0:
            found[f"f {hit.flag}"] = _PATTERN
            found[f"l {levels[hit.flag][hit.item]}"] = _PATTERN
    return found


# --- Writing ----------------------------------------------------------------------------------------------------


def write(database: sqlite3.Connection, document: Document, reading: Reading, today: datetime.date) -> None:
    """Write what is learnt from the labelled lines of *document*, read by *reading*; its patterns come first."""
    database.execute(TABLE)
    levels = {flag.id: [item.level for item in flag.raises] for flag in document.red_flags}
    made: dict[str, object] = {"bias": [], "flags": list(levels), "levels": levels, "usual": _usual(document.red_flags)}
    lines = [line for line in document.asked if (line.sign in levels if line.sign else line.near or not line.other)]
    if sum(RANK[line.level] >= RANK[URGENT] for line in lines) >= _LEAST_LINES:
        patterns = Patterns(database)
        found = []
        for line in lines:
            stated = patterns.stated(reading(line.text), today)
            whole = next(_parts(stated, patterns.hits(stated)))
            found.append(features(whole, levels))
        rows, made["bias"] = _learn(found, lines, list(levels))
        database.executemany("insert into sign values(?, ?, ?)", rows)
    database.execute("insert into meta values('triage', ?)", (json.dumps(made),))


def _usual(flags: Sequence[RedFlag]) -> dict[str, list[str]]:
    """Return, by level, the red flags that lead to the door that most of that level lead to."""
    doors = {level: [(f.id, one.door) for f in flags for one in f.raises[:1] if one.level == level] for level in LEVELS}
    usual = {level: Counter(door for _, door in found).most_common(1) for level, found in doors.items()}
    return {level: [flag for flag, door in doors[level] if door == most[0][0]] for level, most in usual.items() if most}


def _learn(
    found: Sequence[Mapping[str, float]], lines: Sequence[Line], flags: Sequence[str]
) -> tuple[list[tuple[str, bytes, bytes]], list[float]]:
    """Return the rows of each feature, and the bias: for the levels, then for the signs."""
    counts = Counter(name for one in found for name in one)
    kept = [{name: value for name, value in one.items() if counts[name] >= _SEEN} for one in found]
    levels = [
        learn.Sample(one, {LEVELS.index(line.level): 1.0}) for one, line in zip(kept, lines, strict=True)
    ]  # fmt: skip
    signs = [
        learn.Sample({name: value for name, value in one.items() if name[0] != "p"}, {flags.index(line.sign): 1.0})
        for one, line in zip(kept, lines, strict=True) if line.sign
    ]  # fmt: skip
    by_level = learn.train(levels, len(LEVELS), passes=_PASSES, l2=_L2)
    by_sign = learn.train(signs, len(flags), passes=_PASSES, l2=_L2)
    rows = [
        (name, array("f", row).tobytes(), array("f", by_sign.rows.get(name, ())).tobytes())
        for name, row in sorted(by_level.rows.items())
    ]  # fmt: skip
    return rows, [*by_level.bias, *by_sign.bias]
