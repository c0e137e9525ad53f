"""Triage: which warning signs a question states, and how serious they are, whatever entry is closest to it.

Two readers judge together. *Patterns* (see `patterns`) name a sign and its level. A *score* learnt from labelled lines
(see `signscore`) says how likely the line is to need help today: it raises what no pattern foresaw, and holds back a
pattern when the rest of the line speaks against it.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from spasmcli import signscore
from spasmcli.patterns import Hit, Patterns, Stated
from spasmcli.question import Question, Reading
from spasmcli.records import EMERGENCY, NONE, RANK, SOON, URGENT, Document, RedFlag
from spasmcli.signscore import Score, Stretch
from spasmcli.text.phrases import Occurrence

#: Chances of needing help today below which a pattern raises nothing urgent; from which the score alone raises a clear
#: sign; and from which an unclear one. Chosen on lines of other authors: bench/triage.py prints the table.
RAISE, RAISE_ALONE, RAISE_UNCLEAR = 0.05, 0.18, 0.4
#: Chance of a higher level than patterns found from which the score raises it.
LIFT = 0.6
#: With no more than so many telling words beside it a sign is bare: what a pattern found is not held back.
_BESIDE = 1
#: Chance of a sign below which it is unclear; chance of an emergency from which the score raises a clear sign as one,
#: and an unclear one.
_CLEAR, _AS_EMERGENCY, _UNCLEAR_EMERGENCY = 0.45, 0.08, 0.3


class Fired(NamedTuple):
    """A red flag that a question raises, by which *item* of its ``raise``, and where the words stand that raised it.

    *guessed*: the question is like those that need help at this *level*, but which sign it states is not clear.
    *doubtful*: the score alone raises it, and is none too sure.
    """

    flag: str
    item: int
    level: str
    spans: tuple[Occurrence, ...]
    guessed: bool = False
    doubtful: bool = False


class Verdict(NamedTuple):
    """What triage makes of a question: the red flags it raises, the most serious first, and quiet lines by hit."""

    fired: list[Fired]
    hints: list[Hit]


class Triage:
    """The triage of a compiled FAQ."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.patterns = Patterns(database)
        made = json.loads(database.execute("select value from meta where key = 'triage'").fetchone()[0])
        #: By red flag, in the order of the file, the level of each item of its ``raise``.
        self._levels: dict[str, list[str]] = made["levels"]
        self._flags = list(self._levels)
        #: By red flag the door of each item, and by door those that need not be told beside it.
        self._doors: dict[str, list[str]] = made["doors"]
        self._covered: dict[str, list[str]] = made["covered"]
        #: By red flag and level, the item that is meant where no pattern says which.
        self._general: dict[str, dict[str, int]] = made["general"]
        #: Where each door stands among those of the file, the gravest of a level first.
        self._order: dict[str, int] = {door: at for at, door in enumerate(self._covered)}
        #: By level, the red flags whose door is the one that most of its red flags lead to.
        self._usual: dict[str, list[str]] = made["usual"]
        self._score = Score(database, self._levels)

    def judge(self, question: Question, today: datetime.date) -> Verdict:
        """Return what *question* raises; "since Christmas" is reckoned from *today*."""
        stated = self.patterns.stated(question, today)
        hits = self.patterns.hits(stated)
        if self._score.learnt and question.words:
            raised = [one for part in _parts(stated, hits) for one in self._scored(part)]
        else:
            raised = self._by_pattern(hits)
        best: dict[str, Fired] = {}
        for one in raised:
            if one.flag not in best or RANK[one.level] > RANK[best[one.flag].level]:
                best[one.flag] = one
        fired: list[Fired] = []
        for one in sorted(best.values(), key=self._gravity):
            if not any(self._covers(higher, one) for higher in fired):
                fired.append(one)
        serious = any(RANK[one.level] >= RANK[URGENT] for one in fired)
        quiet = [hit for hit in hits if hit.hint and hit.flag not in best and not serious]
        return Verdict(fired, quiet)

    def _gravity(self, one: Fired) -> tuple[int, int, int]:
        """Return what red flags are sorted by: level, door, and place in the file."""
        return -RANK[one.level], self._order.get(self._doors[one.flag][one.item], 0), self._flags.index(one.flag)

    def _covers(self, higher: Fired, other: Fired) -> bool:
        """Tell whether *other*, no more serious, goes without saying beside *higher*."""
        door, needless = (self._doors[one.flag][one.item] for one in (higher, other))
        return _words(other) <= _words(higher) or needless in self._covered.get(door, ())

    def _by_pattern(self, hits: Iterable[Hit]) -> list[Fired]:
        return [Fired(hit.flag, hit.item, self._levels[hit.flag][hit.item], hit.spans) for hit in hits if not hit.hint]

    def _scored(self, part: Stretch) -> list[Fired]:
        """Return what is raised in *part* by patterns and by the score, each heard about the other."""
        raised = self._by_pattern(part.hits)
        today, now = self._score.chances(part)
        kept = [one for one in raised if one.level == SOON or today >= RAISE or self._bare(one, part)]
        found = max((RANK[one.level] for one in kept), default=RANK[NONE])
        lifted = (now if found == RANK[URGENT] else today) >= LIFT
        if today < RAISE_ALONE or found == RANK[EMERGENCY] or (found == RANK[URGENT] and not lifted):
            return kept
        one = self._likeliest(part, EMERGENCY if now >= _AS_EMERGENCY else URGENT)
        if one and one.guessed and now < _UNCLEAR_EMERGENCY:
            one = self._likeliest(part, URGENT)
        if one is None or (one.guessed and today < RAISE_UNCLEAR):
            return kept
        if not lifted and any(other.flag == one.flag for other in kept):
            return kept  # patterns know better than the score at which level their own sign stands
        return [*kept, one._replace(doubtful=today < RAISE_UNCLEAR)]

    def _bare(self, fired: Fired, part: Stretch) -> bool:
        """Tell whether *part* says hardly anything but the sign of a pattern, so that nothing speaks against it."""
        return self._score.known_beside(part, _words(fired)) <= _BESIDE

    def _likeliest(self, part: Stretch, level: str) -> Fired | None:
        """Return the red flag that the score alone raises at *level*, if any can be raised at it.

        An unclear one leads to a door for everybody.
        """
        able = [at for at, flag in enumerate(self._flags) if level in self._levels[flag]]
        if not able:
            return None
        signs = self._score.signs(part)
        best = max(able, key=lambda at: (signs[at], -at))
        guessed = signs[best] < _CLEAR
        if guessed:
            usual = [at for at in able if self._flags[at] in self._usual.get(level, self._flags)]
            best = max(usual or able, key=lambda at: (signs[at], -at))
        flag = self._flags[best]
        return Fired(flag, self._general[flag][level], level, self._score.telling(part, best), guessed)


