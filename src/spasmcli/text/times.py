"""Time as people say it: how long a pain has lasted, when something happened, how old somebody is.

Everything is in days or years. Dates ("since Christmas") are reckoned from the day that the caller gives.
"""

import datetime
import re
from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from spasmcli.text.words import STOP_WORDS, Token

#: Days in each unit, by stem. A month is the mean one, so that "2 months" is the 8 to 9 weeks that people mean by it.
UNITS = {
    "day": 1.0, "night": 1.0, "week": 7.0, "wk": 7.0, "fortnight": 14.0, "month": 30.4, "mth": 30.4, "mnth": 30.4,
    "wks": 7.0, "year": 365.0, "yr": 365.0, "yrs": 365.0, "decad": 3650.0,
    "hour": 1 / 24, "hr": 1 / 24, "hrs": 1 / 24, "minut": 1 / 1440, "min": 1 / 1440,
}  # fmt: skip
_WEEKS = ("week", "wk", "wks")
#: "1,000" is a thousand, "1,5" one and a half.
_THOUSANDS = r"\d{1,3}(?:,\d{3})+"
#: Words for numbers. Vague ones stand for about the least that people mean by them.
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "several": 4, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "half": 0.5,
    "many": 4, "dozen": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "last": 1, "past": 1,
}  # fmt: skip
_MONTHS = "january february march april may june july august september october november december".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
#: Days that people reckon from, as (month, day); Easter near the middle of its dates, the seasons as the
#: northern half of the world has them, from their first day: "since summer" is as long as it can be.
_EVENTS = {
    "christmas": (12, 25), "xmas": (12, 25), "easter": (4, 5), "halloween": (10, 31), "thanksgiving": (11, 25),
    "spring": (3, 20), "summer": (6, 21), "autumn": (9, 22), "winter": (12, 21),
}  # fmt: skip
_SINCE = frozenset("since from started began".split())
#: Words between "since" and a date ("since about the end of March").
_BEFORE_DATES = frozenset("last the about around early late mid end of start in at on back way".split())
#: Words before a span that say the trouble has lasted that long; and words that say that it has not.
_LASTING = frozenset(
    "for since been past last over going lasting lasted almost nearly still these about around".split()
)
_NOT_LASTING = frozenset("in within every until till next after before take takes is".split())
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
_UNCHANGED = frozenset("better same improved change changed easing easier".split())
_PREGNANT = frozenset("pregnant preg pg preggers".split())
#: Words after "two weeks back" that show that "back" means ago there, not the part of the body.
_AFTER_AGO = frozenset("i my he she we it the a and but when while from only since now".split())
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
#: The year of a date ("since 1998") is believed from here on.
_FIRST_YEAR = 1950
#: "Over 6 weeks" counts as this much more than 6, so that "lasting > 6 weeks" holds.
_OVER = 1.01
#: "Last summer", said in a summer or soon after it, is that of the year before: days since this one began.
_SAME_SEASON_DAYS = 120


class Span(NamedTuple):
    """A length of time in a question: *days* long, said by the words *start* up to *end*.

    *kind* is ``lasting`` (it has gone on so long), ``ago`` (it happened then), ``weeks`` (a bare number of
    weeks, as the pregnant say it) or ``other`` (a plan, a course, a question).
    """

    days: float
    kind: str
    start: int
    end: int


class Age(NamedTuple):
    """Somebody's age in *years*, said by the words *start* up to *end*."""

    years: float
    start: int
    end: int


def spans(words: Sequence[Token], today: datetime.date) -> list[Span]:
    """Return every length of time in the question *words*, reckoned from *today*."""
    ways = (
        _span(words, at) or _since(words, at, today) or _in_year(words, at, today)
        for at, word in enumerate(words) if word.stem in UNITS or word.text in _SINCE or word.text.isdecimal()
    )  # fmt: skip
    found = [span for span in ways if span]
    # "back pain 7 weeks": not how far a pregnancy is, or not that alone
    found += [span._replace(kind="lasting") for span in found if span.kind == "weeks" and _closing(words, span)]
    return sorted(found, key=lambda span: span.start)


def _closing(words: Sequence[Token], span: Span) -> bool:
    """Tell whether *span* ends a clause that it does not begin, as a length of time does."""
    ends = span.end >= len(words) or words[span.end].before != ""
    return (
        ends and span.start > 0 and words[span.start - 1].text not in ("at", "am", "is", "only", "a", "the", *_PREGNANT)
    )


def _number(word: str) -> float | None:
    if not word[0].isdecimal():
        return _NUMBERS.get(word)
    return float(word.replace(",", "") if re.fullmatch(_THOUSANDS, word) else word.replace(",", "."))


