"""Named groups of phrases (synonyms, concepts of warning signs): how a file writes them, and where a text has them.

A phrase is written as people say it: ``cannot feel ... feet``. Words in capitals stand for any phrase of the
group of that name (``NOT-FEEL ... FOOT``), ``...`` for up to four other words. Small words such as *my*
or *are* are skipped on both sides, so that one phrase covers many ways to say it; where fewer than two telling words
would be left, only *my*, *the* and the like are ("numb to it all"), and none if a single word would be ("had a fall").
A comma ends a phrase. ``legs!`` stands for this very word, where its form matters (not one leg) or where it would be
skipped.

Table ``phrase``: by the first symbol of phrases, all that begin with it, as JSON.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import NamedTuple, TypeAlias

from spasmcli.text.typed import fold
from spasmcli.text.words import STOP_WORDS, Token, make, stem, tokens

TABLE = "create table phrase(first text primary key, tails text) without rowid"

#: The rest of a compiled phrase, after its first symbol: its layer, the groups that it is a phrase of, the symbols that
#: follow, and those of them that are words: without all of these in a text, the phrase cannot be.
Tail: TypeAlias = tuple[int, Sequence[str], Sequence[str], Sequence[str]]

GAP = "..."
_GAP_WORDS = 4
_MAX_FILLERS = 3
_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
#: Words that are skipped between the words of a phrase.
FILLERS = frozenset(
    """a an the my your his her their our its of is are was were be been being am has have had i me it really very so
    just quite bit also some any this that these those too all such got getting gets get like still do does
    did""".split()
)
#: Words that deny what follows.
NEGATORS = frozenset("no not without never none nobody nor neither denies denied deny negative zero minus".split())
#: Words that no gap goes beyond: "the leg is not weak" is no "leg ... weak".
_ENDS_GAPS = NEGATORS | {"but"}

#: Small words that are skipped even where little else is left.
_ARTICLES = frozenset("a an the my your his her their our its of".split())
_SMALL = FILLERS | STOP_WORDS | {stem(word) for word in STOP_WORDS}
#: First symbols whose phrases are kept in memory, so that a long batch stays small.
_KEPT = 20_000


class Occurrence(NamedTuple):
    """A phrase of group *name* at the words *start* up to, not including, *end*."""

    name: str
    start: int
    end: int


class Tails(NamedTuple):
    """What begins with a symbol: *alone* are the groups that it is a phrase of by itself.

    *longer* is how others go on, by a word that must have been typed for it ("" where only groups follow).
    """

    alone: list[str]
    longer: dict[str, list[Tail]]


class PhraseError(ValueError):
    """A phrase cannot be used; the text says why."""


class Phrasebook(NamedTuple):
    """Compiled phrases: how many *layers* there are, and by the first symbol of phrases all that begin with it.

    A phrase uses the groups of lower layers only.
    """

    layers: int
    rows: dict[str, Tails]


class Phrases:
    """The phrases of a compiled FAQ, each row read when a text first has its symbol."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        row = database.execute("select tails from phrase where first = ''").fetchone()
        self.layers: int = json.loads(row[0])
        self.tails = lru_cache(maxsize=_KEPT)(self._tails)

    def _tails(self, symbol: str) -> Tails | None:
        row = self._database.execute("select tails from phrase where first = ?", (symbol,)).fetchone()
        return Tails(*json.loads(row[0])) if row else None


def write(database: sqlite3.Connection, book: Phrasebook) -> None:
    """Write *book* into a compiled FAQ; the row without a symbol holds the number of layers."""
    database.execute(TABLE)
    rows = [(first, json.dumps(book.rows[first])) for first in sorted(book.rows)]
    database.executemany("insert into phrase values(?, ?)", [("", str(book.layers)), *rows])


def symbols(phrase: str) -> tuple[str, ...]:
    """Return *phrase* as symbols: stems, ``#name`` for a group, ``!word`` for an exact word, ``...`` for a gap.

    Raises:
        PhraseError: when nothing but skipped words is left, or a gap stands at an end.
    """
    found: list[str] = []
    kept: list[str] = []
    whole: list[str] = []
    last = phrase.split()[-1:]
    for word in phrase.split():
        if word == GAP:
            parts = [GAP]
        elif _NAME.fullmatch(word) and len(word) > 1:
            parts = ["#" + word.lower()]
        elif word.endswith("!"):
            parts = ["!" + token.text for token in tokens(fold(word))]
        else:
            for token in tokens(fold(word)):
                small = token.text in FILLERS
                exact = "!" + token.text if small else token.stem
                found.extend([] if small else [exact])
                kept.extend([] if token.text in _ARTICLES and [word] != last else [exact])
                whole.append(exact)
            continue
        for form in (found, kept, whole):
            form.extend(parts)
    telling = [symbol for symbol in found if symbol != GAP and symbol.removeprefix("!") not in _SMALL]
    if found and len(telling) < 2:  # "had a fall" is more than "fall", and "numb to it all" more than "numb to"
        found = kept if len(kept) > 1 else whole
    if not found or GAP in (found[0], found[-1]):
        raise PhraseError(f"'{phrase}' has no word that could be looked for at its ends")
    return tuple(found)


