"""How named groups of phrases (synonyms, signs) are written in an FAQ file, and compiled for `phrases.find`.

A phrase is written as people say it: ``cannot feel ... feet``. Words in capitals stand for any phrase of the
group of that name (``NOT-FEEL ... FOOT``), ``...`` for up to four other words. Small words such as *my*
or *are* are skipped on both sides, so that one phrase covers many ways to say it; where fewer than two telling words
would be left, only *my*, *the* and the like are ("numb to it all"), and none if a single word would be ("had a fall").
A comma ends a phrase. ``legs!`` stands for this very word, where its form matters (not one leg) or where it would be
skipped.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from spasmcli.ask.phrases import FILLERS, GAP, Tails
from spasmcli.ask.words import STOP_WORDS, fold, stem, tokens

_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
#: Small words that are skipped even where little else is left.
_ARTICLES = frozenset("a an the my your his her their our its of".split())
_SMALL = FILLERS | STOP_WORDS | {stem(word) for word in STOP_WORDS}


class PhraseError(ValueError):
    """A phrase cannot be used; the text says why."""


class Phrase(NamedTuple):
    """A compiled phrase: the *layer* and name of its *group*, and its *symbols*."""

    layer: int
    group: str
    symbols: tuple[str, ...]


class Phrasebook:
    """Compiled phrases in memory. Phrases of one layer use the groups of lower layers only."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = sorted(phrases, key=lambda phrase: -phrase.layer)
        self.layers = self._phrases[0].layer + 1 if self._phrases else 0
        self.rows: dict[str, Tails] = {}
        """What is known of each symbol that phrases begin with."""
        groups: dict[str, dict[str, None]] = {}
        for layer, group, (first, *rest) in self._phrases:
            # What uses a group has a higher layer and so came before: by now all of it is known.
            names = groups.setdefault(group, {group: None})
            row = self.rows.setdefault(first, Tails([], [], {}))
            words = [symbol for symbol in rest if symbol[0] != "#" and symbol != GAP]
            if words:
                row.needing.setdefault(max(words, key=len), []).append((layer, list(names), rest, words))
            elif rest:
                row.free.append((layer, list(names), rest, words))
            else:
                row.alone.extend(name for name in names if name not in row.alone)
                if first[0] == "#":
                    groups.setdefault(first[1:], {first[1:]: None}).update(names)

    def tails(self, symbols: Collection[str]) -> Mapping[str, Tails]:  # noqa: ARG002
        """Return the phrases that begin with each of *symbols*, and maybe those of other symbols."""
        return self.rows

    def only(self, names: Iterable[str]) -> "Phrasebook":
        """Return the part of this book that finds the groups *names*: they, and the groups that their phrases use."""
        wanted, kept = set(names), []
        for phrase in self._phrases:  # highest layers first: a phrase uses lower ones only
            if phrase.group in wanted:
                wanted.update(symbol[1:] for symbol in phrase.symbols if symbol[0] == "#")
                kept.append(phrase)
        return Phrasebook(kept)


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

    Raises:
        PhraseError: when a phrase is unusable, names an unknown group, or groups name each other in a circle.
    """
    parsed = {name: [symbols(phrase) for phrase in phrases] for name, phrases in groups.items()}
    needs = {name: {s[1:] for phrase in parsed[name] for s in phrase if s[0] == "#"} for name in parsed}
    for name, needed in needs.items():
        if missing := sorted(needed - parsed.keys()):
            raise PhraseError(f"'{name}' uses {missing[0].upper()}, which is no group of this file")
    place = {name: number for number, name in enumerate(parsed)}
    phrases: list[Phrase] = []
    layer, order = 0, TopologicalSorter(needs)
    try:
        order.prepare()
    except CycleError as error:
        raise PhraseError(f"the groups {', '.join(error.args[1])} use each other in a circle") from None
    while order.is_active():
        ready = sorted(order.get_ready(), key=place.__getitem__)  # the same file gives the same book
        for name in ready:
            phrases += [Phrase(layer, name, phrase) for phrase in dict.fromkeys(parsed[name])]
        layer += 1
        order.done(*ready)
    return Phrasebook(phrases)
