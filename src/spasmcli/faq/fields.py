"""Which fields an FAQ file has, as tables, and the checks of one value by itself.

data/faq.schema.json says the same for editors; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from spasmcli.errors import Problem
from spasmcli.faq.read import BAD, LIST, MAPPING, TEXT, Node
from spasmcli.model import LEVELS, NOTICE_LEVELS

_SHOWN = 60
_READ_AS = {
    "bool": "a yes/no value", "int": "a number", "float": "a number", "date": "a date",
    LIST: "a list", MAPPING: "a mapping of names to values", TEXT: "a text",
}  # fmt: skip


class Text(NamedTuple):
    """A text that is not empty; it must match *pattern* or be one of *choices* if there are any.

    *what* completes "'x' is not ..." and says how to write it.
    """

    what: str = "a text"
    pattern: re.Pattern[str] | None = None
    choices: tuple[str, ...] = ()

    def fits(self, text: str) -> bool:
        """Whether *text* has the form of *pattern*."""
        return not self.pattern or self.pattern.fullmatch(text) is not None


class ListOf(NamedTuple):
    """A list of at least *least* items of one kind."""

    item: Kind
    least: int = 0


class Field(NamedTuple):
    """A field of a record."""

    kind: Kind
    required: bool = False


class Record(NamedTuple):
    """A mapping with these *fields* and no others; *what* is its name in messages."""

    what: str
    fields: Mapping[str, Field]


class Table(NamedTuple):
    """A mapping of names that the writer of the file chooses."""

    name: Text
    value: Kind


class Either(NamedTuple):
    """A reference in one word, or the record itself."""

    text: Text
    record: Record


Kind: TypeAlias = Text | ListOf | Record | Table | Either

ANY = Text()
ID = Text("an id: use letters, digits, '-', '_' and '.', no spaces", re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*"))
URL = Text("a web address: begin it with https://", re.compile(r"https?://[^\s/]\S*"))
REGION = Text("an ISO 3166 code: write two capitals such as GB", re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?"))
GROUP = Text(
    "a group name: use two or more small letters and digits, with '-' between words",
    re.compile(r"(?=..)[a-z][a-z0-9]*(?:-[a-z0-9]+)*"),
)
#: A group where it is used: in capitals, as in a pattern, or as it is written where it is defined.
GROUP_USED = Text(
    "a group name: write it in capitals, with '-' between words",
    re.compile(r"(?=..)[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*"),
)
LEVEL = Text("a level", choices=LEVELS)
NOTICE_LEVEL = Text("a level", choices=NOTICE_LEVELS)

SOURCE = Record("source", {"publisher": Field(ANY, True), "title": Field(ANY, True), "url": Field(URL)})
SOURCES = ListOf(Either(ID, SOURCE))
NOTICE = Record("notice", {"level": Field(NOTICE_LEVEL, True), "text": Field(ANY, True), "when": Field(ListOf(ID))})
ENTRY = Record("entry", {
    "id": Field(ID, True), "question": Field(ANY, True), "answer": Field(ANY, True),
    "aliases": Field(ListOf(ANY)), "topics": Field(ListOf(ID)), "notices": Field(ListOf(NOTICE)),
    "related": Field(ListOf(ID)), "sources": Field(SOURCES),
})  # fmt: skip
ALSO = Record("'also' item", {
    "level": Field(LEVEL, True), "patterns": Field(ListOf(ANY, 1), True), "unless": Field(ListOf(ANY)),
})  # fmt: skip
RED_FLAG = Record("red flag", {
    "id": Field(ID, True), "level": Field(LEVEL, True), "sign": Field(ANY, True), "why": Field(ANY, True),
    "advice": Field(ANY, True), "patterns": Field(ListOf(ANY, 1), True), "unless": Field(ListOf(ANY)),
    "despite": Field(ListOf(GROUP_USED)), "also": Field(ListOf(ALSO)), "see": Field(ID),
    "sources": Field(SOURCES),
})  # fmt: skip
PHONE_LINE = Record("phone line", {
    "country": Field(ANY, True), "number": Field(ANY, True), "regions": Field(ListOf(REGION)), "name": Field(ANY),
})  # fmt: skip
TOPIC = Record("topic", {"name": Field(ID, True), "title": Field(ANY, True)})
FILE = Record("FAQ file", {
    "title": Field(ANY), "note": Field(ANY), "fallback": Field(ID), "topics": Field(ListOf(TOPIC)),
    "sources": Field(Table(ID, SOURCE)), "vocabulary": Field(Table(GROUP, ListOf(ANY, 1))),
    "signs": Field(Table(GROUP, ListOf(ANY, 1))), "cancels": Field(ListOf(GROUP_USED)),
    "others": Field(ListOf(GROUP_USED)),
    "inside": Field(ListOf(ANY)), "outside": Field(ListOf(ANY)), "red_flags": Field(ListOf(RED_FLAG)),
    "emergency_numbers": Field(ListOf(PHONE_LINE)), "crisis_lines": Field(ListOf(PHONE_LINE)),
    "entries": Field(ListOf(ENTRY, 1), True),
})  # fmt: skip


def fault(node: Node, message: str) -> Problem:
    """Return the problem *message* at the place of *node*."""
    return Problem(node.line, node.column, message)


def shown(text: str) -> str:
    """Return *text* on one line, cut where it is long, to be quoted in a message."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 3] + "..."


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return ": did you mean 'x'?" for the one of *known* that is spelt most like *word*, or ": " and *otherwise*."""
    from rapidfuzz import fuzz, process  # slow to import and only needed for a faulty file

    best = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=70)
    return f": did you mean '{shown(best[0])}'?" if best else f": {otherwise}"


def faults(node: Node, kind: Kind, name: str) -> Iterator[Problem]:
    """Yield what is wrong with *node*, all below it included, as a value of *kind*.

    *name* is what messages call it. A bad node is passed over, because it is reported with the tree.
    """
    if node.kind == BAD:
        return
    if isinstance(kind, Either):
        kind = kind.record if node.kind == MAPPING else kind.text
    if isinstance(kind, Text):
        message = _text_fault(node, kind)
        if message:
            yield fault(node, f"{name} {message}")
    elif isinstance(kind, ListOf):
        yield from _list_faults(node, kind, name)
    elif isinstance(kind, Record):
        yield from _record_faults(node, kind)
    else:
        yield from _table_faults(node, kind, name)


def _text_fault(node: Node, kind: Text) -> str:
    """Return what follows the name of a text field in a message, or nothing if the text is as it should be."""
    if node.kind == TEXT and node.text.strip():
        if not kind.fits(node.text):
            return f"is '{shown(node.text)}', which is not {kind.what}"
        if kind.choices and node.text not in kind.choices:
            return f"is '{shown(node.text)}'" + suggestion(node.text, kind.choices, f"use {_one_of(kind.choices)}")
        return ""
    if node.kind in (LIST, MAPPING):
        return f"is {_READ_AS[node.kind]} where a text belongs: if it is meant as text, put it in quotes"
    if node.kind in _READ_AS and node.text.strip():
        return f"has the value {shown(node.text)}, which is read as {_READ_AS[node.kind]}: put it in quotes"
    return "is empty: write a text there"


def _one_of(choices: tuple[str, ...]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}"


def _not_a(node: Node, name: str, wanted: str) -> Problem:
    if not node.text and node.kind in ("null", TEXT):
        return fault(node, f"{name} is empty: write {wanted} there")
    return fault(node, f"{name} is {_READ_AS.get(node.kind, 'nothing')} where {wanted} belongs: {_HOW[wanted]}")


_HOW = {
    "a list": "put each item on a line of its own that begins with '- '",
    "a mapping": "write one 'name: value' a line, with a space after the colon",
}


def _list_faults(node: Node, kind: ListOf, name: str) -> Iterator[Problem]:
    if node.kind != LIST:
        yield _not_a(node, name, "a list")
        return
    if len(node.items) < kind.least:
        yield fault(node, f"{name} is an empty list: give it at least one item")
    for item in node.items:
        yield from faults(item, kind.item, f"an item of {name}")


def _table_faults(node: Node, kind: Table, name: str) -> Iterator[Problem]:
    if node.kind != MAPPING:
        yield _not_a(node, name, "a mapping")
        return
    for key, value in node.pairs():
        yield from faults(key, kind.name, f"a name in {name}")
        yield from faults(value, kind.value, f"'{shown(key.text)}'")


def _record_faults(node: Node, kind: Record) -> Iterator[Problem]:
    if node.kind != MAPPING:
        yield _not_a(node, f"this {kind.what}", "a mapping")
        return
    present = set()
    for key, value in node.pairs():
        field = kind.fields.get(key.text)
        if field:
            present.add(key.text)
            yield from faults(value, field.kind, f"'{key.text}'")
        elif key.kind != BAD:
            yield _unknown(key, kind)
    for name, field in kind.fields.items():
        if field.required and name not in present:
            yield fault(node, f"this {kind.what} has no '{name}': add it")


def _unknown(key: Node, kind: Record) -> Problem:
    if not key.text:
        return fault(key, f"a field of this {kind.what} has no name: write 'name: value'")
    hint = suggestion(key.text, kind.fields, f"use {_one_of(tuple(kind.fields))}")
    return fault(key, f"this {kind.what} cannot have a field '{shown(key.text)}'{hint}")
