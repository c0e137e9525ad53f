"""The learnt score of warning signs: how likely a stretch of a question needs help, and which sign it states.

Two views of a stretch are learnt from apart, and what they say is added up. *Concepts*: the groups of phrases found in
it, pairs of them, measures, and the patterns that hold. *Wording*: words and neighbouring words as they were typed,
small ones included, a denied word apart from the word itself. Learnt apart, each view must do without the other, and
they seldom fail on the same line (Dietterich 2000, "Ensemble methods in machine learning"); docs/triage.md has what
that gave.

Table ``sign``: by concept or word, its weights for the four levels (a word has none), and for each sign in the order of
the file (a pair has none). Table ``wording``: by word or pair of words, how rare it is and its weights for the levels.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise
from typing import Any, NamedTuple, TypeAlias

from spasmcli import learn
from spasmcli.patterns import Hit, Patterns, Stated
from spasmcli.question import Reading
from spasmcli.records import EMERGENCY, NONE, RANK, SOON, URGENT, Document, Line
from spasmcli.text.phrases import Occurrence
from spasmcli.text.words import STOP_WORDS, Token
from spasmcli.weights import Row, Rows, packed, unpacked, weighed

TABLES = (
    "create table sign(feature text primary key, levels blob, signs blob) without rowid",
    "create table wording(feature text primary key, scale real, levels blob) without rowid",
)
CLASSES = (NONE, SOON, URGENT, EMERGENCY)
_URGENT, _EMERGENCY = CLASSES.index(URGENT), CLASSES.index(EMERGENCY)
#: Values of the kinds of features: words, concepts and measures, pairs of concepts, patterns that hold.
_WORD, _CONCEPT, _PAIR, _PATTERN = 0.3, 0.4, 0.1, 0.6
#: With fewer known words and pairs than these the wording counts for less, in proportion: "n" alone says nothing.
_FEW = 10
#: A feature must stand in so many labelled lines, one of the wording and a pair of concepts in more.
_SEEN, _WORDING_SEEN, _PAIR_SEEN = 2, 3, 6
#: The concepts of a pair begin at most so many words apart.
_APART = 35
#: Times that each line is learnt from, and L2, of the concepts and of the wording: more than matching has, for a level
#: stands on few lines of each sign.
_PASSES, _L2 = 3, 0.5
_WORDING_PASSES, _WORDING_L2 = 5, 0.33
#: Words that carry no weight: small ones, and those of greetings, thanks and small talk.
_SAYS_NOTHING = STOP_WORDS | frozenset(
    """thanks thank please hello hope lovely nice day evening kind regards cheers appreciate advance weekend family
    wishes great app tool read reading everyone weather sunny tea coffee garden holiday question ask""".split()
)
#: From so many lines that state a sign as urgent or an emergency on a score is learnt.
_LEAST_LINES = 60
#: So many words before and after the most telling one are quoted with it.
AROUND = 3
#: Bounds of ages (years) and of times (days) that make a feature of their own.
_BOUNDS = {"age": (5, 18, 50, 65), "lasting": (3, 14, 42), "ago": (3, 14, 90), "weeks": (13, 24)}


class Stretch(NamedTuple):
    """A stretch of a question, its words *within* a range: what is *stated* there, and the patterns that hold there."""

    stated: Stated
    hits: Sequence[Hit]
    within: range


class Sign(NamedTuple):
    """A feature of the concepts, or a word: its weights for the *levels* and for the *signs*, where it has any."""

    levels: Row | None
    signs: Row | None


Weighed: TypeAlias = tuple[Row, float]  # the weights of a feature, and what they are taken times


class Score:
    """The score of a compiled FAQ, if it has *learnt* one; *levels* has the level of each item of a red flag."""

    def __init__(self, database: sqlite3.Connection, levels: Mapping[str, Sequence[str]]) -> None:
        self._levels = levels
        made = json.loads(database.execute("select value from meta where key = 'score'").fetchone()[0])
        self._bias: list[float] = made["levels"]
        self._sign_bias: list[float] = made["signs"]
        self._signs = Rows(database, "sign", lambda *blobs: Sign(*(unpacked(one) if one else None for one in blobs)))
        self._said = Rows(database, "wording", lambda scale, levels: (scale, unpacked(levels)))

    @property
    def learnt(self) -> bool:
        """Whether the FAQ had lines enough to learn from."""
        return bool(self._bias)

    def chances(self, part: Stretch) -> tuple[float, float]:
        """Return the chance that *part* needs help today, be it as an emergency or not, and that of an emergency."""
        known = (*self._concepts(part).values(), *self._wording(part).values())
        chances = learn.softmax(weighed(self._bias, known))
        return chances[_URGENT] + chances[_EMERGENCY], chances[_EMERGENCY]

    def _concepts(self, part: Stretch) -> dict[str, Weighed]:
        """Return the weights for the levels of each concept in *part*, with how far they count."""
        values = concepts(part, self._levels)
        return {name: (row.levels, values[name]) for name, row in self._signs.of(values).items() if row.levels}

    def _wording(self, part: Stretch) -> dict[str, Weighed]:
        """Return the weights for the levels of what is said in *part*, with how far they count."""
        rows = self._said.of(wording(part))
        scales = {name: scale for name, (scale, _) in rows.items()}
        length = min(1.0, len(rows) / _FEW)
        values = learn.normalised(dict.fromkeys(rows, 1.0), scales.get, length)
        return {name: (rows[name][1], value) for name, value in values.items()}

    def signs(self, part: Stretch) -> list[float]:
        """Return how likely *part* states each sign, in the order of the file."""
        values = _of_signs(part, self._levels)
        rows = ((row.signs, values[name]) for name, row in self._signs.of(values).items())
        return learn.softmax(weighed(self._sign_bias, [(signs, value) for signs, value in rows if signs]))

    def telling(self, part: Stretch, sign: int) -> tuple[Occurrence, ...]:
        """Return the words that speak most for *sign* and for help today, with those around them in their stretch."""
        stated, within = part.stated, part.within
        by_concept, by_word = (
            {n: _today(one) for n, one in some(part).items()} for some in (self._concepts, self._wording)
        )
        pull = dict.fromkeys(within, 0.0)
        for name, where in stated.found.items():
            found = by_concept.get(f"c {name}", 0.0) + self._speaks_for(sign, f"c {name}", _CONCEPT)
            for at in (at for one in where for at in range(one.start, one.end)):
                pull[at] = max(pull[at], found)
        for at in within:
            word = stated.question.words[at]
            if at not in stated.void:
                pull[at] += by_word.get(_word(word, denied=False), 0.0) + self._speaks_for(
                    sign, f"w {word.stem}", _WORD
                )
        most = max(within, key=lambda at: (pull[at], -at))
        around = (at for at in range(most - AROUND, most + AROUND + 1) if at in within)
        inside = [at for at in around if stated.segments[at] == stated.segments[most]]
        return (Occurrence("", inside[0], inside[-1] + 1),)

    def _speaks_for(self, sign: int, feature: str, value: float) -> float:
        row = self._signs.of([feature]).get(feature)
        return value * row.signs.step * row.signs.weights[sign] if row and row.signs else 0.0

    def known_beside(self, part: Stretch, own: set[int]) -> int:
        """Return how many words of *part* beside its *own* ones tell this FAQ something."""
        words = part.stated.question.words
        beside = (words[at] for at in part.within if at not in own)
        return len(self._said.of(word.text for word in beside if word.text not in _SAYS_NOTHING))


def _today(weighed: Weighed) -> float:
    """Return how far the weights of a feature speak for help today."""
    (step, weights, _), value = weighed
    return value * step * (weights[_URGENT] + weights[_EMERGENCY] - weights[0])


# --- Features ---------------------------------------------------------------------------------------------------


def concepts(part: Stretch, levels: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return the view of the concepts, with their values. Nothing in it depends on how long *part* is."""
    found = _alone(part, levels)
    found.update(dict.fromkeys(_pairs(part.stated), _PAIR))
    return found


