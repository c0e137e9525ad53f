"""Markdown: one line a paragraph, texts escaped so that they read literally."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spasmcli.ask.result import Alert, Answer, Candidate, Link, ShownEntry, ShownFlag, ShownNotice
from spasmcli.model import LEVELS, Source, Topic
from spasmcli.show import wording
from spasmcli.show.page import (
    Page,
    PhoneList,
    applying,
    blocks,
    by_action,
    by_level,
    by_topic,
    clean,
    others,
    plan,
    shortened,
    unseen,
    web_address,
)

_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|]")
_LINE_START = re.compile(r"^(#|\+|-|=|\d+(?=[.)]))")


def answer(a: Answer, page: Page) -> str:
    """Return the answer *a* as Markdown: its alerts first, then the entry or that none is close."""
    a, page = clean(a), clean(page)
    shown = plan(a.alerts)
    parts = [_text(wording.you_wrote(a.query))] if page.batch else []
    parts += [_alerts(shown.full, page)] if shown.full else []
    parts += [f"**{wording.ALSO}**"] if shown.brief else []
    parts.append("\n".join(f"- {_text(wording.brief(alert))}" for alert in shown.brief))
    parts.append(wording.more_signs(shown.more))
    if a.entry is None:
        label, said = (wording.READ_ON, "") if a.alerts else (wording.IN_DOUBT, wording.NO_ENTRY)
        fallback = _command(label, page.show(page.fallback)) if page.fallback else ""
        return _joined([*parts, said, _text(wording.read_as(a.corrections)), fallback, _text(page.note)])
    entry = shortened(a.entry) if shown.emergency else a.entry
    parts += [f"## {_text(entry.question)}", wording.sureness(a), _text(wording.read_as(a.corrections))]
    parts += _body(entry)
    parts += [_command(wording.THE_REST, page.show(entry.id))] if shown.emergency else []
    parts += [*_notices(entry.notices), _links(wording.COULD_BE, others(a), page)]
    parts += [_links(wording.RELATED, unseen(entry.related, others(a)), page), _sources(entry.sources)]
    if a.explanation:
        parts.append(_section(wording.CHOSEN, [f"- {_text(line)}" for line in wording.explanation(a.explanation)]))
    return _joined([*parts, _text(page.note)])


def entry(e: ShownEntry, page: Page) -> str:
    """Return the entry *e* as Markdown."""
    e, page = clean(e), clean(page)
    parts = [f"## {_text(e.question)}", *_body(e), *_notices(e.notices), _links(wording.RELATED, e.related, page)]
    return _joined([*parts, _sources(e.sources), _text(page.note)])


def listing(entries: Sequence[ShownEntry], topics: Sequence[Topic], page: Page) -> str:
    """Return *entries* as Markdown lists, one for each of *topics*."""
    page = clean(page)
    parts = [f"# {_text(wording.title(page.title))}" if page.title else ""]
    for title, group in by_topic(clean(tuple(entries)), clean(tuple(topics))):
        lines = [f"- {_text(e.question)} {_code(e.id)}" for e in group]
        parts.append(_section(title or wording.OTHER_TOPIC, lines))
    return _joined(parts)


def flags(flags: Sequence[ShownFlag], page: Page) -> str:
    """Return the warning signs *flags* as Markdown, the most serious first, those with the same advice together."""
    page = clean(page)
    parts = []
    for level in reversed(LEVELS):
        found = [flag for flag in clean(tuple(flags)) if flag.level == level]
        parts += [f"## {wording.level_title(level)}"] if found else []
        for action, phones, group in by_action(found, page):
            lines = [f"- **{_text(flag.sign)}**  \n  {_text(flag.why)}".rstrip() for flag in group]
            parts += [f"**{_text(action)}**", *_phones(phones), "\n".join(lines)]
    return _joined([*parts, _text(page.note)])


def _alerts(alerts: Sequence[Alert], page: Page) -> str:
    """Return *alerts*, all of one level, as one quotation: what to do, the numbers, then the reasons."""
    parts = [f"**{wording.level_title(alerts[0].level)}**"]
    groups = by_action(alerts, page)
    parts += [f"**{_text(action)}**" for action, _, _ in groups]
    parts += _phones([phones for _, lists, _ in groups for phones in lists])
    for alert in alerts:
        why = f"{wording.WHY}: {_text(alert.why)}" if alert.why else ""
        parts += [_text(wording.because(alert.matched)), why]
    return _quoted([*parts, _text(wording.publishers(source for alert in alerts for source in alert.sources))])


def _phones(lists: Sequence[PhoneList]) -> list[str]:
    """Return *lists* of numbers, each below its name."""
    parts = []
    for name, lines in lists:
        parts += [f"{wording.PHONE_TITLES[name]}:", "\n".join(f"- {_text(wording.phone(line))}" for line in lines)]
    return parts


def _quoted(parts: Sequence[str]) -> str:
    return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(filter(None, parts)).split("\n"))


def _body(e: ShownEntry) -> list[str]:
    parts = []
    for group in blocks(e.answer):
        items = [f"{block.marker} {_text(block.text)}" for block in group if block.marker]
        parts += [_text(block.text) for block in group if not block.marker]
        parts.append("\n".join(items))
    return parts


def _notices(notices: Sequence[ShownNotice]) -> list[str]:
    parts = []
    for notice in applying(notices):
        lines = [f"**{wording.level_title(notice.level)}**", _text(wording.applies(notice.because))]
        parts.append(_quoted([*lines, f"**{_text(notice.text)}**"]))
    for level, texts in by_level(notices):
        parts.append(_section(wording.notice_title(level), [f"- {_text(text)}" for text in texts]))
    return parts


def _links(label: str, links: Sequence[Link | Candidate], page: Page) -> str:
    return _section(label, [f"- {_text(link.question)} {_code(page.show(link.id))}" for link in links])


def _sources(sources: Sequence[Source]) -> str:
    lines = []
    for item in sources:
        url = web_address(item)
        text = _text(wording.source(item))
        lines.append(f"- [{text}](<{url}>)" if url else f"- {text} {_text(item.url or '')}".rstrip())
    return _section(wording.SOURCES, lines)


def _section(label: str, lines: Sequence[str]) -> str:
    return "\n".join([f"### {_text(label)}", "", *lines]) if lines else ""


def _command(label: str, command: str) -> str:
    return f"{label}: {_code(command)}"


def _code(text: str) -> str:
    # No escape works inside a code span, so a backtick cannot stand there.
    return f"`{text.replace('`', '')}`"


def _text(text: str) -> str:
    """Return *text* on one line, so escaped that Markdown shows it as it is."""
    line = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return _LINE_START.sub(lambda start: start[1] + "\\" if start[1].isdigit() else "\\" + start[1], line)


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
