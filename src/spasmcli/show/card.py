"""Cards for a terminal. The only module that imports Rich; imported only when a card is wanted.

Texts reach Rich as Text objects, never as markup. There is one accent and one alarm colour, from the terminal's own
palette and never alone in carrying a meaning, so that a card reads on a dark and on a light background.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.table import Column, Table
from rich.text import Text

from spasmcli.records import EMERGENCY, URGENT, Entry, Stage, Topic
from spasmcli.results import Answer
from spasmcli.show import outline, plain, wording
from spasmcli.show.outline import Alarm, Choices, Command, Course, Listed, Part, Say, Sources, Told, When
from spasmcli.show.page import Page, web_address
from spasmcli.show.wrap import PROSE_WIDTH

# Below these a frame has no room for words, and a table none for what stands beside its ids or questions.
_NARROWEST, _NARROWEST_COLUMNS, _NARROWEST_QUESTION = 30, 56, 40
_WIDEST_TABLE = 112
_FRAME = 4
#: Columns of the label beside conditions, a space before it: "Book a visit if".
_LABEL = 16
_ACCENT, _ALARM, _FRAMED = "bold blue", "bold red", "blue"
#: An emergency has a frame of its own without colour and in ASCII too.
_ASCII_HEAVY = box.Box("####\n#  #\n####\n#  #\n####\n####\n#  #\n####\n", ascii=True)
#: Columns of the bar of a timeline, and the day that it ends on.
_BAR, _LAST_DAY = 12, 42

Drawn = list[RenderableType]


def screen(a: Answer, page: Page) -> tuple[list[Part], str]:
    """Return the parts that *a* has on one screen, and the screen."""
    parts, drawn = [], ""
    for trim in range(outline.TRIMS + 1):
        parts = outline.screen(a, page, trim)
        drawn = paint(parts, page)
        if not page.rows or page.width < _NARROWEST or drawn.count("\n") < page.rows:
            return parts, drawn
    if a.alerts:  # taller all the same: the last row repeats what matters
        first = a.alerts[0]
        told = f"{first.heading}: {first.do} (see above)"
        drawn += _rendered([Text(told, _style(first.level), no_wrap=True, overflow="ellipsis")], page)
    return parts, drawn


def listing(entries: Sequence[Entry], topics: Sequence[Topic], page: Page) -> str:
    """Return *entries* as a table grouped by *topics*; where there is no room for two columns, as lines."""
    groups = outline.by_topic(entries, topics)
    room = page.width - max((cell_len(e.id) for e in entries), default=0) - _FRAME
    if room < _NARROWEST_QUESTION:
        parts: Drawn = []
        for title, group in groups:
            parts += [Text(""), Text(title, "bold")]
            parts += [part for e in group for part in (Text(e.question), _whole(f"  {e.id}", _ACCENT))]
        return _rendered(parts[1:], page)
    ids = Column(style=_ACCENT, no_wrap=True, overflow="ignore")
    table = Table.grid(Column(overflow="fold"), ids, padding=(0, 3, 0, 0), collapse_padding=False)
    for title, group in groups:
        if table.rows:
            table.add_row()
        table.add_row(Text(title, "bold"))
        for e in group:
            table.add_row(Text(e.question), Text(e.id))
    return _rendered([table], page, _WIDEST_TABLE)


def paint(parts: Sequence[Part], page: Page) -> str:
    """Return *parts* as a card; as plain text where there is no room for frames, or nothing of a batch to frame."""
    framed = any(isinstance(part, (Alarm, Told)) for part in parts)
    if page.width < _NARROWEST or (page.batch and not framed):
        return plain.paint(parts, page)
    return _rendered([one for part in parts for one in _PAINTERS[type(part)](part, page)], page)


def _rendered(parts: Iterable[RenderableType], page: Page, widest: int = PROSE_WIDTH) -> str:
    """Return *parts* as Rich draws them, the same every time and whatever the process's own terminal is."""
    target = io.StringIO()
    console = Console(
        file=target,
        width=min(page.width, widest),
        height=100,
        color_system="standard" if page.colour else None,
        force_terminal=page.colour,
        no_color=False,
        legacy_windows=False,
    )
    console.print(Group(*parts), crop=False, end="")
    # Rich numbers links at random; their address does as well, and keeps a link in one piece that spans two lines.
    drawn = re.sub(r"\x1b\]8;id=[^;\x1b]+;", "\x1b]8;;", target.getvalue())
    return re.sub(r" +(\x1b\[0m)?$", r"\1", drawn, flags=re.MULTILINE)


