"""Time as people say it: how long a pain has lasted, when something happened.

Everything is in days. Dates ("since Christmas") are reckoned from the day that the caller gives.
"""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from spasmcli.text.numbers import number_before
from spasmcli.text.words import Token, stem

#: Days in each unit. A month is the mean one, so that "2 months" is the 8 to 9 weeks that people mean by it.
_DAYS = {
    "minute": 1 / 1440, "min": 1 / 1440, "hour": 1 / 24, "hr": 1 / 24, "day": 1.0, "night": 1.0, "week": 7.0, "wk": 7.0,
    "fortnight": 14.0, "month": 30.4, "mth": 30.4, "year": 365.0, "yr": 365.0, "decade": 3650.0,
}  # fmt: skip
_UNIT_WORDS = {form: days for unit, days in _DAYS.items() for form in (unit, f"{unit}s")}
#: The same by stem.
UNITS = {stem(word): days for word, days in _UNIT_WORDS.items()}
_WEEKS = ("week", "wk", "wks")
_YEARS = ("year", "yr")
#: Other words for numbers: about the least that people mean by them.
_VAGUE = {
    "a": 1, "an": 1, "couple": 2, "few": 3, "several": 4, "many": 4, "dozen": 12, "hundred": 100, "half": 0.5,
    "last": 1, "past": 1,
}  # fmt: skip
_NAMED_DAYS = frozenset("yesterday morning tonight today".split())
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = "january february march april may june july august september october november december".split()
#: Months and days that people reckon from, as (month, day); Easter near the middle of its dates, the seasons as the
#: northern half of the world has them, from their first day: "since summer" is as long as it can be.
_DATES = {
    **{name: (number, 1) for number, month in enumerate(_MONTHS, 1) for name in (month, month[:3])}, "sept": (9, 1),
    "christmas": (12, 25), "xmas": (12, 25), "easter": (4, 5), "halloween": (10, 31), "thanksgiving": (11, 25),
    "spring": (3, 20), "summer": (6, 21), "autumn": (9, 22), "winter": (12, 21),
}  # fmt: skip
_SINCE = frozenset("since from started began".split())
#: Words before "last year" that say that it has lasted from then on, or through it.
_ON_FROM = _SINCE | frozenset("the for over past this".split())
#: Words between "since" and a date ("since about the end of March"), and what follows the number of a day.
_BEFORE_DATES = frozenset("last the about around early late mid end of start in at on back way st nd rd th".split())
#: Words between a number and its unit ("6 or more weeks").
_BETWEEN = frozenset("of to or and good whole full the more than".split())
#: What stands between a number and a unit that it does not belong to: "im 67, 3 weeks of pain".
_APART = frozenset(",.;:?!()\n")
_AND_A_HALF = ["and", "a", "half"]
#: Words before a span that say the trouble has lasted that long; and words that say that it has not.
_LASTING = frozenset(
    "for since been past last over going lasting lasted almost nearly still these about around".split()
)
_NOT_LASTING = frozenset("in within every until till next after before take takes is".split())
_UNCHANGED = frozenset("better same improved change changed easing easier".split())
_PREGNANT = frozenset("pregnant preg pg preggers".split())
#: Words after a span that is none of how long a trouble has lasted ("a 6 week plan").
_COURSES = frozenset("old postpartum plan course program programme workout block challenge".split())
#: The year of a date ("since 1998") is believed from here on.
_FIRST_YEAR = 1950
#: Every word that times are read by.
WORDS = frozenset({
    *_UNIT_WORDS, *_VAGUE, *_NAMED_DAYS, *_WEEKDAYS, *_DATES, *_BEFORE_DATES, *_ON_FROM, *_BETWEEN, *_LASTING,
    *_NOT_LASTING, *_UNCHANGED, *_PREGNANT, *_COURSES,
})  # fmt: skip
#: "Over 6 weeks" counts as this much more than 6, so that "lasting > 6 weeks" holds.
_OVER = 1.01


class Span(NamedTuple):
    """A length of time in a question: *days* long, said by the words *start* up to *end*.

    *kind* is ``lasting`` (it has gone on so long), ``ago`` (it happened then), ``weeks`` (a bare number of
    weeks, as the pregnant say it) or ``other`` (a plan, a course, a question).
    """

    days: float
    kind: str
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


