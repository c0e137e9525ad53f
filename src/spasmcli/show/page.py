"""The page that a record is shown on: how it looks, and what stands on every page whatever the format."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, TypeVar

from spasmcli.records import PhoneLine, Source
from spasmcli.safetext import sanitise

#: Fields whose line breaks matter.
_MANY_LINED = frozenset({"short", "details", "note"})
_LIST_ITEM = re.compile(r"(-|\d{1,3}[.)])\s+(.*)")
_Record = TypeVar("_Record")


class Page(NamedTuple):
    """How a page looks and what stands on every page.

    *rows* is the height of the terminal, 0 where there is none. *colour* allows escape sequences at all, *unicode*
    boxes and bullets, *links* addresses behind words. *note* is the FAQ's line on what it is not, *fallback* the id of
    the entry to read when in doubt; *own* is the reader's own emergency number, *phones* are the lists of numbers, own
    ones first, *elsewhere* what to do where a list has none. Commands are shown with their *options*
    (``--faq my.yaml``). In a *batch* each answer is one record of many. *talking*: in the conversation, where numbers
    follow links and no command need be named.
    """

    width: int = 80
    rows: int = 0
    colour: bool = False
    unicode: bool = True
    links: bool = False
    note: str = ""
    title: str = ""
    fallback: str = ""
    own: str = ""
    phones: dict[str, tuple[PhoneLine, ...]] = {}  # noqa: RUF012  (never changed)
    elsewhere: dict[str, str] = {}  # noqa: RUF012
    options: str = ""
    batch: bool = False
    talking: bool = False

    def show(self, entry_id: str) -> str:
        """Return the command that shows the entry *entry_id*."""
        return f"spasm show {entry_id} {self.options}".rstrip()

    def list_all(self) -> str:
        """Return the command that lists every entry."""
        return f"spasm list {self.options}".rstrip()


class Block(NamedTuple):
    """A paragraph of an answer, or one item of a list if it has a *marker* (``-`` or ``1.``)."""

    marker: str
    text: str


def clean(record: _Record, *, prose: bool = False) -> _Record:
    """Return *record* (texts in tuples and dictionaries) with every text safe to print, on one line unless it is
    prose."""
    cleaned: Any = record
    if isinstance(record, str):
        cleaned = sanitise(record, keep_newlines=prose)
    elif isinstance(record, tuple) and hasattr(record, "_fields"):
        items = zip(record._fields, record, strict=True)
        cleaned = record._make([clean(item, prose=name in _MANY_LINED) for name, item in items])  # type: ignore[attr-defined]
    elif isinstance(record, tuple):
        cleaned = tuple([clean(item) for item in record])
    elif isinstance(record, dict):
        cleaned = {key: clean(item) for key, item in record.items()}
    return cleaned  # type: ignore[no-any-return]


def blocks(answer: str) -> list[list[Block]]:
    """Return the paragraphs of *answer*, each a list of text and list items that stand together."""
    groups = []
    for paragraph in re.split(r"\n[ \t]*\n\s*", answer.strip()):
        group: list[Block] = []
        for line in paragraph.splitlines():
            item = _LIST_ITEM.fullmatch(line.strip())
            if item:
                group.append(Block(item[1], item[2]))
            elif group:  # any other newline is a soft wrap
                group[-1] = group[-1]._replace(text=f"{group[-1].text} {line.strip()}")
            else:
                group.append(Block("", line.strip()))
        groups.append(group)
    return groups


def web_address(source: Source) -> str:
    """Return the address of *source* if it is one that a link may open, else an empty string."""
    url = source.url or ""
    return url if re.fullmatch(r"https?://[^\s<>\"]+", url) else ""