def _style(level: str) -> str:
    return _ALARM if level == EMERGENCY else "bold"


def _say(part: Say, _: Page) -> Drawn:
    return [Text(f" {part.text}" if part.style == "dim" else part.text, {"strong": "bold"}.get(part.style, part.style))]


def _alarm(part: Alarm, page: Page) -> Drawn:
    inside: Drawn = [Text(part.lead, "bold")]
    for line in part.lines:
        inside.append(_items([("-", Text(line[2:]))], page) if line.startswith("- ") else Text(line))
    border, title = {EMERGENCY: (_ALARM, _ALARM), URGENT: ("red", _ALARM)}.get(part.level, ("", "bold"))
    frame = _frame(inside, Text(part.heading, title), border, page)
    if part.level == EMERGENCY:
        frame.box = box.HEAVY if page.unicode else _ASCII_HEAVY
    return [frame]


def _frame(inside: Drawn, title: Text | None, border: str, page: Page) -> Panel:
    frame = box.ROUNDED if page.unicode else box.ASCII
    return Panel(Group(*inside), frame, title=title, title_align="left", border_style=border)


def _told(part: Told, page: Page) -> Drawn:
    inside: Drawn = []
    for group in part.answer:
        inside += [Text("")] if inside else []
        inside += [Text(block.text) for block in group if not block.marker]
        inside.append(_items([(block.marker, Text(block.text)) for block in group if block.marker], page))
    inside += [Text(f"{wording.CAUTION_TITLE}: {caution}", "bold") for caution in part.cautions]
    room = min(page.width, PROSE_WIDTH) - 2 * _FRAME
    fits = cell_len(part.question) <= room
    if not fits:
        inside.insert(0, Text(part.question, "bold"))
    frame = _frame(inside, Text(part.question, "bold") if fits else None, _FRAMED, page)
    if part.read_as and cell_len(part.read_as) <= room:
        frame.subtitle, frame.subtitle_align = Text(part.read_as, "dim"), "right"
    return [frame]


def _items(items: Sequence[tuple[str, Text]], page: Page) -> Table:
    grid = Table.grid(Column(justify="right", no_wrap=True), Column(overflow="fold", ratio=1), padding=(0, 1, 0, 0))
    for marker, text in items:
        grid.add_row(Text("•" if marker == "-" and page.unicode else marker), text)
    return grid


def _when(part: When, page: Page) -> Drawn:
    """Return conditions beside their label, or below it where there is no room for two columns."""
    dot, mark = (" · ", "▸ ") if page.unicode else ("; ", "> ")
    said = Text(dot).join(
        Text(f"{mark}{text}{wording.applies(because)}", "bold") if because else Text(text)
        for text, because in part.items
    )
    label = Text(part.short, _style(part.level))
    if page.width < _NARROWEST_COLUMNS:
        return [label, _items([("", said)], page)]
    widest = _LABEL if cell_len(part.short) < _LABEL + 4 else 24  # one column for all that fit it in two rows
    beside = Column(min_width=_LABEL, max_width=widest)
    grid = Table.grid(beside, Column(overflow="fold", ratio=1), padding=(0, 2, 0, 0))
    grid.add_row(Padding(label, (0, 0, 0, 1)), said)
    return [grid]


