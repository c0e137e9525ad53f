"""Ages as people say them: "im 78", "my 8 year old", "mum, 83, fell"; and the words for people."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from spasmcli.text.numbers import TENS, number
from spasmcli.text.times import UNITS
from spasmcli.text.words import Token

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
_NOT_AGES = frozenset(
    """percent degrees mg kg kgs kilo kilos kilogram kilograms lb lbs pounds st stone stones miles mile km k metres
    meters inch inches cm reps times x""".split()
)
#: After a number up to this one they make a height: "im 5 foot 10", but "im 67 feet numb" is an age.
_FEET, _TALLEST = frozenset("foot feet ft".split()), 8
#: Things that have an age of their own.
_THINGS = frozenset("back injury problem mattress pain bed spasm spasms chair scan mri strain sprain sciatica".split())
#: Every word that ages are read by.
WORDS = PEOPLE | _BEFORE_AGES | _NOT_AGES | _FEET | _THINGS
#: Ages that are believed. A bare "at 35" is an age from 18 on: below it may be a time of day. A number all by itself
#: ("67, fell, back pain") is an age from 40 on: lower ones are as often counts or weights. From 106 on it is rather a
#: weight or a distance.
_YOUNGEST, _OLDEST = 1, 110
#: Below this a word is an age before "years old" and after "aged" alone: "I am one of those" is none.
_IN_WORDS_FROM = 20
_ADULT = 18
_ALONE_FROM, _ALONE_TO = 40, 105


class Age(NamedTuple):
    """Somebody's age in *years*, said by the words *start* up to *end*."""

    years: float
    start: int
    end: int


def ages(words: Sequence[Token]) -> list[Age]:
    """Return every age that the question *words* state, "when I was 15" left out."""
    return [age for at in range(len(words)) if (age := _age(words, at))]


def _years(words: Sequence[Token], at: int) -> tuple[float, int]:
    """Return the whole number of years, in digits or in words, that begins at word *at*, or 0, and where it ends."""
    years, end = number(words, at) or (0, at)
    ends_another = years < min(TENS.values()) and at > 0 and words[at - 1].text in TENS
    return (0, at) if years % 1 or ends_another else (years, end)


def _age(words: Sequence[Token], at: int) -> Age | None:
    years, end = _years(words, at)
    before = words[at - 1].text if at else ""
    if not _YOUNGEST <= years <= _OLDEST or before in ("was", "were"):
        return None
    after = [token.text for token in words[end : end + 3]]
    if after[:1] in (["year"], ["years"], ["y"], ["yrs"], ["yr"]) and "old" in after:
        end += after.index("old") + 1
        return None if _of_a_thing(words, at, end) else Age(years, at, end)
    if years < _IN_WORDS_FROM and not words[at].text.isdecimal():
        return Age(years, at - 1, end) if before == "aged" else None
    if after[:1] in (["yo"], ["f"], ["m"], ["male"], ["female"]):
        return Age(years, at, end + 1)
    return _bare_age(words, at, end, years)


def _of_a_thing(words: Sequence[Token], at: int, end: int) -> bool:
    """Tell whether the age from word *at* to *end* is no patient's: "3 year old injury", "mum of a 1 year old"."""
    before = [token.text for token in words[max(0, at - 4) : at] if token.sentence == words[at].sentence]
    of_a_child = any(one in PEOPLE and other == "of" for one, other in pairwise(before))
    somebodys = words[end - 1].end - words[end - 1].start > len(words[end - 1].text)  # "my 13 year old's back"
    after = "" if somebodys or end == len(words) else words[end].text
    return of_a_child or not _THINGS.isdisjoint({*before, after})


def _bare_age(words: Sequence[Token], at: int, end: int, years: float) -> Age | None:
    """Return *years* as an age that nothing but its place shows to be one ("my mum 78", "67, fell"), or None."""
    after = words[end] if end < len(words) else None
    if after and not _apart(after) and (after.text.isdecimal() or _measured_in(after, years)):
        return None
    before = ["", "", *(token.text for token in words[max(0, at - 2) : at])][-2:]
    near = before[1] in _BEFORE_AGES and (before[0] in PEOPLE or (before[1] == "at" and years >= _ADULT))
    if near or before[1] in PEOPLE:
        return Age(years, max(0, at - 1), end)
    alone = at == 0 or (_apart(words[at]) and (end == len(words) or _apart(words[end])))
    return Age(years, at, end) if alone and _ALONE_FROM <= years <= _ALONE_TO else None


def _measured_in(word: Token, number: float) -> bool:
    """Tell whether *word* after *number* makes it a time, a weight, a length or the like."""
    return word.stem in UNITS or word.text in _NOT_AGES or (word.text in _FEET and number <= _TALLEST)


def _apart(word: Token) -> bool:
    """Tell whether *word* stands apart from the one before it: "mum, 83, fell", "dad fell. 83."."""
    return not {*",.;(\n)"}.isdisjoint(word.before)