def _amount(words: Sequence[Token], at: int) -> tuple[float | None, int]:
    """Return the largest number that stands before the unit at word *at*, if there is one, and where all begin."""
    half = _and_a_half(words, at - 3)  # "two and a half weeks"
    amount, start = None, at - 3 * half
    while start > 0 and at - start < 4 and _APART.isdisjoint(words[start].before):
        word = words[start - 1].text
        number, start = number_before(words, start) or (_VAGUE.get(word), start - 1)
        if word == "half" and words[start + 1].text in ("a", "an"):  # "half a year", "half a dozen weeks"
            amount = (amount or 1) / 2
        elif number is not None:
            amount = max(amount or 0, number)
        elif word not in _BETWEEN:
            start += 1
            break
    return (amount or 0) + 0.5 if half else amount, start


def _and_a_half(words: Sequence[Token], at: int) -> bool:
    return at >= 0 and [token.text for token in words[at : at + 3]] == _AND_A_HALF


def _span(words: Sequence[Token], at: int) -> Span | None:
    """Return the span whose unit stands at word *at*: "for 2 months", "six weeks ago", "all year", "for months"."""
    unit = UNITS.get(words[at].stem)
    if unit is None:
        return None
    amount, start = _amount(words, at)
    sentence = words[start].sentence
    before = [token.text for token in words[max(0, start - 3) : start] if token.sentence == sentence]
    if amount is None:
        amount = _vague_amount(words[at].text, before)
    if amount is None:
        return None
    half = _and_a_half(words, at + 1)  # "a year and a half"
    end = at + 1 + 3 * half
    after = [token.text for token in words[end : end + 2]]
    kind = _kind(before, after, words[start:at], words[at].stem)
    if kind == "lasting" and ("over" in before or "more" in before or "than" in before):
        amount *= _OVER
    cue = kind == "lasting" and not _LASTING.isdisjoint(before[-1:])  # "for", "since"
    return Span((amount + half / 2) * unit, kind, start - cue, end + (after[:1] == ["ago"]))


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
    if set(after) & _COURSES:
        return "other"
    near = set(before[-2:]) | {token.text for token in inside}
    if unit in _YEARS and [token.text for token in inside] == ["last"] and not near & _ON_FROM:
        return "ago"  # "my operation last year"
    if before[-1:] in (["all"], ["whole"], ["entire"]) or after[:1] == ["of"]:
        return "lasting"
    if before[-1:] == ["after"] and set(before) & _UNCHANGED:  # "no better after 2 weeks"
        return "lasting"
    if "how" in before or (near & _NOT_LASTING and not near & {"been", "past", "last", "over", "since"}):
        return "other"
    if near & _LASTING or after[:1] in (["now"], ["straight"], ["running"], ["later"]) or "still" in after:
        return "lasting"
    if unit in _WEEKS:
        return "weeks"
    return "other" if before else "lasting"


def _since(words: Sequence[Token], at: int, today: datetime.date) -> Span | None:
    """Return the span of "since Christmas", "since the 3rd of March", "since May 2019", "since 2019"."""
    if words[at].text not in _SINCE:
        return None
    day = 1
    for end in range(at + 1, min(at + 6, len(words))):
        if date := _date(words[end].text, today):
            named = words[end].text in _DATES and end + 1 < len(words)
            dated = _in(date, words[end + 1].text, today) if named else None
            days = (today - (dated or date)).days - (day - 1)
            days += 365 * (days < 0)  # later in this month: that of last year
            return Span(float(days), "lasting", at, end + (2 if dated else 1))
        if words[end].text.isdecimal() and len(words[end].text) <= 2:
            day = int(words[end].text)
        elif words[end].text not in _BEFORE_DATES:
            return None
    return None


def _in_year(words: Sequence[Token], at: int, today: datetime.date) -> Span | None:
    """Return the span of "in 2009": so long ago."""
    date = _date(words[at].text, today) if words[at].text.isdecimal() and at and words[at - 1].text == "in" else None
    return Span(float((today - date).days), "ago", at - 1, at + 1) if date else None


def _in(date: datetime.date, word: str, today: datetime.date) -> datetime.date | None:
    """Return *date* in the year that *word* names, or None if it names none, or one that lies ahead."""
    year = int(word) if len(word) == 4 and word.isdecimal() else 0
    return date.replace(year=year) if _FIRST_YEAR <= year and date.replace(year=year) <= today else None


def _date(word: str, today: datetime.date) -> datetime.date | None:
    """Return the latest day not after *today* that *word* may name, or None."""
    if word in _NAMED_DAYS:
        return today - datetime.timedelta(days=word == "yesterday")
    if word in _WEEKDAYS:
        return today - datetime.timedelta(days=(today.weekday() - _WEEKDAYS.index(word)) % 7 or 7)
    if (new_year := _in(datetime.date(today.year, 1, 1), word, today)) and new_year.year < today.year:
        return new_year
    if word not in _DATES:
        return None
    date = datetime.date(today.year, *_DATES[word])
    return date if date <= today else date.replace(year=today.year - 1)