def _course(part: Course, page: Page) -> Drawn:
    if page.width < _NARROWEST_COLUMNS:
        return [Text(f"{wording.days(stage)}: {wording.stage(stage)}") for stage in part.stages]
    when, bar, what = Column(no_wrap=True, min_width=13), Column(no_wrap=True), Column(overflow="fold", ratio=1)
    grid = Table.grid(when, bar, what, padding=(0, 1, 0, 0))
    for stage in part.stages:
        grid.add_row(Text(f" {wording.days(stage)}"), Text(_bar(stage, page), _ACCENT), Text(wording.stage(stage)))
    return [grid]


def _bar(stage: Stage, page: Page) -> str:
    full, mark = ("▇", "▸") if page.unicode else ("#", ">")
    if stage.to_day is None:
        return " " * (_BAR - 1) + mark
    # The first days matter most: the axis is the square root of time.
    start, end = (int(_BAR * (min(day, _LAST_DAY) / _LAST_DAY) ** 0.5) for day in (stage.from_day - 1, stage.to_day))
    start = min(start, _BAR - 1)
    return (" " * start + full * max(end - start, 1)).ljust(_BAR)


def _choices(part: Choices, page: Page) -> Drawn:
    title, following = Text(part.title, "bold"), part.kind == outline.NEXT
    if part.kind == outline.RELATED:
        pairs = ((Text(f"  {text}"), _whole(f"    {page.show(name)}", _ACCENT)) for text, _, name in part.items)
        return [title, *(line for pair in pairs for line in pair)]
    if following and page.width >= _NARROWEST_COLUMNS:
        grid = Table.grid(padding=(0, 2, 0, 0))
        for number, (question, _, _) in enumerate(part.items, 1):
            label = Text(f" {part.title}" if number == 1 else "", "bold")
            grid.add_row(label, Text(str(number), _ACCENT), Text(question))
        return [grid]
    items = []
    for number, (question, below, _) in enumerate(part.items, 1):
        text = Text(question, "" if following else "bold")
        items.append((str(number), text.append(f"\n{below}" if below else "", "not bold")))
    parts: Drawn = [title, _items(items, page)]
    if part.kind == outline.WHICH and not page.talking:
        parts.append(_whole(f" {page.show(part.items[0][2])}", _ACCENT).append("   reads the first one", "not bold"))
    return parts


def _sources(part: Sources, page: Page) -> Drawn:
    parts: Drawn = [Text(wording.SOURCES, "bold")]
    for item in part.items:
        url = web_address(item)
        linked = page.links and page.colour and bool(url)
        parts.append(Text(f"  {wording.source(item)}", Style(link=url, underline=True) if linked else ""))
        if item.url and not linked:
            parts.append(_whole(f"    {item.url}"))
    return parts


def _command(part: Command, page: Page) -> Drawn:
    label = f"{part.label[:1].lower()}{part.label[1:]}"
    if cell_len(part.command) + cell_len(label) + _FRAME > min(page.width, PROSE_WIDTH):
        return [Text(f" {part.label}:"), _whole(f" {part.command}", _ACCENT)]
    return [_whole(f" {part.command}", _ACCENT).append(f"   {label}", "not bold")]


def _listed(part: Listed, page: Page) -> Drawn:
    return [Text(part.title, "bold"), _items([("-", Text(line)) for line in part.lines], page)]


_PAINTERS: dict[type, Callable[[Any, Page], Drawn]] = {
    Say: _say, Alarm: _alarm, Told: _told, When: _when, Course: _course, Choices: _choices, Sources: _sources,
    Command: _command, Listed: _listed,
}  # fmt: skip


def _whole(text: str, style: str = "") -> Text:
    """Return *text* as a line that is never broken, since it is there to be copied."""
    return Text(text, style, no_wrap=True, overflow="ignore")