def _words(fired: Fired) -> set[int]:
    """Return the numbers of the words that raised a red flag."""
    return {at for span in fired.spans for at in range(span.start, span.end)}


def _parts(stated: Stated, hits: Sequence[Hit]) -> Iterator[Stretch]:
    """Yield the whole question and each of its sentences alone, so that no sentence weakens the sign of another."""
    words = stated.question.words
    yield Stretch(stated, hits, range(len(words)))
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
        yield Stretch(alone, held[number], range(sentence[0], sentence[-1] + 1))


def _only(spans: Iterable[Occurrence], home: Sequence[int]) -> set[int]:
    """Return the one sentence in which all *spans* stand, or none; *home* has the sentence of each word."""
    places = {home[at] for one in spans for at in (one.start, one.end - 1)}
    return places if len(places) == 1 else set()


# --- Writing ----------------------------------------------------------------------------------------------------


def write(database: sqlite3.Connection, document: Document, reading: Reading, today: datetime.date) -> None:
    """Write what triage needs of *document*, whose labelled lines *reading* reads; its patterns come first."""
    levels = {flag.id: [item.level for item in flag.raises] for flag in document.red_flags}
    general = {flag.id: _general(flag) for flag in document.red_flags}
    made = {
        "levels": levels, "general": general, "usual": _usual(document.red_flags),
        "doors": {flag.id: [item.door for item in flag.raises] for flag in document.red_flags},
        "covered": {door.name: door.covers for door in document.doors},
    }  # fmt: skip
    database.execute("insert into meta values('triage', ?)", (json.dumps(made),))
    signscore.write(database, document, levels, reading, today)


def _general(flag: RedFlag) -> dict[str, int]:
    """Return, by level, the item of *flag* that is for all who state it: one without a reason of its own."""
    found: dict[str, int] = {}
    for number, item in sorted(enumerate(flag.raises), key=lambda one: bool(one[1].why)):
        found.setdefault(item.level, number)
    return found


def _usual(flags: Sequence[RedFlag]) -> dict[str, list[str]]:
    """Return, by level, the red flags that lead to the door that most of that level lead to."""
    doors = {
        level: [(f.id, one.door) for f in flags for one in f.raises[:1] if one.level == level]
        for level in signscore.CLASSES
    }
    usual = {level: Counter(door for _, door in found).most_common(1) for level, found in doors.items()}
    return {level: [flag for flag, door in doors[level] if door == most[0][0]] for level, most in usual.items() if most}
