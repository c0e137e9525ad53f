"""The page that a record is shown on, and what goes on it whatever the format."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from spasmcli.ask.result import UNSURE, Alert, Answer, Candidate, Link, ShownEntry, ShownFlag, ShownNotice
from spasmcli.model import CAUTION, CRISIS_LINES, EMERGENCY, EMERGENCY_NUMBERS, RANK, PhoneLine, Source, Topic
from spasmcli.safetext import sanitise

#: The widest that prose is set on a card, in cells.
PROSE_WIDTH = 80
#: How many of the texts that a batch repeats are kept, of each kind.
KEPT = 1000
_MOST_ALERTS = 5
_SHORT_LINES = 3
_MANY_LINED = frozenset({"answer", "note"})
_LIST_ITEM = r"(-|\d{1,3}[.)])\s+(.*)"
_Record = TypeVar("_Record")
_Item = TypeVar("_Item", Alert, ShownFlag)


class Page(NamedTuple):
    """How a page looks and what stands on every page.

    *colour* allows escape sequences at all, *unicode* boxes and bullets. *note* is the FAQ's line on what it is not,
    *fallback* the id of the entry to read when in doubt; *emergency_numbers* and *crisis_lines* are the numbers to
    call, the reader's own first. Commands are shown as *command*, what to do, and *options* (``--faq my.yaml``). In a
    *batch* each answer is one record of many: it begins with the question typed, or is one line of JSON.
    """

    width: int = 80
    colour: bool = False
    unicode: bool = True
    note: str = ""
    title: str = ""
    command: str = "spasm"
    fallback: str = ""
    emergency_numbers: tuple[PhoneLine, ...] = ()
    crisis_lines: tuple[PhoneLine, ...] = ()
    options: str = ""
    batch: bool = False

    def __hash__(self) -> int:
        """Return a hash that takes no time: what a batch repeats is kept by page."""
        return hash(self.width)

    def show(self, entry_id: str) -> str:
        """Return the command that shows the entry *entry_id*."""
        return " ".join(filter(None, (self.command, "show", entry_id, self.options)))

    def list_all(self) -> str:
        """Return the command that lists every entry."""
        return " ".join(filter(None, (self.command, "list", self.options)))


class Block(NamedTuple):
    """A paragraph of an answer, or one item of a list if it has a *marker* (``-`` or ``1.``)."""

    marker: str
    text: str


class PhoneList(NamedTuple):
    """The numbers of several countries; *name* is what the FAQ file calls the list."""

    name: str
    lines: tuple[PhoneLine, ...]


class AlertPlan(NamedTuple):
    """Which alerts a page shows in *full*, all of one level, which in *brief*, and how many *more* there are."""

    full: list[Alert]
    brief: list[Alert]
    more: int

    @property
    def emergency(self) -> bool:
        """Whether one of the alerts is an emergency."""
        return bool(self.full) and self.full[0].level == EMERGENCY


def clean(record: _Record) -> _Record:
    """Return *record* (any tuple of texts and tuples) with every text safe to print, on one line unless it is prose."""
    cleaned: _Record = _clean(record, prose=False)
    return cleaned


def _clean(value: Any, prose: bool) -> Any:
    if isinstance(value, str):
        return sanitise(value, keep_newlines=prose)
    if not isinstance(value, tuple):
        return value
    if isinstance(value, (ShownEntry, Page)):
        return _clean_kept(value)
    return _clean_record(value) if hasattr(value, "_fields") else tuple([_clean(item, prose) for item in value])


def _clean_record(record: Any) -> Any:
    fields = zip(record._fields, record, strict=True)
    return type(record)(*[_clean(item, name in _MANY_LINED) for name, item in fields])


_clean_kept = lru_cache(maxsize=KEPT)(_clean_record)


def severity(level: str) -> int:
    """Return where *level* stands in an order with the most serious first."""
    return -RANK.get(level, -1)


def plan(alerts: Sequence[Alert]) -> AlertPlan:
    """Return how *alerts* are shown: emergencies in full, else the first one, others in brief, five in all."""
    ranked = sorted(alerts, key=lambda alert: severity(alert.level))
    shown = ranked[:_MOST_ALERTS]
    full = [alert for alert in shown if alert.level == EMERGENCY] or shown[:1]
    return AlertPlan(full, shown[len(full) :], len(ranked) - len(shown))


def by_action(items: Sequence[_Item], page: Page) -> list[tuple[str, list[PhoneList], list[_Item]]]:
    """Return *items* (alerts or warning signs) grouped by what to do, so that it need be said but once.

    A group brings the lists of numbers that it calls for, unless one before has brought them. An emergency is never
    without.
    """
    groups: dict[str, list[_Item]] = {}
    for item in items:
        groups.setdefault(item.action or item.advice, []).append(item)
    lists = {EMERGENCY_NUMBERS: page.emergency_numbers, CRISIS_LINES: page.crisis_lines}
    found = []
    for action, group in groups.items():
        names = [name for item in group for name in item.calls]
        names += [EMERGENCY_NUMBERS for item in group if item.level == EMERGENCY]
        phones = [PhoneList(name, lists.pop(name)) for name in dict.fromkeys(names) if lists.get(name)]
        found.append((action, phones, group))
    return found


def blocks(answer: str) -> list[list[Block]]:
    """Return the paragraphs of *answer*, each a list of text and list items that stand together."""
    groups = []
    for paragraph in re.split(r"\n[ \t]*\n\s*", answer.strip()):
        group: list[Block] = []
        for line in paragraph.splitlines():
            item = re.fullmatch(_LIST_ITEM, line.strip())
            if item:
                group.append(Block(item[1], item[2]))
            elif group:  # any other newline is a soft wrap
                group[-1] = group[-1]._replace(text=f"{group[-1].text} {line.strip()}")
            else:
                group.append(Block("", line.strip()))
        groups.append(group)
    return groups


@lru_cache(maxsize=KEPT)
def shortened(entry: ShownEntry) -> ShownEntry:
    """Return *entry* with what an emergency leaves room for: how the answer begins and the notices that bear on it."""
    group = blocks(entry.answer)[0]
    stands_alone = group and not group[0].marker and not group[0].text.endswith(":")
    beginning = group[:1] if stands_alone else group[:_SHORT_LINES]
    return entry._replace(
        answer="\n".join(f"{block.marker} {block.text}".strip() for block in beginning),
        notices=tuple(n for n in entry.notices if n.level == CAUTION or (n.applies and n.level != EMERGENCY)),
        related=(),
        sources=(),
    )


def others(a: Answer) -> tuple[Candidate, ...]:
    """Return the candidates that *a* shows beside its entry: none if the match is sure."""
    if a.outcome != UNSURE:
        return ()
    return tuple(candidate for candidate in a.candidates if a.entry is None or candidate.id != a.entry.id)


def unseen(related: Sequence[Link], shown: Sequence[Candidate]) -> list[Link]:
    """Return those of *related* that do not stand among the candidates *shown* already."""
    return [link for link in related if all(link.id != candidate.id for candidate in shown)]


def applying(notices: Sequence[ShownNotice]) -> list[ShownNotice]:
    """Return those of *notices* whose condition the question states, the most serious first."""
    return sorted((notice for notice in notices if notice.applies), key=lambda notice: severity(notice.level))


def by_level(notices: Sequence[ShownNotice]) -> list[tuple[str, list[str]]]:
    """Return the texts of all other *notices* grouped by level, the most serious first."""
    groups: dict[str, list[str]] = {}
    for notice in sorted(notices, key=lambda notice: severity(notice.level)):
        if not notice.applies:
            groups.setdefault(notice.level, []).append(notice.text)
    return list(groups.items())


def by_topic(entries: Sequence[ShownEntry], topics: Sequence[Topic]) -> list[tuple[str, list[ShownEntry]]]:
    """Return *entries* grouped under the title of their first topic, in the order of *topics*.

    The title is empty for entries without a topic, which come last.
    """
    titles = {topic.name: topic.title for topic in topics}
    groups: dict[str, list[ShownEntry]] = {name: [] for name in titles}
    for entry in entries:
        groups.setdefault(entry.topics[0] if entry.topics else "", []).append(entry)
    groups[""] = groups.pop("", [])
    return [(titles.get(name, name), group) for name, group in groups.items() if group]


def web_address(source: Source) -> str:
    """Return the address of *source* if it is one that a link may open, else an empty string."""
    url = source.url or ""
    return url if re.fullmatch(r"https?://[^\s<>\"]+", url) else ""