def _alone(part: Stretch, levels: Mapping[str, Sequence[str]]) -> dict[str, float]:
    found = {f"c {name}": _CONCEPT for name in part.stated.found if name[0] != "="}
    for quantity, values in part.stated.measures.items():
        for value, _ in values:
            found.update({f"m {quantity} {bound}": _CONCEPT for bound in _BOUNDS[quantity] if value >= bound})
            found[f"m {quantity}"] = _CONCEPT
    for hit in part.hits:
        if not hit.hint:
            found[f"f {hit.flag}"] = _PATTERN
            found[f"l {levels[hit.flag][hit.item]}"] = _PATTERN
    return found


def _of_signs(part: Stretch, levels: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return what tells one sign from another: words and concepts; greetings and thanks weigh nothing."""
    said = (part.stated.question.words[at] for at in part.within if at not in part.stated.void)
    found = {f"w {w.stem}": _WORD for w in said if w.text not in _SAYS_NOTHING and not w.text.isdecimal()}
    return {**found, **_alone(part, levels)}


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


def wording(part: Stretch) -> Iterator[str]:
    """Yield the view of the wording: each word of *part*, and each two neighbours."""
    words = part.stated.question.words
    said = [_word(words[at], denied=at in part.stated.void) for at in part.within]
    yield from said
    yield from map(" ".join, pairwise(said))


def _word(word: Token, *, denied: bool) -> str:
    return f"!{word.text}" if denied else word.text


# --- Writing ----------------------------------------------------------------------------------------------------


def write(
    database: sqlite3.Connection,
    document: Document,
    levels: Mapping[str, Sequence[str]],
    reading: Reading,
    today: datetime.date,
) -> None:
    """Write what is learnt from the labelled lines of *document*, read by *reading*; its patterns come first."""
    for table in TABLES:
        database.execute(table)
    lines = [line for line in document.asked if not line.sign or line.sign in levels]
    lines += [Line(text) for entry in document.entries for text in (entry.question, *entry.aliases)]
    made: dict[str, Any] = {"levels": [], "signs": []}
    if sum(RANK[line.level] >= RANK[URGENT] for line in lines) >= _LEAST_LINES:
        patterns = Patterns(database)
        parts = [whole(patterns, patterns.stated(reading(line.text), today)) for line in lines]
        said = [dict.fromkeys(wording(part), 1.0) for part in parts]
        scales = learn.rarity(Counter(chain.from_iterable(said)), len(said), _WORDING_SEEN)
        by_concept, by_sign = _learn_levels(parts, lines, levels), _learn_signs(parts, lines, levels)
        by_word = _learn_wording(said, scales, lines)
        words = ((name, scales[name], packed(by_word.rows[name])) for name in sorted(by_word.rows))
        database.executemany("insert into wording values(?, ?, ?)", words)
        rows = (
            (name, *(packed(some.rows[name]) if name in some.rows else b"" for some in (by_concept, by_sign)))
            for name in sorted(by_concept.rows.keys() | by_sign.rows.keys())
        )
        database.executemany("insert into sign values(?, ?, ?)", rows)
        both = [one + other for one, other in zip(by_concept.bias, by_word.bias, strict=True)]
        made = {"levels": both, "signs": by_sign.bias}
    database.execute("insert into meta values('score', ?)", (json.dumps(made),))


def whole(patterns: Patterns, stated: Stated) -> Stretch:
    """Return all of a question as one part."""
    return Stretch(stated, patterns.hits(stated), range(len(stated.question.words)))


def _level(line: Line) -> dict[int, float]:
    return {CLASSES.index(line.level): 1.0}


def _often(found: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Return the features of each line that stand in enough of them."""
    counts = Counter(name for one in found for name in one)
    often = {name for name, count in counts.items() if count >= (_PAIR_SEEN if name[0] == "p" else _SEEN)}
    return [{name: value for name, value in one.items() if name in often} for one in found]


def _learn_levels(
    parts: Sequence[Stretch], lines: Sequence[Line], levels: Mapping[str, Sequence[str]]
) -> learn.Weights:
    found = _often([concepts(part, levels) for part in parts])
    samples = [learn.Sample(one, _level(line)) for one, line in zip(found, lines, strict=True)]
    return learn.train(samples, len(CLASSES), passes=_PASSES, l2=_L2)


def _learn_signs(parts: Sequence[Stretch], lines: Sequence[Line], levels: Mapping[str, Sequence[str]]) -> learn.Weights:
    flags = list(levels)
    stating = [(part, flags.index(line.sign)) for part, line in zip(parts, lines, strict=True) if line.sign]
    found = _often([_of_signs(part, levels) for part, _ in stating])
    samples = [learn.Sample(one, {flag: 1.0}) for one, (_, flag) in zip(found, stating, strict=True)]
    return learn.train(samples, len(flags), passes=_PASSES, l2=_L2)


def _learn_wording(
    said: Sequence[Mapping[str, float]], scales: Mapping[str, float], lines: Sequence[Line]
) -> learn.Weights:
    pairs = zip(said, lines, strict=True)
    samples = [learn.Sample(learn.normalised(one, scales.get, 1.0), _level(line)) for one, line in pairs]
    return learn.train(samples, len(CLASSES), passes=_WORDING_PASSES, l2=_WORDING_L2, scales=scales)
