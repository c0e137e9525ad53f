"""Ages as people say them: "im 78", "my 8 year old", "mum, 83, fell"; and the words for people."""

from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from spasmcli.text.times import UNITS
from spasmcli.text.words import STOP_WORDS, Token

#: Words for people: a number after one of them is an age ("my mum 78", "male 62", "I am 70").
PEOPLE = frozenset(
    """mum mom mother dad father gran grandma granny nan nana grandad grandpa husband wife son daughter sister
    brother man woman male female lady uncle aunt aunty auntie patient he she aged age turned am m f partner
    girlfriend boyfriend boy girl lad kid child teenager friend neighbour neighbor cousin nephew niece grandson
    granddaughter fella guy bloke person runner smoker mate who whos law mil fil grandfather grandmother
    grandparent""".split()
)
#: Words that may stand between a person and an age, and words after a number that make it something else.
_BEFORE_AGES = frozenset("is of over at just now nearly almost about only past turning".split())
_NOT_AGES = frozenset("percent degrees mg kg lb lbs pounds miles mile km k reps times inch cm stone x".split())
#: Who lifts a child is no child.
_HANDLING = frozenset("lift lifting lifted carry carrying carried hold holding pick picking picked feeding".split())
#: Things that have an age of their own.
_THINGS = frozenset("back injury problem mattress pain bed spasm spasms chair scan mri strain sprain sciatica".split())
#: Number words of ages. The small ones are ages before "years old" and after "aged" alone: "I am one of those" is none.
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SMALL = {
    word: years
    for years, word in enumerate(
        """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen""".split(), 1
    )
}  # fmt: skip
_YEARS = {**_TENS, **_SMALL}
#: Ages that are believed. A bare "at 35" is an age from 18 on: below it may be a time of day. A number all by itself
#: ("67, fell, back pain") is an age from 40 on: lower ones are as often counts or weights. From 106 on it is rather a
#: weight or a distance.
_YOUNGEST, _OLDEST, _LONGEST_AGE = 1, 110, 3
_ADULT = 18
_ALONE_FROM, _ALONE_TO = 40, 105


class Age(NamedTuple):
    """Somebody's age in *years*, said by the words *start* up to *end*."""

    years: float
    start: int
    end: int


def ages(words: Sequence[Token]) -> list[Age]:
    """Return every age that the question *words* state, "since I was 15" left out."""
    numbers = [at for at, word in enumerate(words) if word.text in _YEARS or word.text.isdecimal()]
    return [age for at in numbers if (age := _age(words, at))]


def _years(words: Sequence[Token], at: int) -> tuple[float, int] | None:
    """Return the number of years, in digits or in words, that begins at word *at*, and where it ends."""
    text = words[at].text
    if text.isdecimal():
        return (float(text), at + 1) if len(text) <= _LONGEST_AGE else None
    if text in _TENS:
        ones = _SMALL.get(words[at + 1].text, 0) if at + 1 < len(words) else 0
        return (_TENS[text] + ones, at + 2) if 0 < ones < 10 else (_TENS[text], at + 1)
    if text in _SMALL and not (at and words[at - 1].text in _TENS):
        return _SMALL[text], at + 1
    return None


def _age(words: Sequence[Token], at: int) -> Age | None:
    number = _years(words, at)
    if number is None or not _YOUNGEST <= number[0] <= _OLDEST:
        return None
    years, end = number
    if end < len(words) and words[end].text.isdecimal():
        return None
    before = [token.text for token in words[max(0, at - 3) : at]]
    after = [token.text for token in words[end : end + 4]]
    last = before[-2:] if before[-1:] == ["about"] else before[-1:]
    if {"since", "until"} & set(before) or {"was", "were"} & set(last):  # an age that is past
        return None
    if last == ["aged"] and after[:1] in (["year"], ["years"]):
        return Age(years, at - 1, end + 1)
    old = after[:1] in (["year"], ["years"], ["y"], ["yrs"], ["yr"]) and "old" in after[:3]
    if old and _of_a_thing(words, at, end + after.index("old") + 1):
        return None
    if old or after[:1] == ["yo"]:
        return Age(years, at, min(end + (3 if "old" in after[1:3] else 1), len(words)))
    if words[at].text in _SMALL:
        named = len(before) > 1 and before[-2] in PEOPLE and last == ["is"] and end < len(words)  # "our son is six and"
        return Age(years, at - 1, end) if last == ["aged"] or named else None
    if after[:2] == ["y", "o"] or (after[:1] in (["f"], ["m"], ["male"], ["female"]) and end + 1 <= len(words)):
        return Age(years, at, end + 1)
    return _bare_age(words, at, end, years)


def _of_a_thing(words: Sequence[Token], at: int, end: int) -> bool:
    """Tell whether the age from word *at* to *end* is no patient's: "3 month old injury", "mum of a 1 year old"."""
    before = [token.text for token in words[max(0, at - 4) : at] if token.sentence == words[at].sentence]
    of_a_child = any(one in PEOPLE and other == "of" for one, other in pairwise(before)) or set(before) & _HANDLING
    somebodys = words[end - 1].end - words[end - 1].start > len(words[end - 1].text)  # "my 13 year old's back"
    # In "my 3 year old has back pain" the back is no year old.
    beside = takewhile(lambda token: token.text not in STOP_WORDS, words[end : end + 2])
    after = [] if somebodys else [token.text for token in beside]
    return bool(of_a_child) or not _THINGS.isdisjoint({*before, *after})


def _bare_age(words: Sequence[Token], at: int, end: int, years: float) -> Age | None:
    """Return *years* as an age that nothing but its place shows to be one ("my mum 78", "67, fell"), or None."""
    before = [token.text for token in words[max(0, at - 3) : at]]
    after = [token.text for token in words[end : end + 4]]
    score = after[:2] == ["out", "of"] and after[2:3] != ["the"]
    if score or (after and (words[end].stem in UNITS or after[0] in _NOT_AGES or after[0].isdecimal())):
        months_old = words[end].stem == "month" and "old" in after[1:3] and not _of_a_thing(words, at, end + 2)
        return Age(years / 12, at, end + 2) if months_old else None
    of_somebody = before[-1:] != [] and before[-1] in PEOPLE
    if len(before) > 1 and before[-1] in _BEFORE_AGES:
        of_somebody = of_somebody or before[-2] in PEOPLE or (before[-1] == "at" and years >= _ADULT)
    if of_somebody:
        return Age(years, max(0, at - 1), end)
    alone = at == 0 or (_apart(words[at]) and (end == len(words) or _apart(words[end])))
    return Age(years, at, end) if alone and _ALONE_FROM <= years <= _ALONE_TO and len(words) > 1 else None


def _apart(word: Token) -> bool:
    """Tell whether *word* stands apart from the one before it: "mum, 83, fell", "dad fell. 83."."""
    return not {*",.;(\n"}.isdisjoint(word.before) or ")" in word.before
