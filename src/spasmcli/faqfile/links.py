"""The checks of an FAQ file that need more than one value: names that refer to each other, and what must not repeat.

They walk the tree as it was read, companions included, so that they work on the sound parts of a file that has faults
elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from spasmcli.errors import Problem
from spasmcli.faqfile.faults import fault, shown, suggestion
from spasmcli.faqfile.schema import DAY, FILE, Either, Kind, ListOf, Record, Table, Text
from spasmcli.faqfile.signs import sign_faults, written
from spasmcli.faqfile.tree import BAD, LIST, MAPPING, Node
from spasmcli.records import Source
from spasmcli.text.words import normal_form

_NO_ID = re.compile(r"[^a-z0-9]+")


def tree_faults(root: Node) -> Iterator[Problem]:
    """Yield every bad node of the tree, and every key that a mapping has twice."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.kind == BAD:
            yield fault(node, node.text)
        waiting += (*node.keys, *node.items)
        first: dict[str, int] = {}
        for key in node.keys:
            if key.kind in (BAD, LIST, MAPPING):
                continue
            if key.text in first:
                yield fault(key, f"'{shown(key.text)}' is on line {first[key.text]} already: keep one of the two")
            first.setdefault(key.text, key.line)


def link_faults(root: Node) -> Iterator[Problem]:
    """Yield what is wrong between the parts of the FAQ file *root*."""
    entries, flags = root.children("entries"), root.children("red_flags")
    yield from _repeated(entries, "id", "entry")
    yield from _repeated(flags, "id", "red flag")
    yield from _repeated(root.children("topics"), "name", "topic")
    yield from _questions(entries)
    yield from _alike(entries)
    names = {
        "entry": dict.fromkeys(entry_ids(entries)), "flag": _names(flags, "id"),
        "topic": _names(root.children("topics"), "name"),
        "door": _keys(root, "doors"), "set": _keys(root, "condition_sets"), "source": _keys(root, "sources"),
    }  # fmt: skip
    yield from _references(root, FILE, names, bool(root.get("topics")))
    yield from _own_relations(entries)
    sources = {key.text: value for key, value in root.table("sources")}
    for record in (*entries, *flags):
        yield from _said_twice(record, sources)
    for notice in (notice for entry in entries for notice in entry.children("notices")):
        yield from _notice(notice)
    for stage in (stage for entry in entries for stage in entry.children("timeline")):
        yield from _stage(stage)
    yield from sign_faults(root)
    yield from _asked(root)


def _names(records: Iterable[Node], field: str) -> dict[str, None]:
    """Return the names that *records* give themselves in *field*, even those of a wrong form."""
    nodes = (record.get(field) for record in records)
    return {node.text: None for node in nodes if node and node.kind != BAD and node.text}


def entry_ids(entries: Sequence[Node]) -> list[str]:
    """Return the ids of *entries*: the written one, or the words of the question in small letters, joined by dashes.

    Where an earlier entry made the same, or one wrote it, a number follows: an entry keeps its id if others come after.
    """
    taken = set(_names(entries, "id"))
    tried: Counter[str] = Counter()
    ids = []
    for entry in entries:
        name, question = entry.get("id"), entry.get("question")
        if name is None:
            made = _NO_ID.sub("-", question.text.lower() if question else "").strip("-")[:60].rstrip("-") or "entry"
            tried[made] += 1
            numbers = (f"{made}-{number}" if number > 1 else made for number in count(tried[made]))
            ids.append(next(one for one in numbers if one not in taken))
            taken.add(ids[-1])
        else:
            ids.append(name.text)
    return ids


def _keys(root: Node, section: str) -> dict[str, None]:
    return {key.text: None for key, _ in root.table(section)}


