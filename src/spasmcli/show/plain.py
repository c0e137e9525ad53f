"""Plain text: for pipes, files, screen readers and terminals that know no boxes. Meaning stands in words alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from spasmcli.ask.result import Alert, Answer, Candidate, Link, ShownEntry, ShownFlag, ShownNotice
from spasmcli.errors import Problem
from spasmcli.model import CAUTION, EMERGENCY, LEVELS, SOON, URGENT, Source, Topic
from spasmcli.safetext import sanitise
from spasmcli.show import wording
from spasmcli.show.page import (
    KEPT,
    Page,
    PhoneList,
    applying,
    blocks,
    by_action,
    by_level,
    clean,
    others,
    plan,
    shortened,
    unseen,
)

Section = list[str]

_BOLD, _DIM, _COMMAND = "1", "2", "36"
_LEVEL_COLOURS = {EMERGENCY: "1;31", URGENT: "1;31", SOON: "1;35", CAUTION: "1;36"}
_WIDE_LETTERS = frozenset({"Lo", "Po", "Ps", "Pe", "Lm"})


def answer(a: Answer, page: Page) -> str:
    """Return the answer *a* as text: its alerts first, then the entry or that none is close."""
    if a.entry is None and not a.alerts:
        return no_match(a, page)
    a, page = clean(a._replace(candidates=others(a))), clean(page)
    emergency = plan(a.alerts).emergency
    heading = [wording.you_wrote(a.query)] if page.batch else []
    sections = [_wrapped(heading, page), *_alerts(a.alerts, page)]
    if a.entry is None:
        read_as = _wrapped([wording.read_as(a.corrections)], page, _DIM)
        return _joined([*sections, read_as, _no_entry(page), _note(page)])
    entry = shortened(a.entry) if emergency else a.entry
    about = [wording.sureness(a)]
    sections += [
        [*_heading(entry, page), *_wrapped(about, page), *_wrapped([wording.read_as(a.corrections)], page, _DIM)],
        [_told(entry, page, emergency)],
        _links(wording.COULD_BE, a.candidates, page),
        [_more(entry, a.candidates, page)],
    ]
    if a.explanation:
        sections.append([_label(wording.CHOSEN, page), *_wrapped(wording.explanation(a.explanation), page)])
    return _joined([*sections, _note(page)])


def entry(e: ShownEntry, page: Page) -> str:
    """Return the entry *e* as text."""
    e, page = clean(e), clean(page)
    return _joined([_heading(e, page), [_told(e, page, False)], [_more(e, (), page)], _note(page)])


def listing(entries: Sequence[ShownEntry], topics: Sequence[Topic], page: Page) -> str:  # noqa: ARG001
    """Return *entries* one a line, id and question with a tab between them, as pipes like it; *topics* are unused."""
    return "".join(f"{_paint([e.id], _COMMAND, page)[0]}\t{e.question}\n" for e in clean(tuple(entries)))


def flags(flags: Sequence[ShownFlag], page: Page) -> str:
    """Return the warning signs *flags* as text, the most serious first, those with the same advice together."""
    page = clean(page)
    sections: list[Section] = []
    for level in reversed(LEVELS):
        found = [flag for flag in clean(tuple(flags)) if flag.level == level]
        sections += [_title(level, page)] if found else []
        for action, phones, group in by_action(found, page):
            sections += [_wrapped([f"{wording.TO_DO}: {action}"], page, _BOLD), *_phones(phones, page)]
            section = [_label(wording.WARNING_SIGNS, page)]
            for flag in group:
                section += [*wrap(flag.sign, page.width, "- ", "  "), *wrap(flag.why, page.width, "  ", "  ")]
            sections.append(section)
    return _joined([*sections, _note(page)])


def alerts(a: Answer, page: Page) -> str:
    """Return the alerts of *a* alone, for standard error where the output has no room for them; empty if none."""
    if not a.alerts:
        return ""
    a, page = clean(a), clean(page)
    heading = _wrapped([wording.you_wrote(a.query)] if page.batch else [], page)
    return _joined([heading, *_alerts(a.alerts, page)])


def no_match(a: Answer, page: Page) -> str:
    """Return what standard error says when nothing is close to the question of *a*: the nearest entries, what next."""
    a, page = clean(a), clean(page)
    said = [wording.NO_ENTRY, wording.you_wrote(a.query)]
    if page.batch:  # every record of a batch begins with its question
        said.reverse()
    sections = [
        _wrapped([*said, wording.read_as(a.corrections)], page),
        _links(wording.NEAREST, a.candidates, page),
        _command(wording.SEE_ALL, page.list_all(), page),
    ]
    if page.fallback:
        sections.append(_command(wording.IN_DOUBT, page.show(page.fallback), page))
    return _joined(sections)


def problems(problems: Sequence[Problem], name: str) -> str:
    """Return the *problems* of the FAQ file *name*, one a line as compilers say it, and their count."""
    lines = [f"{name}:{line}:{column}: {message}" for line, column, message in problems]
    count = f"{len(problems)} problem{'s' * (len(problems) != 1)}" if problems else "no problems"
    return sanitise("\n".join([*lines, f"{name}: {count}."])) + "\n"


@lru_cache(maxsize=KEPT)
def wrap(text: str, width: int, first: str = "", rest: str = "") -> Sequence[str]:
    """Return *text* as lines of at most *width* cells, begun with *first* and then *rest*.

    Nothing is ever cut: a word that is too long has a line to itself. Lines may break between wide letters, as
    Chinese and Japanese are set.
    """
    lines: list[str] = []
    line, used, empty = first, cells(first), True
    for gap, piece, size in _pieces(text):
        if not empty and used + gap + size > width:
            lines.append(line)
            line, used, empty = rest, cells(rest), True
        line += piece if empty else " " * gap + piece
        used += size if empty else gap + size
        empty = False
    return [*lines, line] if line.strip() else lines


def cells(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    return len(text) if text.isascii() else sum(map(_char_cells, text))


def _char_cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _pieces(text: str) -> Iterable[tuple[int, str, int]]:
    """Return the parts of *text* that stay whole: the number of spaces before each (0 or 1), it, and its cells."""
    if text.isascii():
        return [(1, word, len(word)) for word in text.split()]
    return _wide_pieces(text)


def _wide_pieces(text: str) -> Iterator[tuple[int, str, int]]:
    for word in re.split(r"[ \t\n]+", text):
        if word.isascii():
            yield from [(1, word, len(word))] if word else []
            continue
        start = 0
        for index in range(1, len(word) + 1):
            if index == len(word) or _may_break(word[index - 1], word[index]):
                yield (0 if start else 1), word[start:index], cells(word[start:index])
                start = index


def _may_break(before: str, after: str) -> bool:
    """Tell whether a line may end between two characters: beside a wide letter, but not before what closes."""
    if unicodedata.category(after)[0] in "MC" or unicodedata.category(after) in ("Po", "Pe", "Pf"):
        return False
    if unicodedata.category(before) in ("Ps", "Pi"):
        return False
    return any(_char_cells(char) == 2 and unicodedata.category(char) in _WIDE_LETTERS for char in (before, after))


def _alerts(alerts: Sequence[Alert], page: Page) -> list[Section]:
    shown = plan(alerts)
    if not shown.full:
        return []
    groups = by_action(shown.full, page)
    actions = _wrapped([action for action, _, _ in groups], page, _BOLD)
    reasons = [
        _wrapped([wording.because(alert.matched), _labelled(wording.WHY, alert.why)], page) for alert in shown.full
    ]
    publishers = wording.publishers(source for alert in shown.full for source in alert.sources)
    also = _items([wording.brief(alert) for alert in shown.brief], page)
    return [
        [*_title(shown.full[0].level, page), *actions],
        *_phones([phones for _, lists, _ in groups for phones in lists], page),
        *reasons,
        _wrapped([publishers], page, _DIM),
        [_label(wording.ALSO, page), *also] if also else [],
        _wrapped([wording.more_signs(shown.more)], page),
    ]


@lru_cache(maxsize=KEPT)
def _told(entry: ShownEntry, page: Page, shortened: bool) -> str:
    """Return the answer of *entry* and its notices; where it was *shortened*, what to type for the rest."""
    rest = _command(wording.THE_REST, page.show(entry.id), page) if shortened else []
    return _joined([*_body(entry, page), rest, *_notices(entry.notices, page)]).removesuffix("\n")


@lru_cache(maxsize=KEPT)
def _more(entry: ShownEntry, shown: Sequence[Candidate], page: Page) -> str:
    """Return the entries related to *entry* that are not *shown* already, and its sources."""
    related = _links(wording.RELATED, unseen(entry.related, shown), page)
    return _joined([related, _sources(entry.sources, page)]).removesuffix("\n")


def _phones(lists: Sequence[PhoneList], page: Page) -> list[Section]:
    return [
        [_label(wording.PHONE_TITLES[name], page), *_items(map(wording.phone, lines), page)] for name, lines in lists
    ]


def _no_entry(page: Page) -> Section:
    return _command(wording.READ_ON, page.show(page.fallback), page) if page.fallback else []


def _heading(e: ShownEntry, page: Page) -> Section:
    return _wrapped([f"{wording.QUESTION}: {e.question}"], page, _BOLD)


def _body(e: ShownEntry, page: Page) -> list[Section]:
    sections = []
    for group in blocks(e.answer):
        lines: Section = []
        for marker, text in group:
            hang = " " * (len(marker) + 1) if marker else ""
            lines += wrap(text, page.width, f"{marker} " if marker else "", hang)
        sections.append(lines)
    sections[0].insert(0, _label(wording.ANSWER, page))
    return sections


def _notices(notices: Sequence[ShownNotice], page: Page) -> list[Section]:
    sections = []
    for notice in applying(notices):
        marked = _wrapped([wording.applies(notice.because)], page, _LEVEL_COLOURS.get(notice.level, _BOLD))
        sections.append([*_title(notice.level, page), *marked, *_wrapped([notice.text], page, _BOLD)])
    for level, texts in by_level(notices):
        heading = _wrapped([f"{wording.notice_title(level)}:"], page, _LEVEL_COLOURS.get(level, _BOLD))
        sections.append([*heading, *_items(texts, page)])
    return sections


def _links(label: str, links: Sequence[Link | Candidate], page: Page) -> Section:
    lines = [] if not links else [_label(label, page)]
    for link in links:
        lines += wrap(link.question, page.width, "- ", "  ")
        lines += _paint([f"  {page.show(link.id)}"], _COMMAND, page)
    return lines


def _sources(sources: Sequence[Source], page: Page) -> Section:
    lines = [_label(wording.SOURCES, page)] if sources else []
    for item in sources:
        lines += wrap(wording.source(item), page.width, "- ", "  ")
        lines += [f"  {item.url}"] if item.url else []
    return lines


def _note(page: Page) -> Section:
    return _wrapped([page.note], page, _DIM)


def _command(label: str, command: str, page: Page) -> Section:
    """Return *command* on a line of its own below its label: broken in two it could not be pasted."""
    return [*_wrapped([f"{label}:"], page), *_paint([f"  {command}"], _COMMAND, page)]


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _label(label: str, page: Page) -> str:
    return _paint([f"{label}:"], _BOLD, page)[0]


def _title(level: str, page: Page) -> Section:
    return _wrapped([f"{wording.level_title(level)}:"], page, _LEVEL_COLOURS.get(level, _BOLD))


def _items(texts: Iterable[str], page: Page) -> Section:
    return [line for text in texts for line in wrap(text, page.width, "- ", "  ")]


def _wrapped(texts: Sequence[str], page: Page, style: str = "") -> Section:
    return _paint([line for text in texts for line in wrap(text, page.width)], style, page)


def _paint(lines: Sequence[str], style: str, page: Page) -> Section:
    return [f"\x1b[{style}m{line}\x1b[0m" if page.colour and style else line for line in lines]


def _joined(sections: Sequence[Section]) -> str:
    return "\n\n".join(filter(None, map("\n".join, sections))) + "\n"
