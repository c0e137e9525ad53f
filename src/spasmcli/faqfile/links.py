"""The checks of an FAQ file that need more than one value: names that refer to each other, and what must not repeat.

They walk the tree as it was read, companions included, so that they work on the sound parts of a file that has faults
elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from spasmcli.advice import PLACES
from spasmcli.errors import Problem
from spasmcli.faqfile.schema import (
    FILE, GROUP_USED, Either, Kind, ListOf, Record, Table, Text, fault, shown, suggestion,
)  # fmt: skip
from spasmcli.faqfile.tree import BAD, LIST, MAPPING, TEXT, Node
from spasmcli.patterns import condition, parse
from spasmcli.records import EMERGENCY, PHONE_LISTS, SOON, URGENT
from spasmcli.text.phrases import PhraseError, symbols
from spasmcli.text.words import normal_form

_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_OPERATOR = re.compile(r"[<>=+~]")
#: Fields whose texts may hold numbers in braces.
_WITH_NUMBERS = ("lead", "advice", "more")
_NOW, _TODAY = re.compile(r"\bnow\b", re.IGNORECASE), re.compile(r"\btoday\b", re.IGNORECASE)
#: How a sentence begins that may name a more serious level than its own.
_GO_IF = re.compile(r"(?i)do not wait|go (?:there|to)|call|if ")


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
        "entry": _ids(entries), "flag": _names(flags, "id"), "topic": _names(root.children("topics"), "name"),
        "door": _keys(root, "doors"), "set": _keys(root, "condition_sets"), "source": _keys(root, "sources"),
    }  # fmt: skip
    yield from _references(root, FILE, names, bool(root.get("topics")))
    yield from _own_relations(entries)
    yield from _groups(root)
    for notice in (notice for entry in entries for notice in entry.children("notices")):
        yield from _notice(notice)
    yield from _flags(root, flags)
    yield from _asked(root)


def _written(node: Node | None) -> bool:
    """Whether *node* is a text that can be compared with others."""
    return node is not None and node.kind == TEXT and bool(node.text.strip())


def _names(records: Iterable[Node], field: str) -> dict[str, None]:
    """Return the names that *records* give themselves in *field*, even those of a wrong form."""
    nodes = (record.get(field) for record in records)
    return {node.text: None for node in nodes if node and node.kind != BAD and node.text}


def _ids(entries: Iterable[Node]) -> dict[str, None]:
    from spasmcli.faqfile.check import entry_id

    made = (entry_id(question.text) for entry in entries if not entry.get("id") and (question := entry.get("question")))
    return {**_names(entries, "id"), **dict.fromkeys(made)}


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
    ids = {normal_form(name.text): entry for entry in entries if _written(name := entry.get("id")) and name}
    for entry in entries:
        question = entry.get("question")
        for node in (*((question,) if question else ()), *entry.children("aliases")):
            if not _written(node):
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
        if not name or not _written(name):
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
        if _written(node) and kind.fits(node.text) and node.text not in known:
            hint = suggestion(node.text, known, "correct it, remove it or add what is missing")
            yield fault(node, f"'{shown(node.text)}' is no {what} of this file{hint}")


def _own_relations(entries: Iterable[Node]) -> Iterator[Problem]:
    for entry in entries:
        own = entry.get("id")
        for node in entry.children("related"):
            if own and node.text == own.text and _written(node):
                yield fault(node, f"'{shown(node.text)}' is this entry itself: remove it from 'related'")


# --- Groups and patterns ----------------------------------------------------------------------------------------


def _groups(root: Node) -> Iterator[Problem]:
    """Yield what is wrong with groups, with the phrases in them, and with the patterns that use them."""
    sections = ("vocabulary", "concepts", "signs")
    named: dict[str, Node] = {}
    for section in sections:
        for key, _ in root.table(section):
            if key.text in named:
                line = named[key.text].line
                yield fault(key, f"the group '{shown(key.text)}' is on line {line} already: rename one of the two")
            named.setdefault(key.text, key)
    uses: dict[str, set[str]] = {}
    for section in sections:
        for key, phrases in root.table(section):
            used = uses.setdefault(key.text, set())
            for phrase in phrases.items:
                yield from _phrase(phrase, phrase.text, named, used)
    yield from _shared_words(root)
    yield from _circles(uses, named)
    for node in (*root.children("cancels"), *root.children("others")):
        if _written(node) and GROUP_USED.fits(node.text):
            yield from _unknown_group(node, node.text.lower(), named)
    for flag in root.children("red_flags"):
        for block in (flag, *flag.children("also"), *flag.children("raise"), *flag.children("hints")):
            yield from _patterns(block, named)


def _phrase(node: Node, phrase: str, groups: Collection[str], used: set[str] | None = None) -> Iterator[Problem]:
    """Yield what is wrong with a *phrase* written at *node*; add the groups that it names to *used*."""
    if not _written(node):
        return
    try:
        names = [symbol[1:] for symbol in symbols(phrase) if symbol.startswith("#")]
    except PhraseError as error:
        yield fault(node, f"{error}: add a word or remove it")
        return
    for name in names:
        yield from _unknown_group(node, name, groups)
    if used is not None:
        used.update(names)


def _unknown_group(node: Node, name: str, groups: Collection[str]) -> Iterator[Problem]:
    if name not in groups:
        known = [group.upper() for group in groups]
        hint = suggestion(name.upper(), known, "add it to 'concepts', or write the word small")
        yield fault(node, f"'{shown(name.upper())}' is no group of this file{hint}")


def _shared_words(root: Node) -> Iterator[Problem]:
    """Yield synonyms that stand in two groups: a word cannot mean two things."""
    first: dict[tuple[str, ...], tuple[str, int]] = {}
    for key, phrases in root.table("vocabulary"):
        for node in phrases.items:
            try:
                words = symbols(node.text) if _written(node) else ()
            except PhraseError:
                continue  # reported with the phrase
            group, line = first.setdefault(words, (key.text, node.line))
            if words and group != key.text:
                where = f"in the group '{group}' on line {line} already"
                yield fault(node, f"'{shown(node.text)}' is {where}: keep one of the two")


def _circles(uses: dict[str, set[str]], groups: dict[str, Node]) -> Iterator[Problem]:
    """Yield each circle of groups that use each other."""
    while True:
        try:
            TopologicalSorter(uses).prepare()
            return
        except CycleError as error:
            circle: list[str] = error.args[1]
            first = min(circle, key=lambda name: groups[name].line)
            uses = {name: used for name, used in uses.items() if name not in circle}
            names = ", ".join(sorted(set(circle)))
            yield fault(groups[first], f"the groups {names} use each other in a circle: take one out of the other")


def _patterns(block: Node, groups: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with the patterns and exceptions of a red flag or one of its blocks."""
    for node in block.children("patterns"):
        if not _written(node):
            continue
        try:
            terms, _, exceptions = parse(node.text)
        except PhraseError as error:
            yield fault(node, f"{error}: mend the pattern or remove it")
            continue
        for term in (*terms, *exceptions):
            yield from _term(node, term, groups)
    for node in block.children("unless"):
        yield from _term(node, node.text, groups)


