"""Find named groups of phrases (synonyms, signs) in a question.

A phrase is written as people say it: ``cannot feel ... feet``. Words in capitals stand for any phrase of the
group of that name (``NOT-FEEL ... FOOT``), ``...`` for up to four other words. Small words such as *my*
or *are* are skipped on both sides, so that one phrase covers many ways to say it; where fewer than two telling words
would be left, only *my*, *the* and the like are ("numb to it all"), and none if a single word would be ("had a fall").
A comma ends a phrase. ``legs!`` stands for this very word, where its form matters (not one leg) or where it would be
skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol, TypeAlias

from spasmcli.ask.words import STOP_WORDS, Token, fold, stem, tokens

#: A compiled phrase without its first symbol: its layer, the name of its group, the symbols that follow, and those of
#: them that are words: without all of these in a question, the phrase cannot be.
Tail: TypeAlias = tuple[int, str, Sequence[str], frozenset[str]]

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
#: Small words that are skipped even where little else is left.
ARTICLES = frozenset("a an the my your his her their our its of".split())
_SMALL = FILLERS | STOP_WORDS | {stem(word) for word in STOP_WORDS}

#: Words that deny what follows.
NEGATORS = frozenset("no not without never none nobody nor neither denies denied deny negative zero minus".split())


class Occurrence(NamedTuple):
    """A phrase of group *name* at the words *start* up to, not including, *end*."""

    name: str
    start: int
    end: int


class Tails(NamedTuple):
    """The phrases that begin with one symbol: the *free* ones, and by one word each those that need words."""

    free: list[Tail]
    needing: dict[str, list[Tail]]


def grouped(tails: Iterable[Tail]) -> Tails:
    """Return *tails* by a word that each needs: the longest, as long words are seldom."""
    free: list[Tail] = []
    needing: dict[str, list[Tail]] = {}
    for one in tails:
        if needed := one[3]:
            needing.setdefault(max(needed, key=len), []).append(one)
        else:
            free.append(one)
    return Tails(free, needing)


class Phrases(Protocol):
    """Where compiled phrases are looked up."""

    @property
    def layers(self) -> int:
        """How many layers there are: a phrase may use the groups of lower layers only."""

    def tails(self, symbols: Iterable[str]) -> Mapping[str, Tails]:
        """Return the phrases that begin with each of *symbols*, left out where there are none."""


class Phrasebook(dict[str, list[Tail]]):
    """Compiled phrases in memory, by their first symbol."""

    layers = 0

    def tails(self, symbols: Iterable[str]) -> Mapping[str, Tails]:
        """Return the phrases that begin with each of *symbols*."""
        return {symbol: self._grouped(symbol) for symbol in symbols if symbol in self}

    @cached_property
    def _known(self) -> dict[str, Tails]:
        return {}

    def _grouped(self, symbol: str) -> Tails:
        """Return the phrases that begin with *symbol*; a book is looked up only once it is complete."""
        if symbol not in self._known:
            self._known[symbol] = grouped(self[symbol])
        return self._known[symbol]

    def only(self, names: Iterable[str]) -> Phrasebook:
        """Return the part of this book that finds the groups *names*: they, and the groups that their phrases use."""
        wanted = set(names)
        phrases = [(first, found) for first, tails in self.items() for found in tails]
        book = Phrasebook()
        for first, found in sorted(phrases, key=lambda phrase: -phrase[1][0]):  # a phrase uses lower layers only
            if found[1] in wanted:
                wanted.update(symbol[1:] for symbol in (first, *found[2]) if symbol[0] == "#")
                book.setdefault(first, []).append(found)
                book.layers = max(book.layers, found[0] + 1)
        return book


class PhraseError(ValueError):
    """A phrase cannot be used; the text says why."""


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
                kept.extend([] if token.text in ARTICLES and [word] != last else [exact])
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


def tail(layer: int, name: str, rest: Sequence[str]) -> Tail:
    """Return a compiled phrase without its first symbol."""
    return layer, name, rest, frozenset(symbol for symbol in rest if symbol[0] != "#" and symbol != GAP)


def compile_groups(groups: Mapping[str, Iterable[str]]) -> Phrasebook:
    """Return the *groups* (name to phrases) in layers: each layer uses the names of earlier ones only.

    Raises:
        PhraseError: when a phrase is unusable, names an unknown group, or groups name each other in a circle.
    """
    from graphlib import CycleError, TopologicalSorter  # wanted only to compile

    parsed = {name: [symbols(phrase) for phrase in phrases] for name, phrases in groups.items()}
    needs = {name: {s[1:] for phrase in parsed[name] for s in phrase if s[0] == "#"} for name in parsed}
    for name, needed in needs.items():
        if missing := sorted(needed - parsed.keys()):
            raise PhraseError(f"'{name}' uses {missing[0].upper()}, which is no group of this file")
    place = {name: number for number, name in enumerate(parsed)}
    book, order = Phrasebook(), TopologicalSorter(needs)
    try:
        order.prepare()
    except CycleError as error:
        raise PhraseError(f"the groups {', '.join(error.args[1])} use each other in a circle") from None
    while order.is_active():
        ready = sorted(order.get_ready(), key=place.__getitem__)  # the same file gives the same book
        for name in ready:
            for phrase in dict.fromkeys(parsed[name]):
                book.setdefault(phrase[0], []).append(tail(book.layers, name, phrase[1:]))
        book.layers += 1
        order.done(*ready)
    return book


def find(words: Sequence[Token], readings: Sequence[tuple[str, ...]], phrases: Phrases) -> list[Occurrence]:
    """Return every occurrence of every group in a question, in order.

    *readings* holds the stems that each word may stand for (more than one where a typo was repaired).
    """
    lattice: list[dict[str, set[int]]] = [{stem: {i + 1} for stem in stems} for i, stems in enumerate(readings)]
    for i, word in enumerate(words):
        lattice[i]["!" + word.text] = {i + 1}
    waiting: list[list[tuple[int, str, Tail]]] = [[] for _ in range(phrases.layers)]
    fresh = [(start, symbol) for start, at in enumerate(lattice) for symbol in at]
    typed = {symbol for _, symbol in fresh}
    present = typed | {GAP}
    found: list[Occurrence] = []
    for begun in waiting:
        if fresh:
            _begin(fresh, typed, phrases, waiting)
            fresh = []
        new: set[Occurrence] = set()
        for start, symbol, (_, name, rest, _) in begun:
            if not rest:
                new.update([Occurrence(name, start, end) for end in lattice[start][symbol]])
            elif present.issuperset(rest):
                for at in lattice[start][symbol]:
                    new.update([Occurrence(name, start, end) for end in _ends(rest, at, start, words, lattice)])
        for occurrence in sorted(new):
            symbol = "#" + occurrence.name
            if symbol not in lattice[occurrence.start]:
                fresh.append((occurrence.start, symbol))
                present.add(symbol)
            lattice[occurrence.start].setdefault(symbol, set()).add(occurrence.end)
        found.extend(new)
    return sorted(found, key=lambda o: (o.start, -o.end, o.name))


def _begin(
    fresh: Sequence[tuple[int, str]], typed: set[str], phrases: Phrases, waiting: list[list[tuple[int, str, Tail]]]
) -> None:
    """Put the phrases that begin with *fresh* symbols, and whose words were all *typed*, where their layer waits."""
    tails = phrases.tails({symbol for _, symbol in fresh})
    for start, symbol in fresh:
        if symbol not in tails:
            continue
        free, needing = tails[symbol]
        for begun in free:
            waiting[begun[0]].append((start, symbol, begun))
        for word in typed & needing.keys():
            for begun in needing[word]:
                if begun[3] <= typed:
                    waiting[begun[0]].append((start, symbol, begun))


def _ends(
    rest: Sequence[str], at: int, start: int, words: Sequence[Token], lattice: list[dict[str, set[int]]]
) -> set[int]:
    """Return where a phrase may end whose remaining symbols are *rest* and whose next word is *at*."""
    if not rest:
        return {at}
    gap = rest[0] == GAP
    symbol, after = (rest[1], rest[2:]) if gap else (rest[0], rest[1:])
    ends: set[int] = set()
    others = fillers = 0
    while at < len(words) and words[at].sentence == words[start].sentence and "," not in words[at].before:
        for end in lattice[at].get(symbol, ()):
            ends |= _ends(after, end, start, words, lattice)
        if words[at].text in FILLERS:
            fillers += 1
        elif words[at].text in NEGATORS or words[at].text == "but":
            break  # "the leg is not weak" is no "leg ... weak"
        else:
            others += 1
        if others > (_GAP_WORDS if gap else 0) or fillers > _MAX_FILLERS:
            break
        at += 1
    return ends