def _repeated(records: Iterable[Node], field: str, what: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for record in records:
        name = record.get(field)
        if not name or name.kind == BAD or not name.text:
            continue
        if name.text in first:
            line = first[name.text]
            yield fault(name, f"the {what} '{shown(name.text)}' is on line {line} already: rename one of the two")
        first.setdefault(name.text, name.line)


def _questions(entries: Iterable[Node]) -> Iterator[Problem]:
    """Yield questions and aliases that have no words, or the same words as another one or the id of another entry."""
    texts: dict[str, int] = {}
    ids = {normal_form(name.text): entry for entry in entries if written(name := entry.get("id")) and name}
    for entry in entries:
        question = entry.get("question")
        for node in (*((question,) if question else ()), *entry.children("aliases")):
            if not written(node):
                continue
            words = normal_form(node.text)
            if not words:
                yield fault(node, f"'{shown(node.text)}' has no words in it: write it as people ask it, or remove it")
            elif words in texts:
                yield fault(node, f"'{shown(node.text)}' is asked on line {texts[words]} already: remove one of them")
            elif ids.get(words, entry) is not entry:
                line = ids[words].line
                yield fault(node, f"'{shown(node.text)}' is the id of the entry on line {line}: word it apart")
            texts.setdefault(words, node.line)


def _alike(entries: Iterable[Node]) -> Iterator[Problem]:
    """Yield ids that differ by punctuation alone: asked for, they could not be told apart."""
    first: dict[str, Node] = {}
    for name in (entry.get("id") for entry in entries):
        if not name or not written(name):
            continue
        other = first.setdefault(normal_form(name.text), name)
        if other.text != name.text:
            yield fault(name, f"'{shown(name.text)}' reads like '{shown(other.text)}' on line {other.line}: rename one")


def _references(node: Node, kind: Kind, names: dict[str, dict[str, None]], topics: bool) -> Iterator[Problem]:
    """Yield every name below *node* that refers to nothing; topics need be declared only where any is."""
    if isinstance(kind, Either):
        kind = kind.record if node.kind == MAPPING else kind.text
    if isinstance(kind, Text) and kind.refers and (kind.refers != "topic" or topics):
        what = {"flag": "red flag", "set": "condition set"}.get(kind.refers, kind.refers)
        yield from _unknown([node], names[kind.refers], what, kind)
    elif isinstance(kind, ListOf):
        for item in node.items:
            yield from _references(item, kind.item, names, topics)
    elif isinstance(kind, Table):
        for key, value in node.pairs():
            yield from _references(key, kind.name, names, topics)
            yield from _references(value, kind.value, names, topics)
    elif isinstance(kind, Record):
        for key, value in node.pairs():
            if key.text in kind.fields:
                yield from _references(value, kind.fields[key.text].kind, names, topics)


def _unknown(nodes: Iterable[Node], known: Collection[str], what: str, kind: Text) -> Iterator[Problem]:
    for node in nodes:
        if written(node) and kind.fits(node.text) and node.text not in known:
            hint = suggestion(node.text, known, "correct it, remove it or add what is missing")
            yield fault(node, f"'{shown(node.text)}' is no {what} of this file{hint}")


def _own_relations(entries: Iterable[Node]) -> Iterator[Problem]:
    for entry in entries:
        own = entry.get("id")
        for node in entry.children("related"):
            if own and node.text == own.text and written(node):
                yield fault(node, f"'{shown(node.text)}' is this entry itself: remove it from 'related'")


def _said_twice(record: Node, sources: Mapping[str, Node]) -> Iterator[Problem]:
    """Yield what an entry or a red flag names twice, and would show twice: a topic, another entry, a source."""
    for name in ("topics", "related", "sources"):
        first: dict[Any, Node] = {}
        for node in record.children(name):
            source = node if node.kind == MAPPING else sources.get(node.text) if name == "sources" else None
            said = [source.get(field) for field in Source._fields] if source else [node]
            other = first.setdefault(tuple(one.text if one else "" for one in said), node)
            if other is not node and any(map(written, said)):
                yield fault(node, f"this stands in '{name}' on line {other.line} already: remove one of the two")


def _notice(notice: Node) -> Iterator[Problem]:
    if not notice.get("level") and not notice.get("door"):
        yield fault(notice, "this notice has neither a 'level' nor a 'door': add one of them")
    if not any(notice.get(field) for field in ("text", "if", "use")):
        yield fault(notice, "this notice has no 'text' and no conditions under 'if': add one of them")


def _stage(stage: Node) -> Iterator[Problem]:
    first, last = stage.get("from_day"), stage.get("to_day")
    if first and last and all(DAY.fullmatch(day.text) for day in (first, last)) and int(last.text) < int(first.text):
        yield fault(last, f"this stage ends on day {last.text}, before it begins on day {first.text}: swap the two")


def _asked(root: Node) -> Iterator[Problem]:
    """Yield lines of 'asked' that say the same as another one, and those that are labelled in two ways."""
    first: dict[str, tuple[int, str]] = {}
    for where, node in _lines(root.get("asked")):
        text = node.get("ask") if node.kind == MAPPING else node
        if text is None or not written(text):
            continue
        words = normal_form(text.text)
        if not words:
            yield fault(text, f"'{shown(text.text)}' has no words in it: write it as it was typed, or remove it")
        elif words in first:
            line, other = first[words]
            how = "remove one of them" if other == where else f"there it is under {other}, here under {where}: keep one"
            yield fault(text, f"'{shown(text.text)}' stands on line {line} already: {how}")
        else:
            first[words] = (text.line, where)


def _lines(asked: Node | None) -> Iterator[tuple[str, Node]]:
    if asked is None:
        return
    for key, lines in asked.table("entries"):
        yield from ((key.text, node) for node in lines.items)
    for key, sign in asked.table("signs"):
        yield from ((f"{key.text}, {level.text}", node) for level, lines in sign.pairs() for node in lines.items)
    for section in ("ordinary", "other"):
        yield from ((section, node) for node in asked.children(section))
