"""Keyboard slips: the same slips for the same question in every run and on every machine."""

from __future__ import annotations

import random
import re

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"[A-Za-z]{4,}")


def _neighbours() -> dict[str, str]:
    near: dict[str, str] = {}
    for row, keys in enumerate(_ROWS):
        for at, key in enumerate(keys):
            around = keys[max(at - 1, 0) : at] + keys[at + 1 : at + 2]
            for other, shift in ((row - 1, 0), (row + 1, -1)):
                if 0 <= other < len(_ROWS):
                    around += _ROWS[other][max(at + shift, 0) : at + shift + 2]
            near[key] = around
    return near


_NEAR = _neighbours()


def slipped(question: str, count: int, seed: int = 1) -> str:
    """Return *question* with *count* keyboard slips in words of four letters or more.

    A slip is a neighbouring key, two letters swapped, one left out or one doubled; each is in another word if there
    are enough. A question without such a word stays as it is.
    """
    chance = random.Random(f"{seed} {count} {question}")
    words = list(_WORD.finditer(question))
    if not words or not count:
        return question
    places = chance.sample(words, min(count, len(words)))
    times = {match.start(): 1 for match in places}
    times[places[0].start()] += count - len(places)
    for match in sorted(places, key=lambda m: -m.start()):
        word = match.group()
        for _ in range(times[match.start()]):
            word = _slip(word, chance)
        question = question[: match.start()] + word + question[match.end() :]
    return question


def _slip(word: str, chance: random.Random) -> str:
    """Return *word* with one slip; a swap of two equal letters is tried again."""
    while True:
        at = chance.randrange(len(word))
        kind = chance.choice(("key", "swap", "drop", "double"))
        if kind == "key":
            key = chance.choice(_NEAR[word[at].lower()])
            new = word[:at] + (key.upper() if word[at].isupper() else key) + word[at + 1 :]
        elif kind == "swap":
            new = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
        elif kind == "drop":
            new = word[:at] + word[at + 1 :]
        else:
            new = word[: at + 1] + word[at:]
        if new != word:
            return new
