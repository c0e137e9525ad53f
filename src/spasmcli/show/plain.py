"""Plain text: for pipes, files, screen readers and terminals that know no boxes. Meaning stands in words alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from spasmcli.errors import Problem
from spasmcli.records import EMERGENCY, Entry, Topic
from spasmcli.safetext import sanitise
from spasmcli.show import wording
from spasmcli.show.outline import Alarm, Choices, Command, Course, Listed, Part, Say, Sources, Told, When
from spasmcli.show.page import Page
from spasmcli.show.wrap import wrap

_BOLD, _DIM, _COMMAND, _ALARM = "1", "2", "1;34", "1;31"

Lines = list[str]


def listing(entries: Sequence[Entry], topics: Sequence[Topic], page: Page) -> str:  # noqa: ARG001
    """Return *entries* one a line, id and question with a tab between them, as pipes like it; *topics* are unused."""
    return "".join(f"{_paint([e.id], _COMMAND, page)[0]}\t{e.question}\n" for e in entries)


def problems(problems: Sequence[Problem], name: str) -> str:
    """Return the *problems* of the FAQ file *name*, one a line as compilers say it, and their count."""
    lines = [f"{name}:{line}:{column}: {message}" for line, column, message in problems]
    count = f"{len(problems)} problem{'s' * (len(problems) != 1)}" if problems else "no problems"
    return sanitise("\n".join([*lines, f"{name}: {count}."])) + "\n"


def paint(parts: Iterable[Part], page: Page) -> str:
    """Return *parts* as text, an empty line between them."""
    return "\n\n".join("\n".join(lines) for part in parts if (lines := _PAINTERS[type(part)](part, page))) + "\n"


def _say(part: Say, page: Page) -> Lines:
    return _wrapped(part.text, page, {"dim": _DIM, "strong": _BOLD}.get(part.style, ""))


def _alarm(part: Alarm, page: Page) -> Lines:
    lines = _wrapped(f"{part.heading}: {part.lead}", page, _style(part.level))
    return lines + [one for line in part.lines for one in wrap(line.replace(" · ", "; "), page.width)]


def _style(level: str) -> str:
    return _ALARM if level == EMERGENCY else _BOLD


def _told(part: Told, page: Page) -> Lines:
    lines = _wrapped(part.question, page, _BOLD)
    lines += _wrapped(f"({part.read_as})", page, _DIM) if part.read_as else []
    for group in part.answer:
        lines.append("")
        for marker, text in group:
            lines += _item(f"{marker} " if marker else "", text, page)
    for caution in part.cautions:
        lines += ["", *_wrapped(f"{wording.CAUTION_TITLE}: {caution}", page, _BOLD)]
    return lines


def _when(part: When, page: Page) -> Lines:
    lines = _wrapped(f"{wording.conditions_title(part.lead, part.short)}:", page, _style(part.level))
    return lines + _items([text + wording.applies(because) for text, because in part.items], page)


def _course(part: Course, page: Page) -> Lines:
    items = [f"{wording.title(wording.days(stage))}: {wording.stage(stage)}." for stage in part.stages]
    return [*_wrapped(f"{wording.COURSE}:", page, _BOLD), *_items(items, page)]


def _choices(part: Choices, page: Page) -> Lines:
    lines = _wrapped(part.title if part.title.endswith(":") else f"{part.title}:", page, _BOLD)
    for number, (question, below, entry_id) in enumerate(part.items, 1):
        first = f"{number}  " if page.talking else "- "
        lines += _item(first, question, page)
        lines += _item(" " * len(first), below, page)
        lines += [] if page.talking else _paint([f"  {page.show(entry_id)}"], _COMMAND, page)
    return lines


def _sources(part: Sources, page: Page) -> Lines:
    lines = _wrapped(f"{wording.SOURCES}:", page, _BOLD)
    for item in part.items:
        lines += _item("- ", wording.source(item), page)
        lines += [f"  {item.url}"] if item.url else []
    return lines


def _command(part: Command, page: Page) -> Lines:
    """Return a command on a line of its own below its label: broken in two it could not be pasted."""
    return [*_wrapped(f"{part.label}:", page), *_paint([f"  {part.command}"], _COMMAND, page)]


def _listed(part: Listed, page: Page) -> Lines:
    title = part.title if part.title.endswith((".", ":")) else f"{part.title}:"
    return [*_wrapped(title, page, _BOLD), *_items(part.lines, page)]


_PAINTERS: dict[type, Callable[[Any, Page], Lines]] = {
    Say: _say, Alarm: _alarm, Told: _told, When: _when, Course: _course, Choices: _choices, Sources: _sources,
    Command: _command, Listed: _listed,
}  # fmt: skip


def _items(texts: Iterable[str], page: Page) -> Lines:
    return [line for text in texts for line in _item("- ", text, page)]


def _item(marker: str, text: str, page: Page) -> Sequence[str]:
    return wrap(text, page.width, marker, " " * len(marker))


def _wrapped(text: str, page: Page, style: str = "") -> Lines:
    return _paint(list(wrap(text, page.width)), style, page)


def _paint(lines: Sequence[str], style: str, page: Page) -> Lines:
    return [f"\x1b[{style}m{line}\x1b[0m" if page.colour and style else line for line in lines]
