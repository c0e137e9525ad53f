"""What is wrong with one value of an FAQ file by itself, and how to mend it: it is not as `schema` wants it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from spasmcli.errors import Problem
from spasmcli.faqfile.schema import DAY, LAST_DAY, Day, Either, Kind, ListOf, Record, Table, Text
from spasmcli.faqfile.tree import BAD, LIST, MAPPING, TEXT, Node
from spasmcli.nearest import nearest

#: So much of a text is quoted in a message.
_SHOWN = 60
#: What messages call a value by the way YAML reads it.
_READ_AS = {
    "bool": "a yes/no value", "int": "a number", "float": "a number", "date": "a date",
    LIST: "a list", MAPPING: "a mapping of names to values", TEXT: "a text",
}  # fmt: skip


def fault(node: Node, message: str) -> Problem:
    """Return the problem *message* at the place of *node*, in which companion if it is of one."""
    return Problem(node.line, node.column, f"in {node.file}: {message}" if node.file else message)


def shown(text: str) -> str:
    """Return *text* on one line, cut where it is long, to be quoted in a message."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 3] + "..."


def repeated(named: Iterable[tuple[Any, Node]]) -> Iterator[tuple[Node, Node]]:
    """Yield each node of these pairs of name and node that is not the first of its name, with the first one."""
    first: dict[Any, Node] = {}
    for name, node in named:
        known = first.setdefault(name, node)
        if known is not node:
            yield node, known


def line_of(first: Node, other: Node) -> str:
    """Return the line of *first* as a message about *other* names it: with its file, if it is of another one."""
    file = "" if first.file == other.file else f" of {first.file or 'the file that includes it'}"
    return f"line {first.line}{file}"


def twice(what: str, node: Node, first: Node, how: str) -> Problem:
    """Return the problem that *what* stands at *node* and at *first*; it is mended in the own file, if it is there."""
    if node.file and not first.file:
        node, first = first, node
    return fault(node, f"{what} is on {line_of(first, node)} already: {how}")


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return ": did you mean 'x'?" for the one of *known* that is spelt most like *word*, or ": " and *otherwise*."""
    best = nearest(word, known, alike=70)
    return f": did you mean '{shown(best[0])}'?" if best else f": {otherwise}"


def faults(node: Node, kind: Kind, name: str) -> Iterator[Problem]:
    """Yield what is wrong with *node*, all below it included, as a value of *kind*.

    *name* is what messages call it. A bad node is passed over, because it is reported with the tree.
    """
    if node.kind == BAD:
        return
    kind = plain(kind, node)
    if isinstance(kind, Day):
        yield from _day_faults(node, kind, name)
    elif isinstance(kind, Text):
        if message := _text_fault(node, kind):
            yield fault(node, f"{name} {message}")
    elif node.kind != (LIST if isinstance(kind, ListOf) else MAPPING):
        yield _not_a(node, kind, name)
    else:
        if isinstance(kind, ListOf) and len(node.items) < kind.least:
            yield fault(node, f"{name} is an empty list: give it at least one item")
        if isinstance(kind, Record):
            yield from _field_faults(node, kind)
        for part, its_kind, its_name in below(node, kind, name):
            yield from faults(part, its_kind, its_name)


def plain(kind: Kind, node: Node) -> Kind:
    """Return *kind*, or which of two it is for *node*."""
    if isinstance(kind, Either):
        return kind.record if node.kind == MAPPING else kind.text
    return kind


def below(node: Node, kind: Kind, name: str = "") -> Iterator[tuple[Node, Kind, str]]:
    """Yield the parts of *node*, a value of *kind* called *name*: each with its own kind and name."""
    if isinstance(kind, ListOf):
        yield from ((item, kind.item, f"an item of {name}") for item in node.items)
    elif isinstance(kind, Table):
        for key, value in node.pairs():
            yield key, kind.name, f"a name in {name}"
            yield value, kind.value, f"'{shown(key.text)}'"
    elif isinstance(kind, Record):
        for key, value in node.pairs():
            if field := kind.fields.get(key.text):
                yield value, field.kind, f"'{key.text}'"


def _day_faults(node: Node, kind: Day, name: str) -> Iterator[Problem]:
    if kind.optional and node.kind == "null":
        return
    if node.kind != "int":
        yield fault(node, f"{name} is {_READ_AS.get(node.kind, 'nothing')} where a whole number belongs: write one")
    elif not DAY.fullmatch(node.text):
        how = f"write a whole number from 1 to {LAST_DAY} in plain digits"
        yield fault(node, f"{name} is {shown(node.text)}, which is no day: {how}")


def _text_fault(node: Node, kind: Text) -> str:
    """Return what follows the name of a text field in a message, or nothing if the text is as it should be."""
    if node.kind == TEXT and node.text.strip():
        if not kind.fits(node.text):
            odd = next((char for char in node.text if not (char.isascii() and char.isprintable())), "")
            named = f" with the character U+{ord(odd):04X}" if odd else ""
            return f"is '{shown(node.text)}'{named}, which is not {kind.what}"
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


def _not_a(node: Node, kind: Kind, name: str) -> Problem:
    """Return that *node* is no list, or no mapping, as *kind* wants it."""
    wanted, how = "a mapping", "write one 'name: value' a line, with a space after the colon"
    if isinstance(kind, ListOf):
        wanted, how = "a list", "put each item on a line of its own that begins with '- '"
    called = f"this {kind.what}" if isinstance(kind, Record) else name
    if not node.text and node.kind in ("null", TEXT):
        return fault(node, f"{called} is empty: write {wanted} there")
    return fault(node, f"{called} is {_READ_AS.get(node.kind, 'nothing')} where {wanted} belongs: {how}")


def _field_faults(node: Node, kind: Record) -> Iterator[Problem]:
    """Yield the fields of *node* that the record cannot have, and those that it lacks."""
    for key in node.keys:
        if key.kind == BAD or key.text in kind.fields:
            continue
        hint = suggestion(key.text, kind.fields, f"use {_one_of(tuple(kind.fields))}")
        unknown = f"this {kind.what} cannot have a field '{shown(key.text)}'{hint}"
        yield fault(key, unknown if key.text else f"a field of this {kind.what} has no name: write 'name: value'")
    for name, field in kind.fields.items():
        if field.required and node.get(name) is None:
            yield fault(node, f"this {kind.what} has no '{name}': add it")
