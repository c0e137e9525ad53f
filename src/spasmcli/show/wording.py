"""Every label and sentence that the renderers share, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spasmcli.ask.result import ANSWERED, Alert, Answer, Correction, Explanation
from spasmcli.model import CAUTION, CRISIS_LINES, EMERGENCY, EMERGENCY_NUMBERS, SOON, URGENT, PhoneLine, Source

LEVEL_TITLES = {
    EMERGENCY: "EMERGENCY",
    URGENT: "See a doctor today",
    SOON: "See a doctor soon",
    CAUTION: "Good to know",
}
# A notice says when something is so, an alert that it is: the words must not be the same.
NOTICE_TITLES = {
    EMERGENCY: "When it is an emergency",
    URGENT: "When to see a doctor today",
    SOON: "When to see a doctor soon",
    CAUTION: "Good to know",
}
QUESTION = "Question"
ANSWER = "Answer"
WARNING_SIGNS = "Warning signs"
WHY = "Why it matters"
TO_DO = "What to do"
PHONE_TITLES = {EMERGENCY_NUMBERS: "Emergency numbers", CRISIS_LINES: "Someone to talk to"}
ALSO = "Also in what you wrote"
GET_HELP = "When to get help"
APPLIES = "This applies to you"
COULD_BE = "It could also be"
RELATED = "Related"
SOURCES = "Sources"
THE_REST = "The rest"
NEAREST = "The nearest entries, which may not fit"
SEE_ALL = "Every entry"
CHOSEN = "Why this entry"
OTHER_TOPIC = "Other"
NO_ENTRY = "No entry comes close enough to answer that."
# Below an alert: nothing may take the edge off it.
READ_ON = "More on when to get help"
# Silence must not be read as an all-clear.
IN_DOUBT = "No match says nothing about how serious a problem is. If in doubt, read"

_LONGEST_QUOTE = 200


def level_title(level: str) -> str:
    """Return the words for *level* as they head an alert or a notice."""
    return LEVEL_TITLES.get(level, level)


def notice_title(level: str) -> str:
    """Return the words above the notices of *level* that the question says nothing of."""
    return NOTICE_TITLES.get(level, level)


def quote(text: str) -> str:
    """Return *text* in quotation marks, cut if it is very long."""
    short = text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE].rstrip() + "..."
    return f'"{short}"'


def sureness(answer: Answer) -> str:
    """Return in words how well the entry of *answer* matches, with the score."""
    if answer.outcome != ANSWERED:
        words = "Only a possible match"
    else:
        words = "Exact match" if answer.score >= 100 else "Close match"
    return f"{words} ({int(answer.score)} of 100)"


def you_wrote(query: str) -> str:
    """Return the line that repeats the question typed."""
    return f"You wrote: {quote(query)}"


def because(matched: str) -> str:
    """Return the line that tells which words raised an alert."""
    return f"Because you wrote: {quote(matched)}"


def applies(words: str) -> str:
    """Return the line above a notice whose condition the question states, with those *words* if known."""
    return f"{APPLIES}: you wrote {quote(words)}" if words else f"{APPLIES}:"


def read_as(corrections: Sequence[Correction]) -> str:
    """Return the line that tells how misspelt words were read, or an empty string."""
    pairs = ", ".join(f"{correction.typed} -> {correction.read}" for correction in corrections)
    return f"Read as: {pairs}" if pairs else ""


def publishers(sources: Iterable[Source]) -> str:
    """Return the line that names who published *sources*, or an empty string."""
    names = list(dict.fromkeys(source.publisher for source in sources))
    return f"{'Sources' if len(names) > 1 else 'Source'}: {', '.join(names)}" if names else ""


def source(item: Source) -> str:
    """Return the publisher and title of a source."""
    return f"{item.publisher}: {item.title}"


def brief(alert: Alert) -> str:
    """Return *alert* in a line, for one that stands below a more serious one."""
    title = level_title(alert.level)
    title = "" if alert.advice.startswith(title) else f"{title}. "
    return f"{quote(alert.matched)}: {title}{alert.advice}"


def country(line: PhoneLine) -> str:
    """Return the country of *line* as it begins an item of a list: "UK" rather than "the UK"."""
    return line.country.removeprefix("the ")


def phone(line: PhoneLine) -> str:
    """Return *line* as an item of a list, to be read aloud."""
    return f"{country(line)}: {line.name + ', ' if line.name else ''}{line.number}"


def title(text: str) -> str:
    """Return *text* with a capital where it begins."""
    return text[:1].upper() + text[1:]


def more_signs(count: int) -> str:
    """Return the line that counts warning signs not shown, or an empty string."""
    return f"And {count} more warning sign{'s' if count > 1 else ''} in what you wrote." if count else ""


def explanation(why: Explanation) -> list[str]:
    """Return the lines that tell how an entry was chosen."""
    lines = [f"Closest wording: {quote(why.alias)}"]
    if why.words:
        lines.append("Words that counted: " + ", ".join(f"{word.word} {word.points:.1f}" for word in why.words))
    if why.unknown:
        lines.append("Words that no entry uses: " + ", ".join(why.unknown))
    return lines
