"""What stands on a page, and in which order: decided here once, painted by `card`, `plain` and `markdown`.

A page is a list of parts of a few kinds. `whole` has everything; `screen` is one screen for somebody in pain, of which
each step of *trim* leaves out more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from spasmcli.advice import LEVEL_TITLES
from spasmcli.records import (
    CAUTION,
    EMERGENCY,
    EMERGENCY_NUMBERS,
    LEVELS,
    NURSE_LINES,
    RANK,
    SOON,
    UNSURE,
    URGENT,
    Condition,
    Entry,
    Link,
    Notice,
    Source,
    Stage,
    Topic,
)  # fmt: skip
from spasmcli.results import Alert, Answer, Candidate, ShownFlag
from spasmcli.show import wording
from spasmcli.show.page import Block, Page, blocks

#: How a line begins that says what to do if it gets worse.
_SAFETY = ("Do not wait", "Go ", "Call ")
#: How many lower alerts, related questions and choices a screen has, and how many countries.
_ALSO, CHOICES, _COUNTRIES = 2, 3, 6
#: How many steps a *trim* can leave something out in, so that a page fits the screen.
TRIMS = 8
#: What choices are for: to tell which one was meant; to go on with, from a screen and from a whole page.
WHICH, NEXT, RELATED = "which", "next", "related"


class Say(NamedTuple):
    """A line of its own; *style* is "", "dim" or "strong"."""

    text: str
    style: str = ""


class Alarm(NamedTuple):
    """Alerts of one level and lead: what to do first, then *lines* that say more, each a paragraph."""

    level: str
    heading: str
    lead: str
    lines: tuple[str, ...] = ()


class Told(NamedTuple):
    """The question of an entry and its answer; a *caution* must never part from it. *read_as*: what was corrected."""

    question: str
    answer: Sequence[Sequence[Block]]
    cautions: tuple[str, ...] = ()
    read_as: str = ""


class When(NamedTuple):
    """Conditions under one *lead* ("Today if" where it is *short*); those that apply come with the words for it."""

    level: str
    short: str
    lead: str
    items: tuple[tuple[str, str], ...]


class Course(NamedTuple):
    """A timeline."""

    stages: tuple[Stage, ...]


class Choices(NamedTuple):
    """Questions under a *title*, each with a line below it and the id of its entry; *kind* tells what they are for."""

    title: str
    items: tuple[tuple[str, str, str], ...]
    kind: str = ""


class Sources(NamedTuple):
    """Where the statements of a page come from."""

    items: tuple[Source, ...]


class Command(NamedTuple):
    """A command to type, and what it is for."""

    label: str
    command: str


class Listed(NamedTuple):
    """Lines under a *title*."""

    title: str
    lines: tuple[str, ...]


Part = Say | Alarm | Told | When | Course | Choices | Sources | Command | Listed


def whole(a: Answer, page: Page) -> list[Part]:
    """Return the parts of the answer *a* with all that there is."""
    parts = [*alarms(a, page), *(Say(hint.text) for hint in a.hints)]
    if a.entry is None:
        return [*parts, *_nothing(a, page), *_note(page)]
    if a.outcome == UNSURE and a.calibrated:
        parts += _links(wording.WHICH, a.candidates[:CHOICES], WHICH)
    return [*parts, *_found(a, _entry(a.entry, a)), *_note(page)]


def entry(e: Entry, page: Page) -> list[Part]:
    """Return the parts of the entry *e*."""
    return [*_entry(e), *_note(page)]


def flags(found: Sequence[ShownFlag], page: Page) -> list[Part]:
    """Return the parts of a list of warning signs, the most serious first."""
    parts: list[Part] = [Say(wording.AT_WORST)]
    for level in reversed(LEVELS):
        of_level = [flag for flag in found if flag.level == level]
        parts += [Say(LEVEL_TITLES[level], "strong")] if of_level else []
        for advice in dict.fromkeys(flag.advice for flag in of_level):
            lines = tuple(f"{wording.title(flag.sign)}. {flag.why}" for flag in of_level if flag.advice == advice)
            parts.append(Listed(advice, lines))
    return [*parts, *_note(page)]


def screen(a: Answer, page: Page, trim: int = 0) -> list[Part]:
    """Return the parts of *a* for one screen; *trim*, up to `TRIMS`, leaves out more and more of what matters least."""
    parts = alarms(a, page, trim)
    if a.alerts and a.alerts[0].level == EMERGENCY:
        more = a.entry.id if a.entry else page.fallback
        return [*parts, *_more(more, page), *(_note(page) if trim < TRIMS else [])]
    parts += [Say(hint.text, "strong") for hint in a.hints[:1]]
    if a.entry is None:
        return [*parts, *_nothing(a, page), *_note(page)]
    if a.outcome == UNSURE and a.calibrated and not a.explanation:
        return [*parts, *_links(wording.WHICH, a.candidates[:CHOICES], WHICH), *_note(page)]
    parts += _found(a, _trimmed(a, a.entry, page, trim))
    return [*parts, *(_note(page) if trim < TRIMS - 1 else [])]


def _found(a: Answer, parts: Sequence[Part]) -> list[Part]:
    """Return the *parts* of the closest entry, with what is said of how close it is and of why it was chosen."""
    found: list[Part] = [Say(wording.CLOSEST)] if a.outcome == UNSURE and not a.calibrated else []
    found += parts
    if a.explanation:
        found.append(Listed(wording.CHOSEN, tuple(wording.explanation(a.explanation, calibrated=a.calibrated))))
    return found


def _trimmed(a: Answer, e: Entry, page: Page, trim: int) -> list[Part]:
    answer = blocks(e.short)
    parts: list[Part] = [_told(e, answer[:1] if trim >= TRIMS and a.alerts else answer, a)]
    parts += [Course(e.timeline)] if e.timeline and trim < 6 else []
    least = RANK[EMERGENCY if trim >= 5 else URGENT if trim >= 2 else SOON]
    signs = _when(e.notices, said=bool(a.alerts))
    left = [part for part in signs if RANK[part.level] >= least and trim < 7]
    parts += left
    parts += _links(wording.NEXT, _next(e, a)[: max(CHOICES - trim, 1 if trim < 6 else 0)], NEXT)
    told = len(left) == len(signs) or (bool(a.alerts) and trim >= TRIMS)
    return parts + _more(e.id, page, len(e.sources), signs="" if told else "other" if left else "all")


def _entry(e: Entry, a: Answer | None = None) -> list[Part]:
    parts: list[Part] = [_told(e, blocks(e.answer), a)]
    parts += [Course(e.timeline)] if e.timeline else []
    parts += _when(e.notices)
    parts += _links(wording.RELATED, _next(e, a), RELATED)
    return [*parts, Sources(e.sources)] if e.sources else parts


def _told(e: Entry, answer: Sequence[Sequence[Block]], a: Answer | None) -> Told:
    cautions = tuple(notice.text for notice in e.notices if notice.level == CAUTION)
    return Told(e.question, answer, cautions, wording.read_as(a.corrections) if a else "")


def _next(e: Entry, a: Answer | None) -> list[Link | Candidate]:
    """Return what to go on with: where nothing was calibrated, the runner-up first."""
    others = [one for one in a.candidates[1:2] if one.id != e.id] if a and not a.calibrated else []
    return [*others, *(link for link in e.related if all(link.id != one.id for one in others))]


def _links(title: str, links: Sequence[Link | Candidate], kind: str = "") -> list[Part]:
    """Return the questions of *links*, if there are any; to say `WHICH`, with the first sentence of its answer."""
    below = [one.first if kind == WHICH and isinstance(one, Candidate) else "" for one in links]
    items = tuple((one.question, line, one.id) for one, line in zip(links, below, strict=True))
    return [Choices(title, items, kind)] if items else []


def _more(entry_id: str, page: Page, sources: int = 0, *, signs: str = "") -> list[Part]:
    """Return where to read on; for "all" or some "other" *signs* too, which the screen had no room for."""
    if page.talking:
        return [Say(wording.SIGNS_WITH_MORE[signs], "strong")] if signs else []
    label = wording.SIGNS_AND_MORE[signs] if signs else wording.more_of_this(sources)
    return [Command(label, page.show(entry_id))] if entry_id else []


def _when(notices: Iterable[Notice], *, said: bool = False) -> list[When]:
    """Return the notices by lead, the most serious first; *said*: alerts have told already what applies."""
    parts = []
    for notice in sorted((one for one in notices if one.level != CAUTION), key=lambda one: -RANK[one.level]):
        title, lead = (notice.short, notice.lead) if notice.conditions else (wording.NOTICE_TITLES[notice.level], "")
        stated: Sequence[Condition | Notice] = notice.conditions or (notice,)
        items = [(one.text, one.because) for one in stated if not (said and one.applies)]
        items.sort(key=lambda item: not item[1])
        if items:
            parts.append(When(notice.level, title, lead, tuple(items)))
    return parts


def alarms(a: Answer, page: Page, trim: int | None = None) -> list[Part]:
    """Return the parts of the alerts of *a*, the most serious first; those with one lead together.

    With a *trim* they are for one screen, as in `screen`; else there is all of each, in a batch below the question.
    """
    groups: dict[tuple[str, str], list[Alert]] = {}
    for alert in a.alerts:
        groups.setdefault((alert.level, alert.lead), []).append(alert)
    if trim is None:
        question = [Say(wording.you_wrote(a.query))] if page.batch else []
        return [*question, *(_alarm(group, page, trim) for group in groups.values())]
    loudest = [group for group in groups.values() if group[0].level == next(iter(groups))[0]]
    boxes = loudest if trim < 2 else loudest[:1]
    lower = [alert for alert in a.alerts if not any(alert in group for group in boxes)]
    also = [Say(wording.also(alert)) for alert in lower[: _ALSO if trim < 3 else 0]]
    return [*(_alarm(group, page, trim) for group in boxes), *also]


def _alarm(group: Sequence[Alert], page: Page, trim: int | None) -> Alarm:
    """Return one alarm, with all numbers without a *trim*; what to do if it gets worse is left out last of all."""
    first, all_numbers, trim = group[0], trim is None, trim or 0
    lines: list[str] = list(dict.fromkeys(line for alert in group for line in alert.more))
    if trim:
        kept = sorted(lines, key=lambda line: not line.startswith(_SAFETY))[: max(3 - trim, 1)]
        lines = [line for line in lines if line in kept]
    if len(group) == 1:
        lines += [wording.you_wrote(first.matched, trimmed=bool(trim))] if first.matched else []
        lines += [wording.why(first.why)] if first.why and trim < 3 else []
    else:
        lines += [wording.sign(alert, trimmed=trim > 1) for alert in group[: 5 - min(trim, 3)]]
    emergency = first.level == EMERGENCY
    calling = [alert for alert in group if emergency or alert.calls]
    if calling and trim < (6 if emergency else 2):
        told = ([kind for kind in alert.calls if page.phones.get(kind)] or [EMERGENCY_NUMBERS] for alert in calling)
        kinds = dict.fromkeys(kind for several in told for kind in several)
        wanted = [kind for kind in kinds if emergency or all_numbers or kind != NURSE_LINES]
        lines += filter(None, (_numbers(kind, page, trim, every=all_numbers) for kind in wanted))
    return Alarm(first.level, first.heading, first.lead, tuple(lines))


def _numbers(kind: str, page: Page, trim: int, *, every: bool) -> str:
    """Return the numbers of a list in other countries than the reader's own, and of any, as one line."""
    lines = [line for line in page.phones.get(kind, ()) if line.spoken != page.own]
    if not lines:
        return ""
    shown = lines if every else lines[:_COUNTRIES]
    listed = " · ".join(f"{line.country.removeprefix('the ')} {line.spoken}" for line in shown)
    elsewhere = f" {page.elsewhere[kind]}" if not trim and kind in page.elsewhere else ""
    return f"{wording.numbers_title(kind, own=bool(page.own))}: {listed}.{elsewhere}"