def compile_groups(groups: Mapping[str, Iterable[str]]) -> Phrasebook:
    """Return the *groups* (name to phrases) in layers: each layer uses the names of earlier ones only.

    They are those of a checked file: every phrase usable, every group there that one names, and no circle of them.
    """
    parsed = {name: list(dict.fromkeys(map(symbols, phrases))) for name, phrases in groups.items()}
    needs = {name: {s[1:] for phrase in parsed[name] for s in phrase if s[0] == "#"} for name in parsed}
    layers = _layers(needs)
    ordered = [(layer, name, one) for layer, names in enumerate(layers) for name in names for one in parsed[name]]
    rows: dict[str, Tails] = {}
    also = {name: {name: None} for name in parsed}  # each group, and those that it is a phrase of by itself
    for layer, group, (first, *rest) in sorted(ordered, key=lambda one: -one[0]):  # what uses a group comes before it
        row = rows.setdefault(first, Tails([], {}))
        if rest:
            typed = [one for one in rest if one[0] != "#" and one != GAP]
            row.longer.setdefault(max(typed, key=len, default=""), []).append((layer, list(also[group]), rest, typed))
        else:
            row.alone.extend(one for one in also[group] if one not in row.alone)
            if first[0] == "#":
                also[first[1:]].update(also[group])
    return Phrasebook(len(layers), rows)


def _layers(needs: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the groups in layers, so that each *needs* groups of earlier layers only."""
    place = {name: number for number, name in enumerate(needs)}
    layers: list[list[str]] = []
    order = TopologicalSorter(needs)
    order.prepare()
    while order.is_active():
        layers.append(sorted(order.get_ready(), key=place.__getitem__))  # the same file gives the same book
        order.done(*layers[-1])
    return layers


def find(words: Sequence[Token], phrases: Phrases) -> list[Occurrence]:
    """Return every occurrence of every group in a text, in order, the longest first."""
    if not phrases.layers:
        return []
    search = _Search(words, phrases)
    search.run()
    return [make(Occurrence, (name, start, -end)) for start, end, name in sorted(search.found)]


class _Search:
    """One question: which symbols stand where in it, and which phrases have begun.

    A symbol is a stem, ``!word`` for an exact word, ``#name`` for a group. *found* gathers (start, -end, name).
    """

    def __init__(self, words: Sequence[Token], phrases: Phrases) -> None:
        self.words, self.phrases = words, phrases
        self.found: list[tuple[int, int, str]] = []
        #: By word, the symbols that begin there, each with the words that it ends before.
        self.lattice: list[dict[str, set[int]]] = []
        for at, word in enumerate(words, 1):
            ends = {at}
            self.lattice.append({"!" + word.text: ends, word.stem: ends})
        self.typed = {"", *set().union(*self.lattice)}
        self.present = {GAP, *self.typed}
        #: By layer, the phrases that have begun: where, with which symbol, and how they go on.
        self.waiting: list[list[tuple[int, str, Sequence[str], Sequence[str]]]] = [[] for _ in range(phrases.layers)]
        self._known_steps: dict[tuple[int, bool], list[int]] = {}

    def run(self) -> None:
        """Find the phrases of one word, then the others, layer by layer."""
        groups: list[tuple[int, str]] = []
        for start, at in enumerate(self.lattice):
            for symbol in tuple(at):
                if tails := self.phrases.tails(symbol):
                    self.add(start, start + 1, tails.alone, groups)
                    self.begin(start, symbol, tails)
        for begun in self.waiting:
            while groups:
                start, symbol = groups.pop()
                if tails := self.phrases.tails(symbol):
                    self.begin(start, symbol, tails)
            for start, symbol, names, rest in begun:
                if self.present.issuperset(rest):
                    for end in self.ends(rest, self.lattice[start][symbol]):
                        self.add(start, end, names, groups)

    def add(self, start: int, end: int, names: Iterable[str], fresh: list[tuple[int, str]]) -> None:
        """Note that groups stand at *start* to *end*; those that none was known of at *start* till now are *fresh*."""
        at = self.lattice[start]
        for name in names:
            symbol = "#" + name
            ends = at.get(symbol)
            if ends is None:
                at[symbol] = {end}
                self.present.add(symbol)
                fresh.append((start, symbol))
            elif end in ends:
                continue
            else:
                ends.add(end)
            self.found.append((start, -end, name))

    def begin(self, start: int, symbol: str, tails: Tails) -> None:
        """Put the phrases that begin with *symbol* at *start*, if all their words were typed, where they wait."""
        for word in tails.longer.keys() & self.typed:
            for layer, names, rest, typed in tails.longer[word]:
                if self.typed.issuperset(typed):
                    self.waiting[layer].append((start, symbol, names, rest))

    def ends(self, rest: Sequence[str], places: set[int]) -> set[int]:
        """Return where a phrase may end whose remaining symbols are *rest* and whose next word is one of *places*."""
        gap = False
        for symbol in rest:
            if symbol == GAP:
                gap = True
                continue
            places = {
                end for at in places for step in self.steps(at, gap) for end in self.lattice[step].get(symbol, ())
            }
            if not places:
                break
            gap = False
        return places

    def steps(self, at: int, gap: bool) -> list[int]:
        """Return where a phrase may go on whose next word is *at*: after fillers, or after a *gap*."""
        steps = self._known_steps.get((at, gap))
        if steps is not None:
            return steps
        steps = self._known_steps[at, gap] = []
        others, fillers = _GAP_WORDS if gap else 0, _MAX_FILLERS
        sentence = self.words[at - 1].sentence
        for step in range(at, len(self.words)):
            word = self.words[step]
            if word.sentence != sentence or "," in word.before:
                break
            steps.append(step)
            if word.text in FILLERS:
                fillers -= 1
            else:
                others -= 1
            if others < 0 or fillers < 0 or word.text in _ENDS_GAPS:
                break
        return steps