def _term(node: Node, term: str, groups: Collection[str]) -> Iterator[Problem]:
    if condition(term):
        return
    if _written(node) and _OPERATOR.search(term):
        # It would be looked for as words, and never found.
        how = "write it as 'age >= 65' or 'lasting > 6 weeks', and put spaces around + and ~"
        yield fault(node, f"'{shown(term)}' cannot be looked for: {how}")
        return
    yield from _phrase(node, term, groups)


# --- Notices, red flags and what they say -----------------------------------------------------------------------


def _notice(notice: Node) -> Iterator[Problem]:
    if not notice.get("level") and not notice.get("door"):
        yield fault(notice, "this notice has neither a 'level' nor a 'door': add one of them")
    if not any(notice.get(field) for field in ("text", "if", "use")):
        yield fault(notice, "this notice has no 'text' and no conditions under 'if': add one of them")


def _flags(root: Node, flags: Iterable[Node]) -> Iterator[Problem]:
    doors = {key.text: value for key, value in root.table("doors")}
    cancels = {node.text.lower() for node in root.children("cancels")}
    for door in doors.values():
        yield from _numbers(door, root)
        yield from _said(door, door, _text(door, "level"))
    for flag in flags:
        if not flag.get("raise"):
            for field in ("level", "advice", "patterns"):
                if not flag.get(field):
                    yield fault(flag, f"this red flag has no 'raise', and no '{field}' either: add one of them")
        for block in (flag, *flag.children("raise")):
            yield from _numbers(block, root)
            for node in block.children("despite"):
                if _written(node) and GROUP_USED.fits(node.text) and node.text.lower() not in cancels:
                    yield fault(node, f"'{shown(node.text)}' is not in 'cancels': add it there or remove it here")
        for item in flag.children("raise"):
            door = doors.get(_text(item, "door"))
            level = _text(item, "level") or (_text(door, "level") if door else "")
            if not level:
                yield fault(item, "this 'raise' item has neither a 'level' nor a 'door': add one of them")
            elif not item.get("lead") and not door:
                yield fault(item, "this 'raise' item has no 'lead' and no 'door' that has one: add one of them")
            yield from _said(item, door or item, level)