def by_topic(entries: Sequence[Entry], topics: Sequence[Topic]) -> list[tuple[str, list[Entry]]]:
    """Return *entries* by the title of their first topic, in the order of *topics*; those without one come last."""
    titles = {topic.name: topic.title for topic in topics}
    groups: dict[str, list[Entry]] = {name: [] for name in titles}
    for one in entries:
        groups.setdefault(one.topics[0] if one.topics else "", []).append(one)
    groups[""] = groups.pop("", [])
    return [(titles.get(name, name) or wording.OTHER_TOPIC, group) for name, group in groups.items() if group]


def _nothing(a: Answer, page: Page) -> list[Part]:
    """Return what stands where no entry is close: the nearest questions, and where to read on."""
    if a.alerts and not a.candidates:
        return []  # an alert beside which nothing else may stand
    parts: list[Part] = [Say(wording.THE_REST if a.alerts else wording.NO_ENTRY)]
    parts += [Say(wording.ENGLISH)] if a.foreign else _links(wording.NEAREST, a.candidates[:CHOICES])
    if page.talking:
        return parts + ([Say(wording.IN_DOUBT_MORE)] if page.fallback else [])
    parts.append(Command(wording.SEE_ALL, page.list_all()))
    return parts + ([Command(wording.IN_DOUBT, page.show(page.fallback))] if page.fallback else [])


def _note(page: Page) -> list[Part]:
    return [Say(page.note, "dim")] if page.note and not page.talking else []
