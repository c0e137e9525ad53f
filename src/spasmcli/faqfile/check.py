"""An FAQ file checked as a whole, with the companions that it includes: every fault in one run, or the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import chain
from typing import Any, NamedTuple

from spasmcli.errors import FAQError, Problem
from spasmcli.faqfile.faults import fault, faults
from spasmcli.faqfile.file import read_bytes
from spasmcli.faqfile.include import included, kept_part
from spasmcli.faqfile.links import entry_ids, link_faults, tree_faults
from spasmcli.faqfile.schema import COMPANION, FILE
from spasmcli.faqfile.tree import BAD, LIST, MAPPING, NOTHING, TEXT, Node, parse
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
    whole = reduce(_joined, companions, root)
    problems = sorted({*own, *foreign, *link_faults(whole)})
    return Checked(None, problems) if problems else Checked(_document(whole), [])


def _joined(one: Node, other: Node, *, deeply: bool = False) -> Node:
    """Return the mapping *one* with what *other* holds: lists and sections that both have are one.

    Within 'asked', and *deeply*, so are all mappings. Else a name that both give stays there twice, to be reported.
    """
    keys, items = list(one.keys), list(one.items)
    places = {key.text: at for at, key in enumerate(keys)}
    for key, value in other.pairs():
        at = places.setdefault(key.text, len(keys))
        old = items[at] if at < len(keys) else NOTHING
        if old.kind != value.kind or value.kind not in (LIST, MAPPING):
            keys.append(key)
            items.append(value)
        elif value.kind == MAPPING and (deeply or key.text == "asked"):
            items[at] = _joined(old, value, deeply=True)
        else:
            items[at] = old._replace(items=old.items + value.items, keys=old.keys + value.keys)
    return one._replace(keys=tuple(keys), items=tuple(items))


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


def _build(node: Node, kind: Any, sources: Mapping[str, Source]) -> Any:
    """Return the value of *node* as *kind*: a record class, ``tuple[kind, ...]``, a text or a number."""
    arguments: tuple[Any, ...] = getattr(kind, "__args__", ())
    if getattr(kind, "__origin__", None) is tuple:
        return tuple(_build(item, arguments[0], sources) for item in node.items)
    if int in (kind, *arguments):
        return int(node.text) if node.kind == "int" else None
    if kind is Link:
        return Link(node.text)
    if kind is Source and node.kind == TEXT:
        return sources[node.text]
    if kind is Condition and node.kind == TEXT:
        return Condition(node.text)
    return _record(node, kind, sources) if hasattr(kind, "_fields") else node.text


def _record(node: Node, kind: Any, sources: Mapping[str, Source], **values: Any) -> Any:
    for name, (hint, mark) in declared(kind).items():
        value = node.get(mark.name or name) if mark.written else None
        if value is not None:
            values[name] = _build(value, hint, sources)
    return kind(**values)


def _document(root: Node) -> Document:
    entries = root.children("entries")
    sources = {name: _record(node, Source, {}) for name, node in root.named("sources").items()}
    doors = {name: _record(node, Door, {}, name=name) for name, node in root.named("doors").items()}
    sets = {name: _build(node, tuple[Condition, ...], {}) for name, node in root.named("condition_sets").items()}
    made = [_record(node, Entry, sources, id=name) for name, node in zip(entry_ids(entries), entries, strict=True)]
    return Document(
        entries=tuple(
            entry._replace(notices=tuple(_notice(one, doors, sets) for one in entry.notices)) for entry in made
        ),
        title=root.text_of("title"), note=root.text_of("note"), fallback=root.text_of("fallback"),
        topics=tuple(_record(node, Topic, {}) for node in root.children("topics")),
        doors=tuple(doors.values()),
        red_flags=tuple(_red_flag(node, doors, sources) for node in root.children("red_flags")),
        phones={kind: tuple(_record(node, PhoneLine, {}) for node in root.children(kind)) for kind in PHONE_LISTS},
        elsewhere={name: node.text for name, node in root.named("elsewhere").items()},
        vocabulary=_groups(root, "vocabulary"), concepts=_groups(root, "concepts"),
        cancels=_names(root, "cancels"), others=_names(root, "others"), asked=tuple(_asked(root)),
    )  # fmt: skip


def _texts(node: Node, name: str) -> tuple[str, ...]:
    return tuple(item.text for item in node.children(name))


def _names(node: Node, name: str) -> tuple[str, ...]:
    """Return group names as the groups themselves are written: small."""
    return tuple(text.lower() for text in _texts(node, name))


def _groups(root: Node, section: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(item.text for item in node.items) for name, node in root.named(section).items()}


def _notice(notice: Notice, doors: Mapping[str, Door], sets: Mapping[str, tuple[Condition, ...]]) -> Notice:
    """Return *notice* with the level of its door and the conditions of the sets that it uses."""
    level = notice.level or doors[notice.door].level
    shared = [one for name in notice.use for one in sets[name]]
    return notice._replace(level=level, conditions=(*shared, *notice.conditions), use=())


def _red_flag(node: Node, doors: Mapping[str, Door], sources: Mapping[str, Source]) -> RedFlag:
    flag: RedFlag = _record(node, RedFlag, sources)
    raises = (one._replace(level=one.level or doors[one.door].level) for one in flag.raises)
    return flag._replace(raises=tuple(raises))


def _asked(root: Node) -> Iterator[Line]:
    asked = root.get("asked") or NOTHING
    for key, lines in asked.table("entries"):
        yield from (_line(node, key.text) for node in lines.items)
    for key, sign in asked.table("signs"):
        for level in LEVELS:
            yield from (_line(node)._replace(sign=key.text, level=level) for node in sign.children(level))
        yield from (_line(node)._replace(near=key.text) for node in sign.children("near"))
    yield from (_line(node)._replace(near="ordinary") for node in asked.children("ordinary"))
    yield from (line._replace(other=not line.wants) for line in map(_line, asked.children("other")))


def _line(node: Node, *first: str) -> Line:
    if node.kind == TEXT:
        return Line(node.text, first)
    wants = tuple(dict.fromkeys((*first, *_texts(node, "wants"), *_texts(node, "or"))))
    return Line(node.text_of("ask"), wants, other=not wants and node.get("wants") is not None)
