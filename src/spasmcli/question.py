"""A question, read once: words repaired, synonyms and signs found, denials marked. All who judge it read this.

A text of the FAQ itself is read the same way, but for repairs: nothing in it is misspelt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple, TypeAlias

from spasmcli.results import Correction
from spasmcli.text.denial import denied
from spasmcli.text.phrases import Occurrence, Phrases, find
from spasmcli.text.spelling import ReadWord, Words, repair
from spasmcli.text.typed import fold
from spasmcli.text.words import STOP_WORDS, Token, tokens

#: Weight of a word itself beside the synonym group that it belongs to.
_WORD_IN_GROUP = 0.86
#: How far a denied word counts: "no numbness" is a little about numbness.
_DENIED = 0.5
#: Pieces of a quotation that so few words part are quoted as one.
_GAP = 2
#: With no more than so many words left in its clause a quotation goes on to their end.
_LEFT = 2
#: Words that no quotation ends on: those that want another after them, and those that join clauses; and words that
#: none leaves out after its last.
_WANTS_MORE = frozenset(
    """a an the my your his her their our this every each last next big left right upper lower one two both all of in on
    at to from with between under behind round into down up through for very so too not no cant dont""".split()
)
_OBJECTS = frozenset("me him her it us them myself himself herself".split())
_AND = frozenset("and or but so".split())
_JOINS = _AND | frozenset("because cos then when while if that as i".split())
#: What is measured, which is quoted alone.
_MEASURES = frozenset({"age", "lasting", "ago", "weeks"})


class Lexicon(NamedTuple):
    """What reading a question needs to know of an FAQ.

    *synonyms* are the names of the groups that stand for their words (the others are concepts, which are only found);
    *stated* those of the groups that can be stated or denied.
    """

    words: Words
    phrases: Phrases
    synonyms: frozenset[str]
    stated: frozenset[str]


class Question(NamedTuple):
    """A question, read.

    *text* is the folded question, *words* its tokens, *found* the groups found in it, *denied* the numbers of the words
    that are denied. *units* maps each synonym group (``#name``) or stem to its weight (0 to 1), *sequence* holds them
    in their order. *normal* is the normal form, for an exact match.
    """

    text: str
    words: list[Token]
    found: list[Occurrence]
    denied: set[int]
    units: dict[str, float]
    sequence: list[str]
    corrections: tuple[Correction, ...]
    normal: str

    def quote(self, spans: Iterable[Occurrence]) -> str:
        """Return the words in *spans*, whole and in their order, with dots where words between are left out.

        The last word or two of a clause are not cut off, but a time stands alone.
        """
        kept: list[list[int]] = []
        for first, last, name in sorted({(one.start, one.end, one.name) for one in spans}):
            end = last if name in _MEASURES else self._to_end(first, last)
            start = first + (self.words[first].text in _AND and first + 1 < end)
            if kept and start <= kept[-1][1] + _GAP:
                kept[-1][1] = max(end, kept[-1][1])
            else:
                kept.append([start, end])
        return " ... ".join(self.text[self.words[start].start : self.words[end - 1].end] for start, end in kept)

    def _to_end(self, start: int, end: int) -> int:
        """Return where a quotation of the words *start* to *end* ends well.

        That is with its clause, where no more than `_LEFT` words of it are left; else no word stands there that wants
        another after it.
        """
        places = range(end, len(self.words))
        last = next((at for at in places if self.words[at].before and not self._joined(at)), len(self.words))
        if last <= end + _LEFT:
            return last
        while end < last and (
            self.words[end - 1].text in _WANTS_MORE or self.words[end].text in _OBJECTS or self._joined(end)
        ):
            end += 1
        while end > start + 1 and self.words[end - 1].text in _JOINS:
            end -= 1
        return end

    def _joined(self, at: int) -> bool:
        """Tell whether no space stands before word *at*: "co-codamol"."""
        return self.words[at].start <= self.words[at - 1].end + 1 and not self.text[self.words[at].start - 1].isspace()


#: What reads a question with the lexicon of one FAQ.
Reading: TypeAlias = Callable[[str], Question]


def read(text: str, lexicon: Lexicon) -> Question:
    """Read a question (any *text*) with the *lexicon* of an FAQ."""
    folded = fold(text)
    plain = tokens(folded)
    words, corrections = repair(plain, lexicon.words)
    return _read(folded, plain, words, tuple(corrections), lexicon)


def read_plain(text: str, lexicon: Lexicon) -> Question:
    """Read a *text* of the FAQ itself."""
    folded = fold(text)
    plain = tokens(folded)
    return _read(folded, plain, [ReadWord(word, 1.0) for word in plain], (), lexicon)


def _read(
    text: str, plain: Sequence[Token], read: Sequence[ReadWord], corrections: tuple[Correction, ...], lexicon: Lexicon
) -> Question:
    words = [one.token for one in read]
    found = find(words, lexicon.phrases)
    no = denied(words, [sign for sign in found if sign.name in lexicon.stated])
    weights = [_DENIED * one.weight if at in no else one.weight for at, one in enumerate(read)]
    units, sequence = _units(words, weights, [one for one in found if one.name in lexicon.synonyms])
    return Question(text, words, found, no, units, sequence, corrections, " ".join([word.text for word in plain]))


def _units(
    words: Sequence[Token], weights: Sequence[float], synonyms: Iterable[Occurrence]
) -> tuple[dict[str, float], list[str]]:
    """Return the units of *words* with their weights, and in their order.

    The longest synonym that begins at a word counts as its group, and a little as its words.
    """
    longest: dict[int, Occurrence] = {}
    for one in synonyms:
        if one.start not in longest or one.end > longest[one.start].end:
            longest[one.start] = one
    units: dict[str, float] = {}
    sequence: list[str] = []
    group, end = None, 0
    for at, (word, weight) in enumerate(zip(words, weights, strict=True)):
        if at >= end:
            group = longest.get(at)
            end = group.end if group else at + 1
            symbol = "#" + group.name if group else word.stem
            sequence.append(symbol)
            if group:
                units[symbol] = max(units.get(symbol, 0.0), min(weights[at:end]))
        if word.text not in STOP_WORDS:
            share = weight * _WORD_IN_GROUP if group else weight
            if share > units.get(word.stem, 0.0):
                units[word.stem] = share
    return units, sequence


def pairs(sequence: Iterable[str]) -> list[str]:
    """Return each two neighbours of *sequence* once, with its start and end marked: word order and intent words.

    What is said twice in a row counts as said once.
    """
    units = [unit for unit, _ in groupby(sequence)]
    return list(dict.fromkeys([f"{a} {b}" for a, b in zip(["^", *units], [*units, "$"], strict=True)]))
