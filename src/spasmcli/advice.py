"""What is said of a red flag that was raised: its door, what to do, and the numbers of the reader's own country."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from spasmcli.records import (
    CRISIS_LINES,
    EMERGENCY_NUMBERS,
    LEVELS,
    MATERNITY,
    NURSE_LINES,
    PHONE_LISTS,
    PLACES,
    POISON_LINES,
    Door,
    PhoneLine,
    Raise,
    RedFlag,
)  # fmt: skip
from spasmcli.results import Alert

#: What stands above an alert that no door leads to, by level.
LEVEL_TITLES = dict(zip(LEVELS, ("See a doctor soon", "Speak to a doctor or nurse today", "EMERGENCY"), strict=True))
_IN_BRACKETS = re.compile(r" \(\{(\w+)\}\)")
_AFTER_COLON = re.compile(r": *\{(\w+)\}")
_BARE = re.compile(r"\{(\w+)\}")
#: What is said where the reader's country is not known or has no line of its own.
_UNKNOWN = {
    EMERGENCY_NUMBERS: "your emergency number", CRISIS_LINES: "a crisis line in your country",
    NURSE_LINES: "a nurse line", POISON_LINES: "a poison line", MATERNITY: "your maternity unit",
}  # fmt: skip

#: Why a line is taken for a warning sign that nothing in it names.
_UNCLEAR = "Your words are close to those of a warning sign, but it is not clear which."


class Numbers:
    """The numbers to call, those of the reader's own *region* (ISO 3166, such as GB) before all others."""

    def __init__(self, lists: Mapping[str, Sequence[PhoneLine]], region: str = "") -> None:
        self._lists, self._region = lists, region

    def lines(self, kind: str) -> list[PhoneLine]:
        """Return the lines of a list, those of the reader's country first."""
        return sorted(self._lists.get(kind, ()), key=lambda line: not self._is_own(line))

    def own(self, kind: str) -> str:
        """Return the reader's own line of a list, or an empty string: "Samaritans 116 123"."""
        return next((line.spoken for line in self._lists.get(kind, ()) if self._is_own(line)), "")

    def _is_own(self, line: PhoneLine) -> bool:
        return bool(self._region) and self._region in line.regions

    def fill(self, text: str) -> str:
        """Return *text* with the numbers that it names in braces; brackets that nothing fills are left out."""
        if "{" not in text:
            return text
        text = _IN_BRACKETS.sub(lambda found: f" ({own})" if (own := self.own(PLACES[found[1]])) else "", text)
        return _BARE.sub(lambda found: self.own(PLACES[found[1]]) or _UNKNOWN[PLACES[found[1]]], text)


def guessed(item: Raise) -> Raise:
    """Return *item* with the words of its door alone, where it is not clear which sign a question states."""
    return item._replace(heading="", lead="", do="", more=(), why=_UNCLEAR)


def alert(flag: RedFlag, item: Raise, doors: Mapping[str, Door], matched: str, numbers: Numbers) -> Alert:
    """Return the alert of *flag*, raised at *item*; *matched* are the words of the question that raised it."""
    door = doors.get(item.door)
    lead = item.lead or (door.lead if door else "")
    do = item.do or (door.do if door and not item.lead else Numbers({}).fill(_AFTER_COLON.sub("", lead)))
    said = [lead, *item.more]
    named = dict.fromkeys(PLACES[name] for text in said for name in _BARE.findall(text))
    calls = tuple(kind for kind in named if kind in PHONE_LISTS)
    heading = item.heading or (door.heading if door else LEVEL_TITLES[item.level])
    filled = [numbers.fill(text) for text in said]
    return Alert(
        flag.id, item.level, " ".join(filled), do, item.why or flag.why, matched, flag.sources,
        item.door, heading, flag.sign, filled[0], tuple(filled[1:]), calls,
    )  # fmt: skip
