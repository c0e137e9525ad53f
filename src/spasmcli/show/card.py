"""Cards for a terminal. The only module that imports Rich; imported only when a card is wanted.

Texts reach Rich as Text objects, never as markup. Colours are few, from the terminal's own palette and never alone in
carrying a meaning, so that a card reads on a dark and on a light background.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.table import Table
from rich.text import Text

from spasmcli.ask.result import ANSWERED, Answer, Candidate, Link, ShownEntry, ShownFlag, ShownNotice
from spasmcli.model import CAUTION, EMERGENCY, LEVELS, SOON, URGENT, Source, Topic
from spasmcli.show import plain, wording
from spasmcli.show.page import (
    PROSE_WIDTH,
    AlertPlan,
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

# Below these a panel has no room for words, and a table none for what stands beside its ids or countries.
_NARROWEST = 24
_NARROWEST_QUESTION = 40
_NARROWEST_COLUMNS = 50
_WIDEST_TABLE = 112
_FRAME = 4
#: An emergency has a frame of its own without colour and in ASCII too.
_ASCII_HEAVY = box.Box("####\n#  #\n####\n#  #\n####\n####\n#  #\n####\n", ascii=True)
_STYLES = {EMERGENCY: "bold red", URGENT: "red", SOON: "magenta", CAUTION: "cyan"}

Parts = list[RenderableType]


def answer(a: Answer, page: Page) -> str:
    """Return the answer *a* as a card: its alerts first, then the entry or that none is close."""
    if page.width < _NARROWEST or (a.entry is None and not a.alerts):
        return plain.answer(a, page)
    a, page = clean(a), clean(page)
    shown = plan(a.alerts)
    parts: Parts = [Text(wording.you_wrote(a.query), "dim")] if page.batch else []
    parts += _alerts(shown, page)
    if a.entry is None:
        return _drawn([*parts, *_read_as(a), *_fallback(page), *_note(page)], page)
    entry = shortened(a.entry) if shown.emergency else a.entry
    parts.append(_main(entry, _match(a), page))
    if shown.emergency:
        parts += [Text(""), Text(f"{wording.THE_REST}:", "bold"), _command(page.show(entry.id))]
    parts += _notices(entry.notices, page)
    parts += _links(wording.COULD_BE, others(a), page)
    parts += _links(wording.RELATED, unseen(entry.related, others(a)), page)
    parts += _sources(entry.sources, page)
    if a.explanation:
        parts += _section(wording.CHOSEN, [_indented(Text(line)) for line in wording.explanation(a.explanation)])
    return _drawn([*parts, *_note(page)], page)


def entry(e: ShownEntry, page: Page) -> str:
    """Return the entry *e* as a card."""
    if page.width < _NARROWEST:
        return plain.entry(e, page)
    e, page = clean(e), clean(page)
    parts = [_main(e, [], page), *_notices(e.notices, page), *_links(wording.RELATED, e.related, page)]
    return _drawn([*parts, *_sources(e.sources, page), *_note(page)], page)


def listing(entries: Sequence[ShownEntry], topics: Sequence[Topic], page: Page) -> str:
    """Return *entries* as a table grouped by *topics*; where there is no room for two columns, as lines."""
    page = clean(page)
    groups = by_topic(clean(tuple(entries)), clean(tuple(topics)))
    room = page.width - max((cell_len(e.id) for e in entries), default=0) - _FRAME
    if room >= _NARROWEST_QUESTION:
        return _drawn([_table(groups)] if groups else [], page, _WIDEST_TABLE)
    parts: Parts = []
    for title, group in groups:
        parts += [Text(""), _topic(title)]
        parts += [part for e in group for part in (Text(e.question), _whole(f"  {e.id}", "cyan"))]
    return _drawn(parts[1:], page)


def flags(flags: Sequence[ShownFlag], page: Page) -> str:
    """Return the warning signs *flags* as panels, the most serious first, those with the same advice together."""
    if page.width < _NARROWEST:
        return plain.flags(flags, page)
    page = clean(page)
    parts: Parts = []
    for level in reversed(LEVELS):
        found = [flag for flag in clean(tuple(flags)) if flag.level == level]
        inside: Parts = []
        for action, phones, group in by_action(found, page):
            signs = [("-", Text(f"{flag.sign}\n").append(flag.why, "dim")) for flag in group]
            inside += [Text(""), Text(action, "bold"), *_phones(phones, page)]
            inside += [*([Text("")] if phones else []), _items(signs, page)]
        parts += [_panel(inside[1:], level, page)] if found else []
    return _drawn([*parts, *_note(page)], page)


def _drawn(parts: Iterable[RenderableType], page: Page, widest: int = PROSE_WIDTH + _FRAME) -> str:
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
        markup=False,
        emoji=False,
        highlight=False,
    )
    console.print(Group(*parts), crop=False, end="")
    # Rich numbers links at random; their address does as well, and keeps a link in one piece that spans two lines.
    drawn = re.sub(r"\x1b\]8;id=[^;\x1b]+;", "\x1b]8;;", target.getvalue())
    return re.sub(r" +(\x1b\[0m)?$", r"\1", drawn, flags=re.MULTILINE)


def _panel(inside: Parts, level: str, page: Page, title: str = "") -> Panel:
    style = _STYLES.get(level, "cyan")
    rich, bare = (box.HEAVY, _ASCII_HEAVY) if level == EMERGENCY else (box.ROUNDED, box.ASCII)
    return Panel(
        Group(*inside),
        title=Text(title or wording.level_title(level), f"bold {style}" if "bold" not in style else style),
        title_align="left",
        box=rich if page.unicode else bare,
        border_style=style,
        padding=(0, 1),
    )


def _alerts(shown: AlertPlan, page: Page) -> Parts:
    if not shown.full:
        return []
    groups = by_action(shown.full, page)
    inside: Parts = []
    for action, _, _ in groups:
        inside += [*([Text("")] if inside else []), Text(action, "bold")]
    phones = [phones for _, lists, _ in groups for phones in lists]
    inside += _phones(phones, page)
    for alert in shown.full:
        inside += [Text(""), Text(wording.because(alert.matched)), *_maybe(wording.WHY, alert.why)]
    publishers = wording.publishers(source for alert in shown.full for source in alert.sources)
    inside += [Text("")] if publishers and (phones or len(shown.full) > 1) else []
    inside += [Text(publishers, "dim")] if publishers else []
    also = [("-", Text(wording.brief(alert))) for alert in shown.brief]
    below: Parts = _section(wording.ALSO, [_items(also, page)] if also else [])
    below += [Text(wording.more_signs(shown.more))] if shown.more else []
    return [_panel(inside, shown.full[0].level, page), *below, *([Text("")] if below else [])]


def _phones(lists: Sequence[PhoneList], page: Page) -> Parts:
    """Return *lists* of numbers in columns, to be found at a glance; as lines where there is no room for columns."""
    parts: Parts = []
    for name, lines in lists:
        grid = Table.grid(padding=(0, 2, 0, 0))
        for line in lines:
            columns = (Text(wording.country(line)), Text(line.number, "bold"), Text(line.name))
            grid.add_row(*columns[: 3 if any(line.name for line in lines) else 2])
        narrow = page.width < _NARROWEST_COLUMNS
        listed = _items([("-", Text(wording.phone(line))) for line in lines], page) if narrow else _indented(grid)
        parts += [Text(""), Text(wording.PHONE_TITLES[name], "bold"), listed]
    return parts


def _maybe(label: str, text: str) -> Parts:
    return [Text(f"{label}: {text}")] if text else []


def _match(a: Answer) -> Parts:
    """Return the lines below the question: how sure the match is, and how misspelt words were read."""
    parts: Parts = [Text(wording.sureness(a), "green" if a.outcome == ANSWERED else "magenta")]
    return parts + _read_as(a)


def _read_as(a: Answer) -> Parts:
    return [Text(wording.read_as(a.corrections), "dim")] if a.corrections else []


def _main(e: ShownEntry, match: Parts, page: Page) -> Panel:
    """Return the panel of the entry: question, match, answer, and the limits that must stand beside the answer."""
    inside: Parts = [Text(e.question, "bold"), *match]
    for group in blocks(e.answer):
        inside.append(Text(""))
        items = [block for block in group if block.marker]
        inside += [Text(block.text) for block in group if not block.marker]
        inside += [_items([(block.marker, Text(block.text)) for block in items], page)] if items else []
    inside += _grouped([(level, texts) for level, texts in by_level(e.notices) if level == CAUTION], page)
    room = min(page.width, PROSE_WIDTH + _FRAME) - 2 * _FRAME
    title = page.title if page.title and cell_len(page.title) <= room else wording.ANSWER
    return _panel(inside, "", page, wording.title(title))


def _items(items: Sequence[tuple[str, Text]], page: Page) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for marker, text in items:
        grid.add_row(Text("•" if marker == "-" and page.unicode else marker), text)
    return grid


def _notices(notices: Sequence[ShownNotice], page: Page) -> Parts:
    parts: Parts = []
    for notice in applying(notices):
        marked = Text(wording.applies(notice.because), _STYLES.get(notice.level, ""))
        parts.append(_panel([marked, Text(notice.text, "bold")], notice.level, page))
    serious = [(level, texts) for level, texts in by_level(notices) if level != CAUTION]
    several = len(serious) > 1
    title = wording.GET_HELP if several else "".join(wording.notice_title(level) for level, _ in serious)
    inside = _grouped(serious, page)[1 if several else 2 :]
    # Never the red frame: that is for what the question says, this for what it may yet turn out to say.
    return parts + ([_panel(inside, SOON, page, title)] if serious else [])


def _grouped(groups: Sequence[tuple[str, list[str]]], page: Page) -> Parts:
    """Return notices below the title of their level, each group begun with an empty line."""
    parts: Parts = []
    for level, texts in groups:
        title = Text(wording.notice_title(level), Style.parse(_STYLES.get(level, "")) + Style(bold=True))
        parts += [Text(""), title, _items([("-", Text(text)) for text in texts], page)]
    return parts


def _links(label: str, links: Sequence[Link | Candidate], page: Page) -> Parts:
    pairs = ((_indented(Text(link.question)), _command(page.show(link.id))) for link in links)
    return _section(label, [part for pair in pairs for part in pair])


def _sources(sources: Sequence[Source], page: Page) -> Parts:
    parts: Parts = []
    for item in sources:
        url = web_address(item)
        linked = page.colour and bool(url)
        parts.append(_indented(Text(wording.source(item), Style(link=url, underline=True) if linked else "")))
        if item.url and not linked:
            parts.append(_whole(f"    {item.url}"))
    return _section(wording.SOURCES, parts)


def _section(label: str, parts: Parts) -> Parts:
    return [Text(""), Text(label, "bold"), *parts] if parts else []


def _fallback(page: Page) -> Parts:
    return [Text(""), Text(f"{wording.READ_ON}:"), _command(page.show(page.fallback))] if page.fallback else []


def _note(page: Page) -> Parts:
    return [Text(""), Text(page.note, "dim")] if page.note else []


def _command(command: str) -> Text:
    return _whole(f"    {command}", "cyan")


def _whole(text: str, style: str = "") -> Text:
    """Return *text* as a line that is never broken, since it is there to be copied."""
    return Text(text, style, no_wrap=True, overflow="ignore")


def _indented(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, 2))


def _table(groups: Sequence[tuple[str, Sequence[ShownEntry]]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(style="cyan", no_wrap=True, overflow="ignore")
    for index, (title, entries) in enumerate(groups):
        if index:
            table.add_row("", "")
        table.add_row(_topic(title), "")
        for e in entries:
            table.add_row(Text(e.question), Text(e.id))
    return table


def _topic(title: str) -> Text:
    return Text(title or wording.OTHER_TOPIC, "bold magenta")
