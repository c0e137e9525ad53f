"""Every label and sentence that the pages share, in one place."""

from __future__ import annotations

from collections.abc import Sequence

from spasmcli.records import CRISIS_LINES, EMERGENCY_NUMBERS, LEVELS, NURSE_LINES, POISON_LINES, Source, Stage
from spasmcli.results import Alert, Correction, Explanation

#: What stands above notices that have no door: when something is so, not that it is, as an alert says.
_WHEN = ("When to see a doctor soon", "When to speak to a doctor or nurse today", "When it is an emergency")
NOTICE_TITLES = dict(zip(LEVELS, _WHEN, strict=True))
CAUTION_TITLE = "Take care"
RELATED = "Related"
NEXT = "Next"
SOURCES = "Sources"
CHOSEN = "Why this entry"
OTHER_TOPIC = "Other"
WHICH = "I am not sure which of these you mean:"
CLOSEST = "The closest question in this FAQ:"
NO_ENTRY = "I have no answer to that."
ENGLISH = "Most of these words are unknown to me: I read English only."
THE_REST = "I have no answer to the rest of it."
NEAREST = "Nearest, though they may not fit"
SEE_ALL = "Every entry"
AT_WORST = "Each sign stands here at its most serious. Told in your words it may call for less."
COURSE = "How it goes"
# Silence must not be read as an all-clear.
IN_DOUBT = "That says nothing about how serious it is. If in doubt, read"
IN_DOUBT_MORE = "That says nothing about how serious it is. If in doubt, type m and read on."
# Where a small screen has no room for the signs of an emergency.
#: What is said of signs that the screen had no room for, in a conversation and as what a command is for.
SIGNS_WITH_MORE = {
    "all": "Some signs need help at once: type m to see them.", "other": "There are more signs to be seen for: type m.",
}  # fmt: skip
SIGNS_AND_MORE = {"all": "The signs that need help at once, and more", "other": "More signs to be seen for, and more"}

_OWN_NUMBERS = {
    EMERGENCY_NUMBERS: "Elsewhere", CRISIS_LINES: "Someone to talk to", NURSE_LINES: "Nurse lines",
    POISON_LINES: "Poison lines",
}  # fmt: skip
_LONGEST_QUOTE, _SHORT_QUOTE = 200, 64


def conditions_title(lead: str, short: str) -> str:
    """Return the words above the conditions of a door: its *lead* in full, or its *short* name where there is none."""
    return f"{lead} This is for you if" if lead else short


def numbers_title(kind: str, *, own: bool) -> str:
    """Return what stands before a list of numbers: "Elsewhere" where the reader's *own* stands above already."""
    return "Numbers" if kind == EMERGENCY_NUMBERS and not own else _OWN_NUMBERS[kind]


def quote(text: str, longest: int = _LONGEST_QUOTE) -> str:
    """Return *text* in quotation marks, cut after a word if it is longer than *longest*."""
    cut = text if len(text) <= longest else f"{text[:longest].rsplit(' ', 1)[0].rstrip()} ..."
    return f'"{cut}"'


def you_wrote(words: str, *, trimmed: bool = False) -> str:
    """Return the line that repeats the question typed, or the words of it that raised an alert."""
    return f"You wrote: {quote(words, _SHORT_QUOTE if trimmed else _LONGEST_QUOTE)}"


def why(reason: str) -> str:
    """Return the line that tells why an alert matters."""
    return f"Why: {reason}"


def sign(alert: Alert, *, trimmed: bool = False) -> str:
    """Return an alert as one of several under one lead."""
    if trimmed:
        return f"- {title(alert.sign)}"
    return f"- {title(alert.sign)}{applies(alert.matched)}. {alert.why}"


def also(alert: Alert) -> str:
    """Return a lower alert in one line, below a more serious one."""
    return f"Also: {alert.sign}. {alert.do}"


def applies(words: str) -> str:
    """Return what stands behind a condition or a sign that the question states with these *words*."""
    return f" (you wrote {quote(words)})" if words else ""


def read_as(corrections: Sequence[Correction]) -> str:
    """Return how misspelt words were read, or an empty string."""
    words = ", ".join(dict.fromkeys(correction.read for correction in corrections))
    return f"read as: {words}" if words else ""


def more_of_this(sources: int) -> str:
    """Return what the command that shows a whole entry is for."""
    count = f", and its {sources} source{'s' * (sources > 1)}" if sources else ""
    return f"More of this{count}"


def source(item: Source) -> str:
    """Return the publisher and title of a source."""
    return f"{item.publisher}: {item.title}"


def title(text: str) -> str:
    """Return *text* with a capital where it begins."""
    return text[:1].upper() + text[1:]


def days(stage: Stage) -> str:
    """Return when a stage of a timeline is: "day 3", "days 1-2", "weeks 2-3", "after 6 weeks"."""
    first, last = stage.from_day, stage.to_day
    weeks, left = divmod(first - 1, 7)
    if last is None and first == 1:
        return "from day 1"
    if last is None:
        number, what = (weeks, "week") if weeks and not left else (first - 1, "day")
        return f"after {number} {what}{'s' * (number > 1)}"
    if left or last % 7:
        return f"day {first}" if first == last else f"days {first}-{last}"
    return f"week {weeks + 1}" if last // 7 == weeks + 1 else f"weeks {weeks + 1}-{last // 7}"


def stage(item: Stage) -> str:
    """Return what a stage of a timeline says, as one sentence after another."""
    return "; ".join(filter(None, (item.usual, item.do, item.see)))


def explanation(why: Explanation, *, calibrated: bool) -> list[str]:
    """Return the lines that tell how an entry was chosen: a sentence first, figures after; they are points of a chance
    where it is *calibrated*, else shares of 100."""
    lines = []
    if why.words:
        *most, last = [quote(word.word) for word in why.words[:3]]
        listed = f"{', '.join(most)} and {last}" if most else last
        points = ", ".join(f"{word.word} {word.points:.1f}" for word in why.words)
        lines.append(f"Because of {listed}; nearest known wording: {quote(why.alias)}.")
        lines.append(f"{'Points of the score' if calibrated else 'Points'}: {points}")
    if why.unknown:
        lines.append("Words that are unknown here: " + ", ".join(why.unknown))
    return lines


def stated(alert: Alert) -> str:
    """Return an alert as the note for the doctor has it: the sign, the words for it, and what was advised."""
    words = f": {quote(alert.matched)}" if alert.matched else ""
    return f"{title(alert.sign)}{words}. I was told: {alert.do}"