def _text(node: Node | None, name: str) -> str:
    field = node.get(name) if node else None
    return field.text if field else ""


def _said(item: Node, door: Node, level: str) -> Iterator[Problem]:
    """Yield advice that contradicts its level: an emergency without whom to call or where to go, "now" below one."""
    node = item.get("lead") or door.get("lead")
    if node is None or not _written(node):
        return
    if level == EMERGENCY and not _BRACES.search(node.text) and not _NOW.search(node.text):
        yield fault(node, "an emergency must say what to do now: name a number or a place, such as {emergency_numbers}")
    said = [node, *item.children("more")]
    for text in said:
        for sentence in re.split(r"(?<=[.?!]) ", text.text):
            if level in (URGENT, SOON) and _NOW.search(sentence) and not _GO_IF.match(sentence):
                yield fault(text, f"'{shown(sentence)}' says 'now' at the level {level}: leave it out or raise the level")
            if level == SOON and _TODAY.search(sentence) and not _GO_IF.match(sentence):
                yield fault(text, f"'{shown(sentence)}' says 'today' at the level soon: begin it with 'Do not wait:'")


def _numbers(block: Node, root: Node) -> Iterator[Problem]:
    """Yield placeholders in the texts of a red flag or door that nothing would fill."""
    for name in _WITH_NUMBERS:
        field = block.get(name)
        for node in () if field is None else (field.items or (field,)):
            for found in _BRACES.findall(node.text) if node.kind == TEXT else ():
                if found[1:-1] not in PLACES:
                    allowed = ", ".join(f"{{{place}}}" for place in PLACES)
                    yield fault(node, f"'{name}' holds {shown(found)}: only {allowed} may stand in braces")
                elif (kind := PLACES[found[1:-1]]) in PHONE_LISTS and not root.children(kind):
                    yield fault(node, f"'{name}' holds {found} but the file has no such numbers: add '{kind}'")


def _asked(root: Node) -> Iterator[Problem]:
    """Yield lines of 'asked' that say the same as another one, and those that are labelled in two ways."""
    first: dict[str, tuple[int, str]] = {}
    for where, node in _lines(root.get("asked")):
        text = node.get("ask") if node.kind == MAPPING else node
        if text is None or not _written(text):
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