def _span(words: Sequence[Token], at: int) -> Span | None:
    """Return the span whose unit stands at word *at*: "for 2 months", "six weeks ago", "all year", "for months"."""
    unit = UNITS.get(words[at].stem)
    if unit is None:
        return None
    start, amount = at, None
    while start > 0 and at - start < 4:
        word = words[start - 1].text
        if (number := _number(word)) is not None:
            amount = max(amount or 0, number) if word not in ("last", "past") or amount is None else amount
        elif word not in ("of", "to", "or", "half", "and", "good", "whole", "full", "the", "more", "than") or (
            amount is None and word in ("the", "to", "or", "and")
        ):
            break
        start -= 1
    sentence = words[start].sentence
    before = [token.text for token in words[max(0, start - 3) : start] if token.sentence == sentence]
    if amount is None:
        amount = _vague_amount(words[at].text, before)
    if amount is None:
        return None
    after = [token.text for token in words[at + 1 : at + 3]]
    kind = "ago" if _backwards(words, at + 1) else _kind(before, after, words[start:at], words[at].stem)
    if kind == "lasting" and ("over" in before or "more" in before or "than" in before):
        amount *= _OVER
    return Span(amount * unit, kind, _cue_start(words, start, kind), at + 1 + (after[:1] == ["ago"]))


def _vague_amount(unit: str, before: list[str]) -> float | None:
    """Return how many *unit* are meant where no number stands: "for months" is at least two, "all year" is one."""
    if unit.endswith("s") and set(before) & {"for", "been", "lasted", "going", "after", "over", "past"}:
        return 2
    return 1 if before[-1:] in (["all"], ["whole"], ["this"], ["entire"]) and not unit.endswith("s") else None


def _kind(before: list[str], after: list[str], inside: Sequence[Token], unit: str) -> str:
    if "ago" in after:
        return "ago"
    if set(after[:1]) & {*_PREGNANT, "gestation", "gone", "along"}:
        return "weeks" if unit in _WEEKS else "other"
    if set(after) & {"old", "postpartum", "plan", "course", "program", "programme", "workout", "block", "challenge"}:
        return "other"
    near = set(before[-2:]) | {token.text for token in inside}
    if before[-1:] in (["all"], ["whole"], ["entire"]) or after[:1] == ["of"]:
        return "lasting"
    if before[-1:] in (["after"], ["in"]) and set(before) & _UNCHANGED:  # "not better after 2 weeks"
        return "lasting"
    if "how" in before or (near & _NOT_LASTING and not near & {"been", "past", "last", "over", "since"}):
        return "other"
    if near & _LASTING or after[:1] in (["now"], ["straight"], ["running"], ["later"]) or "still" in after:
        return "lasting"
    if unit in _WEEKS:
        return "weeks"
    return "other" if before else "lasting"


def _backwards(words: Sequence[Token], at: int) -> bool:
    """Tell whether word *at* is the "back" of "two weeks back", not that of "30 weeks, back pain"."""
    if at >= len(words) or words[at].text != "back" or words[at].before:
        return False
    return at + 1 == len(words) or bool(words[at + 1].before) or words[at + 1].text in _AFTER_AGO


def _cue_start(words: Sequence[Token], start: int, kind: str) -> int:
    """Return where the whole saying starts, its cue word ("for", "since") included."""
    if kind == "lasting" and start > 0 and words[start - 1].text in _LASTING:
        return start - 1
    return start


def _since(words: Sequence[Token], at: int, today: datetime.date) -> Span | None:
    """Return the span of "since Christmas", "since last summer", "since March", "since Tuesday", "since 2019"."""
    if words[at].text not in _SINCE:
        return None
    for end in range(at + 1, min(at + 6, len(words))):
        date = _date(words[end].text, today)
        if date:
            year_before = words[end - 1].text == "last" and words[end].text in _EVENTS
            days = (today - date).days + (365 if year_before and (today - date).days < _SAME_SEASON_DAYS else 0)
            return Span(float(days), "lasting", at, end + 1)
        if words[end].text not in _BEFORE_DATES:
            return None
    return None


def _in_year(words: Sequence[Token], at: int, today: datetime.date) -> Span | None:
    """Return the span of "in 2009": so long ago."""
    date = _date(words[at].text, today) if words[at].text.isdecimal() and at and words[at - 1].text == "in" else None
    return Span(float((today - date).days), "ago", at - 1, at + 1) if date else None


def _date(word: str, today: datetime.date) -> datetime.date | None:
    """Return the latest day not after *today* that *word* may name, or None."""
    if word in ("yesterday", "morning", "tonight", "today"):
        return today - datetime.timedelta(days=word == "yesterday")
    if word in _WEEKDAYS:
        return today - datetime.timedelta(days=(today.weekday() - _WEEKDAYS.index(word)) % 7 or 7)
    if len(word) == 4 and word.isdecimal() and _FIRST_YEAR <= int(word) <= today.year:
        return datetime.date(int(word), 1, 1) if int(word) < today.year else None
    if word in _EVENTS:
        month, day = _EVENTS[word]
    else:
        names = [name for name in _MONTHS if (word in (name, name[:3]) and word != "may") or word == name]
        if not names:
            return None
        month, day = _MONTHS.index(names[0]) + 1, 1
    date = datetime.date(today.year, month, day)
    return date if date <= today else date.replace(year=today.year - 1)


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
    """Return the age that begins at word *at*, or None."""
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
