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
from spasmcli.faqfile.faults import below, fault, line_of, plain, repeated, shown, suggestion, twice
from spasmcli.faqfile.schema import DAY, FILE, Kind, Text
from spasmcli.faqfile.signs import sign_faults, written
from spasmcli.faqfile.tree import BAD, LIST, MAPPING, NOTHING, Node
from spasmcli.records import Source
from spasmcli.text.words import normal_form

#: What each name in a section is the name of.
_NAMED = {
    "doors": "door", "condition_sets": "condition set", "sources": "source", "elsewhere": "list of numbers",
    "vocabulary": "group", "concepts": "group",
}  # fmt: skip
_NO_ID = re.compile(r"[^a-z0-9]+")


def tree_faults(root: Node) -> Iterator[Problem]:
    """Yield every bad node of the tree, and every key that a mapping has twice."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.kind == BAD:
            yield fault(node, node.text)
        waiting += (*node.keys, *node.items)
        for key, first in repeated((key.text, key) for key in node.keys if key.kind not in (BAD, LIST, MAPPING)):
            yield twice(f"'{shown(key.text)}'", key, first, "keep one of the two")


def link_faults(root: Node) -> Iterator[Problem]:
    """Yield what is wrong between the parts of the FAQ file *root*."""
    entries, flags, topics = map(root.children, ("entries", "red_flags", "topics"))
    for records, field, what in ((entries, "id", "entry"), (flags, "id", "red flag"), (topics, "name", "topic")):
        for name, first in repeated(_names(records, field)):
            yield twice(f"the {what} '{shown(name.text)}'", name, first, "rename one of the two")
    yield from _named_twice(root)
    yield from _questions(entries)
    yield from _alike(entries)
    sources = root.named("sources")
    names: dict[str, Mapping[str, Any]] = {
        "entry": dict.fromkeys(entry_ids(entries)), "flag": dict(_names(flags, "id")),
        "door": root.named("doors"), "set": root.named("condition_sets"), "source": sources,
    }  # fmt: skip
    if root.get("topics"):  # topics need be declared only where any is
        names["topic"] = dict(_names(topics, "name"))
    yield from _references(root, FILE, names)
    yield from _own_relations(entries)
    for record in (*entries, *flags):
        yield from _said_twice(record, sources)
    for notice in (notice for entry in entries for notice in entry.children("notices")):
        yield from _notice(notice)
    for stage in (stage for entry in entries for stage in entry.children("timeline")):
        yield from _stage(stage)
    yield from sign_faults(root)
    yield from _asked(root)


def _named_twice(root: Node) -> Iterator[Problem]:
    """Yield sections and names that two files give, and groups of two sections; one mapping is told with the tree."""
    names = [("section", "", key) for key in root.keys]
    names += [(what, section, key) for section, what in _NAMED.items() for key, _ in root.table(section)]
    first: dict[tuple[str, str], tuple[str, Node]] = {}
    for what, section, key in names:
        its_section, known = first.setdefault((what, key.text), (section, key))
        if written(key) and (its_section, known.file) != (section, key.file):
            yield twice(f"the {what} '{shown(key.text)}'", key, known, "rename or remove one of the two")


def _names(records: Iterable[Node], field: str) -> Iterator[tuple[str, Node]]:
    """Yield the names that *records* give themselves in *field*, even those of a wrong form, and where they stand."""
    nodes = (record.get(field) for record in records)
    return ((node.text, node) for node in nodes if node and node.kind != BAD and node.text)


def entry_ids(entries: Sequence[Node]) -> list[str]:
    """Return the ids of *entries*: the written one, or the words of the question in small letters, joined by dashes.

    Where an earlier entry made the same, or one wrote it, a number follows: an entry keeps its id if others come after.
    """
    taken = set(dict(_names(entries, "id")))
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


def _questions(entries: Iterable[Node]) -> Iterator[Problem]:
    """Yield questions and aliases that have no words, or the same words as another one or the id of another entry."""
    texts: dict[str, Node] = {}
    ids = {normal_form(name.text): entry for entry in entries if written(name := entry.get("id"))}
    for entry in entries:
        for node in [one for one in (entry.get("question"), *entry.children("aliases")) if written(one)]:
            words = normal_form(node.text)
            if not words:
                yield fault(node, f"'{shown(node.text)}' has no words in it: write it as people ask it, or remove it")
            elif words in texts:
                where = f"asked on {line_of(texts[words], node)}"
                yield fault(node, f"'{shown(node.text)}' is {where} already: remove one of them")
            elif ids.get(words, entry) is not entry:
                where = line_of(ids[words], node)
                yield fault(node, f"'{shown(node.text)}' is the id of the entry on {where}: word it apart")
            texts.setdefault(words, node)


def _alike(entries: Iterable[Node]) -> Iterator[Problem]:
    """Yield ids that differ by punctuation alone: asked for, they could not be told apart."""
    names = ((normal_form(text), name) for text, name in _names(entries, "id") if written(name))
    for name, other in repeated(names):
        if other.text != name.text:
            like = f"reads like '{shown(other.text)}' on {line_of(other, name)}"
            yield fault(name, f"'{shown(name.text)}' {like}: rename one")


def _references(node: Node, kind: Kind, names: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """Yield every name below *node* that refers to nothing, of the kinds of *names*."""
    kind = plain(kind, node)
    if isinstance(kind, Text) and kind.refers in names and written(node) and kind.fits(node.text):
        known = names[kind.refers]
        if node.text not in known:
            what = {"flag": "red flag", "set": "condition set"}.get(kind.refers, kind.refers)
            hint = suggestion(node.text, known, "correct it, remove it or add what is missing")
            yield fault(node, f"'{shown(node.text)}' is no {what} of this file{hint}")
    for part, its_kind, _ in below(node, kind):
        yield from _references(part, its_kind, names)


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
    if stage.kind == MAPPING and not any(stage.get(field) for field in ("usual", "do", "see")):
        yield fault(stage, "this stage says nothing: give it 'usual', 'do' or 'see'")
    first, last = stage.get("from_day"), stage.get("to_day")
    if first and last and all(DAY.fullmatch(day.text) for day in (first, last)) and int(last.text) < int(first.text):
        yield fault(last, f"this stage ends on day {last.text}, before it begins on day {first.text}: swap the two")


def _asked(root: Node) -> Iterator[Problem]:
    """Yield lines of 'asked' that say the same as another one, and those that are labelled in two ways."""
    first: dict[str, tuple[Node, str]] = {}
    for where, node in _lines(root.get("asked") or NOTHING):
        text = node.get("ask") if node.kind == MAPPING else node
        if not written(text):
            continue
        words = normal_form(text.text)
        if not words:
            yield fault(text, f"'{shown(text.text)}' has no words in it: write it as it was typed, or remove it")
        elif words in first:
            known, other = first[words]
            how = "remove one of them" if other == where else f"there it is under {other}, here under {where}: keep one"
            yield fault(text, f"'{shown(text.text)}' stands on {line_of(known, text)} already: {how}")
        else:
            first[words] = (text, where)


def _lines(asked: Node) -> Iterator[tuple[str, Node]]:
    for key, lines in asked.table("entries"):
        yield from ((key.text, node) for node in lines.items)
    for key, sign in asked.table("signs"):
        yield from ((f"{key.text}, {level.text}", node) for level, lines in sign.pairs() for node in lines.items)
    for section in ("ordinary", "other"):
        yield from ((section, node) for node in asked.children(section))
