"""Misspelt words: which words an FAQ knows, and which of them a word that it does not know stands for.

Typo repair follows the recipe of whole-word correction against the collection's own vocabulary, by optimal string
alignment (a swap of neighbours counts as one edit; Damerau 1964, Boytsov 2011), done by RapidFuzz.

Table ``word``: every word of the FAQ with its length and how many texts use it; a word used by none is known, as a
word of warning signs is, but seldom what a misspelt one stands for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from spasmcli.results import Correction
from spasmcli.text.english import is_english
from spasmcli.text.words import STOP_WORDS, TYPED_CONTRACTIONS, Token, make, opened, stem

TABLE = "create table word(word text primary key, length integer, uses integer) without rowid"

#: Shortest word that is repaired, shortest that one may be read as, and from which length two edits are repaired.
_REPAIRED_FROM, _SHORTEST, _TWO_EDITS_FROM = 3, 3, 6
#: What is longer than any word is no misspelt one.
_LONGEST = 40
#: How far a repaired word counts.
_REPAIRED = 0.9
#: An edit in the first letter is believed from this length or this many uses; a word of signs alone from this length.
_LONG_WORD, _COMMON_WORD, _LONG_ENOUGH = 8, 10, 5
_NO_VOWELS = str.maketrans("", "", "aeiouy")
#: Words and lists of words kept in memory.
_KEPT = 20_000


class ReadWord(NamedTuple):
    """A word as it is read: its token, and how far it counts (0 to 1: less where it was repaired)."""

    token: Token
    weight: float


class Words:
    """The words of a compiled FAQ: those that are *known* to it or plain English, those *used* by a text of it."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.known = lru_cache(maxsize=_KEPT)(self._known)
        self.used = lru_cache(maxsize=_KEPT)(self._used)
        self.nearest = lru_cache(maxsize=_KEPT)(self._nearest)
        self._of_length = lru_cache(maxsize=64)(self._words_of)

    def _used(self, word: str) -> bool:
        return self._database.execute("select 1 from word where word = ?", (word,)).fetchone() is not None

    def _known(self, word: str) -> bool:
        return self.used(word) or is_english(word)

    def _words_of(self, length: int) -> dict[str, int]:
        return dict(self._database.execute("select word, uses from word where length = ?", (length,)))

    def _nearest(self, word: str, edits: int) -> str | None:
        """Return the word within *edits* of *word* that it most likely stands for.

        That is the one of fewest edits, same first letter, a word of the subject, same consonants, most used.
        """
        from rapidfuzz import process  # only needed for a misspelt word
        from rapidfuzz.distance import OSA

        ranked = []
        for length in range(len(word) - edits, len(word) + edits + 1):
            words = self._of_length(length)
            found = process.extract(word, words.keys(), scorer=OSA.distance, score_cutoff=edits, limit=None)
            ranked += [
                (int(d), other[0] != word[0], other in STOP_WORDS, _differ(word, other), -words[other], other)
                for other, d, _ in found if _believable(word, other, int(d), words[other])
            ]  # fmt: skip
        return min(ranked)[-1] if ranked else None


def write(database: sqlite3.Connection, uses: Mapping[str, int]) -> None:
    """Write the words of an FAQ into its compiled form; *uses* tells how many texts use each."""
    database.execute(TABLE)
    often = max(uses.values(), default=0)
    counts = {**uses, **dict.fromkeys(TYPED_CONTRACTIONS, often)}  # far more usual than any other
    database.executemany("insert into word values(?, ?, ?)", ((w, _length(w), counts[w]) for w in sorted(counts)))


def _length(word: str) -> int:
    """Return the length of a word that a misspelt one may be read as, 0 for any other: it is never looked through."""
    return len(word) if len(word) >= _SHORTEST and word.isalpha() else 0


def repair(plain: Sequence[Token], words: Words) -> tuple[list[ReadWord], list[Correction]]:
    """Return the words of a question with typos read as the nearest words of the FAQ, and what was corrected."""
    read: list[ReadWord] = []
    corrections: list[Correction] = []
    for word in plain:
        text = word.text
        if read and read[-1].token.text == text and not word.before:
            continue  # a word typed twice
        if not _REPAIRED_FROM <= len(text) <= _LONGEST or words.known(text) or not text.isalpha():
            read.append(make(ReadWord, (word, 1.0)))
            continue
        found = _read_misspelt(word, words)
        read.extend(found)
        if found[0].weight < 1:
            corrections.append(Correction(word.text, " ".join(one.token.text for one in found)))
    return read, corrections


def _read_misspelt(word: Token, words: Words) -> list[ReadWord]:
    """Return *word* as the nearest word of the FAQ, as two words run together, or as it stands."""
    near = words.nearest(word.text, 1)
    parts = (near,) if near else _split(word.text, words)
    if not parts and len(word.text) >= _TWO_EDITS_FROM and (near := words.nearest(word.text, 2)):
        parts = (near,)
    said = [one for part in parts for one in opened(part)]
    return [ReadWord(word._replace(text=one, stem=stem(one)), _REPAIRED) for one in said] or [ReadWord(word, 1.0)]


def _split(word: str, words: Words) -> tuple[str, ...]:
    """Return the two words that *word* runs together ("backpain"), or none."""
    cuts = ((word[:cut], word[cut:]) for cut in range(3, len(word) - 2))
    return next((cut for cut in cuts if words.used(cut[0]) and words.used(cut[1])), ())


def _believable(word: str, other: str, edits: int, uses: int) -> bool:
    """Tell whether *word* may be a misspelling of *other*, which *uses* texts of the FAQ use.

    A word of warning signs alone (no uses) must be close: "alot" is not "clot". Vowels are what people get wrong.
    """
    if not uses and (len(other) < _LONG_ENOUGH or (edits > 1 and _differ(word, other))):
        return False
    if word[0] == other[0] or word[:2] == other[1::-1]:  # or the first two letters are swapped
        return True
    return (edits == 1 and uses >= _COMMON_WORD) or (len(word) >= _LONG_WORD and uses > 0)


def _differ(word: str, other: str) -> bool:
    """Tell whether more than vowels and doubled letters sets two words apart; short words have too few to tell."""
    return len(word) >= _LONG_ENOUGH and _consonants(word) != _consonants(other)


def _consonants(word: str) -> str:
    bare = word.translate(_NO_VOWELS)
    return "".join(one for one, before in zip(bare, " " + bare, strict=False) if one != before)
