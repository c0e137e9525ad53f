"""Markdown: one line a paragraph, texts escaped so that they read literally."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from spasmcli.records import Entry, Topic
from spasmcli.show import outline, wording
from spasmcli.show.outline import Alarm, Choices, Command, Course, Listed, Part, Say, Sources, Told, When
from spasmcli.show.page import Page, web_address

_SPECIAL = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?\w+;)")
_LINE_START = re.compile(r"^(#|\+|-|=|\d+(?=[.)]))")


def listing(entries: Sequence[Entry], topics: Sequence[Topic], page: Page) -> str:
    """Return *entries* as Markdown lists, one for each of *topics*."""
    parts = [f"# {_text(wording.title(page.title))}"] if page.title else []
    for title, group in outline.by_topic(entries, topics):
        lines = [f"- {_text(e.question)} {_code(e.id)}" for e in group]
        parts.append(_section(title, lines))
    return "\n\n".join(parts) + "\n"


def paint(parts: Iterable[Part], page: Page) -> str:
    """Return *parts* as Markdown."""
    return "\n\n".join(text for part in parts if (text := _PAINTERS[type(part)](part, page))) + "\n"


def _say(part: Say, _: Page) -> str:
    return f"**{_text(part.text)}**" if part.style == "strong" else _text(part.text)


def _alarm(part: Alarm, _: Page) -> str:
    lines = [f"**{_text(part.heading)}**", f"**{_text(part.lead)}**"]
    lines += [f"- {_text(line[2:])}" if line.startswith("- ") else _text(line) for line in part.lines]
    return "\n>\n".join(f"> {line}" for line in lines)


def _told(part: Told, _: Page) -> str:
    parts = [f"## {_text(part.question)}", _text(wording.title(part.read_as))]
    for group in part.answer:
        parts += [_text(block.text) for block in group if not block.marker]
        parts.append("\n".join(f"{block.marker} {_text(block.text)}" for block in group if block.marker))
    parts += [f"> **{wording.CAUTION_TITLE}:** {_text(caution)}" for caution in part.cautions]
    return "\n\n".join(filter(None, parts))


def _when(part: When, _: Page) -> str:
    lines = [
        f"- **{_text(text)}** {_text(wording.applies(because))}" if because else f"- {_text(text)}"
        for text, because in part.items
    ]
    return _section(wording.conditions_title(part.lead, part.short), lines)


def _course(part: Course, _: Page) -> str:
    rows = [f"| {wording.days(s)} | {_text(s.usual)} | {_text(s.do)} | {_text(s.see)} |" for s in part.stages]
    return "\n".join(["| when | usual | what to do | when to be seen |", "|---|---|---|---|", *rows])


def _choices(part: Choices, page: Page) -> str:
    lines = []
    for question, below, entry_id in part.items:
        lines.append(f"- {_text(question)} {_code(page.show(entry_id))}" + (f"  \n  {_text(below)}" if below else ""))
    return _section(part.title, lines)


def _sources(part: Sources, _: Page) -> str:
    lines = []
    for item in part.items:
        url, text = web_address(item), _text(wording.source(item))
        lines.append(f"- [{text}](<{url}>)" if url else f"- {text} {_text(item.url or '')}".rstrip())
    return _section(wording.SOURCES, lines)


def _command(part: Command, _: Page) -> str:
    return f"{_text(part.label)}: {_code(part.command)}"


def _listed(part: Listed, _: Page) -> str:
    return _section(part.title, [f"- {_text(line)}" for line in part.lines])


_PAINTERS: dict[type, Callable[[Any, Page], str]] = {
    Say: _say, Alarm: _alarm, Told: _told, When: _when, Course: _course, Choices: _choices, Sources: _sources,
    Command: _command, Listed: _listed,
}  # fmt: skip


def _section(label: str, lines: Sequence[str]) -> str:
    return "\n".join([f"### {_text(label)}", "", *lines]) if lines else ""


def _code(text: str) -> str:
    # No escape works inside a code span, so a backtick cannot stand there.
    return f"`{text.replace('`', '')}`"


def _text(text: str) -> str:
    """Return *text* on one line, so escaped that Markdown shows it as it is."""
    line = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return _LINE_START.sub(lambda start: start[1] + "\\" if start[1].isdigit() else "\\" + start[1], line)
