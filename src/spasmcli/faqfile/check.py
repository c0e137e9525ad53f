"""An FAQ file checked as a whole, with the companions that it includes: every fault in one run, or the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from spasmcli.errors import FAQError, Problem
from spasmcli.faqfile.faults import fault, faults
from spasmcli.faqfile.file import read_bytes
from spasmcli.faqfile.include import included, kept_part
from spasmcli.faqfile.links import entry_ids, link_faults, tree_faults
from spasmcli.faqfile.schema import COMPANION, FILE
from spasmcli.faqfile.tree import BAD, LIST, MAPPING, TEXT, Node, parse
from spasmcli.records import (
    LEVELS,
    PHONE_LISTS,
    Condition,
    Document,
    Door,
    Entry,
    Line,
    Link,
    Notice,
    PhoneLine,
    Raise,
    RedFlag,
    Source,
    Topic,
    declared,
)  # fmt: skip

_WANTED = "an FAQ file must begin with 'entries:', with a list of entries (question, answer) below it"


class Checked(NamedTuple):
    """What came of a check: the document, or the problems of it by line; of companions, with the name of the file."""

    document: Document | None
    problems: list[Problem]


def check(root: Node, others: Iterable[Node] = ()) -> Checked:
    """Check the parsed file *root* with its companions."""
    if root.kind == LIST:  # a bare list of entries
        root = Node(
            MAPPING, root.line, root.column, keys=(Node(TEXT, root.line, root.column, "entries"),), items=(root,)
        )
    if root.kind != MAPPING:
        return Checked(None, [fault(root, root.text if root.kind == BAD else _WANTED)])
    companions = [node for node in others if node.kind != "null"]
    own = set(chain(tree_faults(root), faults(root, FILE, "this file")))
    foreign = {one for node in companions for one in chain(tree_faults(node), faults(node, COMPANION, "this file"))}
    whole = _merged(root, companions)
    problems = sorted({*own, *foreign, *link_faults(whole)})
    return Checked(None, problems) if problems else Checked(_document(whole), [])


def _merged(root: Node, others: Iterable[Node]) -> Node:
    """Return *root* with the sections of its companions; a section that several have is one, a list or a mapping."""
    keys, items = list(root.keys), list(root.items)
    for other in others:
        for key, value in other.pairs():
            at = next((at for at, known in enumerate(keys) if known.text == key.text), None)
            if at is None:
                keys.append(key)
                items.append(value)
            else:
                old = items[at]
                items[at] = old._replace(items=old.items + value.items, keys=old.keys + value.keys)
    return root._replace(keys=tuple(keys), items=tuple(items))


def problems_in(data: bytes, path: str = "") -> list[Problem]:
    """Return every problem of an FAQ file with the content *data*, in the order of lines; *path* finds companions."""
    return _examine(data, path).problems


def document_of(data: bytes, path: str) -> Document:
    """Return the checked document of an FAQ file with the content *data*; *path* is for messages and companions.

    The FAQError of a file with faults names the first, and its ``problems`` are all of them.
    """
    document, problems = _examine(data, path)
    if document is None:
        line, column, message = problems[0]
        text = f"the FAQ file '{path}' cannot be used: line {line}, column {column}: {message}"
        if more := len(problems) - 1:
            from shlex import quote  # only needed with a broken file

            text += f" ({more} more problem{'s' * (more > 1)}; to see them all: spasm check {quote(path)})"
        raise FAQError(text, tuple(problems))
    return document


def load_document(path: str) -> Document:
    """Return the checked document of the FAQ file at *path*."""
    return document_of(read_bytes(path), path)


def _examine(data: bytes, path: str) -> Checked:
    try:
        root = parse(data)
        return check(root, [_companion(name, part) for name, part in included(root, path)])
    except FAQError as error:
        return Checked(None, list(error.problems) or [Problem(1, 1, str(error))])


def _companion(name: str, data: bytes) -> Node:
    try:
        return kept_part(name, parse(data)).of(name)
    except FAQError as error:
        told = tuple(one._replace(message=f"in {name}: {one.message}") for one in error.problems)
        raise FAQError(f"in {name}: {error}", told) from None


# From here on every node is known to be as `schema` says.


class _Named(NamedTuple):
    """What the nodes of a file refer to by name."""

    sources: Mapping[str, Source]
    doors: Mapping[str, Door]
    sets: Mapping[str, tuple[Condition, ...]]


def _build(node: Node, kind: Any, named: _Named) -> Any:
    """Return the value of *node* as *kind*: a record class, ``tuple[kind, ...]``, a text or a number."""
    arguments: tuple[Any, ...] = getattr(kind, "__args__", ())
    if getattr(kind, "__origin__", None) is tuple:
        return tuple(_build(item, arguments[0], named) for item in node.items)
    if int in (kind, *arguments):
        return int(node.text) if node.kind == "int" else None
    if kind is Link:
        return Link(node.text)
    if kind is Source and node.kind == TEXT:
        return named.sources[node.text]
    if kind is Condition and node.kind == TEXT:
        return Condition(node.text)
    return _record(node, kind, named) if hasattr(kind, "_fields") else node.text


def _record(node: Node, kind: Any, named: _Named, **values: Any) -> Any:
    for name, (hint, mark) in declared(kind).items():
        value = node.get(mark.name or name) if mark.written else None
        if value is not None:
            values[name] = _build(value, hint, named)
    return kind(**values)


def _document(root: Node) -> Document:
    entries = root.children("entries")
    empty = _Named({}, {}, {})
    named = _Named(
        {key.text: _record(value, Source, empty) for key, value in root.table("sources")},
        {key.text: _door(key.text, value) for key, value in root.table("doors")},
        {key.text: _build(value, tuple[Condition, ...], empty) for key, value in root.table("condition_sets")},
    )
    return Document(
        entries=tuple(_entry(made, node, named) for made, node in zip(entry_ids(entries), entries, strict=True)),
        title=_text(root, "title"), note=_text(root, "note"), fallback=_text(root, "fallback"),
        topics=tuple(_record(node, Topic, named) for node in root.children("topics")),
        doors=tuple(named.doors.values()),
        red_flags=tuple(_red_flag(node, named) for node in root.children("red_flags")),
        phones={kind: tuple(_record(node, PhoneLine, named) for node in root.children(kind)) for kind in PHONE_LISTS},
        elsewhere={key.text: value.text for key, value in root.table("elsewhere")},
        vocabulary=_groups(root, "vocabulary"), concepts={**_groups(root, "concepts"), **_groups(root, "signs")},
        cancels=_names(root, "cancels"), others=_names(root, "others"), asked=tuple(_asked(root)),
    )  # fmt: skip


def _text(node: Node, name: str) -> str:
    field = node.get(name)
    return field.text if field else ""


def _texts(node: Node, name: str) -> tuple[str, ...]:
    return tuple(item.text for item in node.children(name))


def _names(node: Node, name: str) -> tuple[str, ...]:
    """Return group names as the groups themselves are written: small."""
    return tuple(text.lower() for text in _texts(node, name))


def _groups(root: Node, section: str) -> dict[str, tuple[str, ...]]:
    return {key.text: tuple(item.text for item in value.items) for key, value in root.table(section)}


def _door(name: str, node: Node) -> Door:
    level, heading, lead, do, short = (_text(node, field) for field in Door._fields[1:-1])
    return Door(name, level, heading, lead, do, short, _texts(node, "covers"))


def _entry(made: str, node: Node, named: _Named) -> Entry:
    entry: Entry = _record(node, Entry, named, id=made)
    return entry._replace(notices=tuple(_notice(notice, named) for notice in entry.notices))


def _notice(notice: Notice, named: _Named) -> Notice:
    """Return *notice* with the level of its door and the conditions of the sets that it uses."""
    level = notice.level or named.doors[notice.door].level
    shared = [one for name in notice.use for one in named.sets[name]]
    return notice._replace(level=level, conditions=(*shared, *notice.conditions), use=())


def _red_flag(node: Node, named: _Named) -> RedFlag:
    if node.get("raise"):
        flag: RedFlag = _record(node, RedFlag, named)
        raises = (one if one.level else one._replace(level=named.doors[one.door].level) for one in flag.raises)
        return flag._replace(raises=tuple(raises))
    unless, despite, advice = _texts(node, "unless"), _names(node, "despite"), _text(node, "advice")
    blocks = [node, *node.children("also")]  # what excuses the sign excuses it at every level
    raises = (
        Raise(_text(one, "level"), "", _texts(one, "patterns"), tuple(dict.fromkeys((*unless, *_texts(one, "unless")))),
              despite, lead=advice) for one in blocks
    )  # fmt: skip
    key = Node(TEXT, node.line, node.column, "raise")
    bare = _record(node._replace(keys=(*node.keys, key), items=(*node.items, Node(LIST, 1, 1))), RedFlag, named)
    return bare._replace(raises=tuple(raises))  # type: ignore[no-any-return]


def _asked(root: Node) -> Iterator[Line]:
    asked = root.get("asked")
    if asked is None:
        return
    for key, lines in asked.table("entries"):
        yield from (_line(node, first=key.text) for node in lines.items)
    for key, sign in asked.table("signs"):
        for level in LEVELS:
            yield from (_line(node)._replace(sign=key.text, level=level) for node in sign.children(level))
        yield from (_line(node)._replace(near=key.text) for node in sign.children("near"))
    yield from (_line(node)._replace(near="ordinary") for node in asked.children("ordinary"))
    yield from (line._replace(other=not line.wants) for line in map(_line, asked.children("other")))


def _line(node: Node, first: str = "") -> Line:
    if node.kind == TEXT:
        return Line(node.text, (first,) if first else ())
    wants = (*((first,) if first else ()), *_texts(node, "wants"), *_texts(node, "or"))
    return Line(_text(node, "ask"), tuple(dict.fromkeys(wants)), other=not wants and node.get("wants") is not None)
