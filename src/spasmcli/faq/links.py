"""The checks of an FAQ file that need more than one value: names that refer to each other, and what must not repeat.

They walk the tree as it was read, so that they work on the sound parts of a file that has faults elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from spasmcli.ask.phrasebook import PhraseError, symbols
from spasmcli.ask.rules import condition, parse
from spasmcli.ask.words import normal_form
from spasmcli.errors import Problem
from spasmcli.faq.fields import GROUP_USED, ID, fault, shown, suggestion
from spasmcli.faq.read import BAD, LIST, MAPPING, TEXT, Node
from spasmcli.model import PHONE_LISTS

_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_OPERATOR = re.compile(r"[<>=+~]")


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
    yield from _references(root, entries, flags)
    yield from _groups(root)
    for flag in flags:
        yield from _advice(flag, root)


def _written(node: Node | None) -> bool:
    """Whether *node* is a text that can be compared with others."""
    return node is not None and node.kind == TEXT and bool(node.text.strip())


def _names(records: Iterable[Node], field: str) -> dict[str, None]:
    """Return the names that *records* give themselves in *field*, even those of a wrong form."""
    nodes = (record.get(field) for record in records)
    return {node.text: None for node in nodes if node and node.kind != BAD and node.text}


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


def _references(root: Node, entries: Iterable[Node], flags: Iterable[Node]) -> Iterator[Problem]:
    ids, flag_ids = _names(entries, "id"), _names(flags, "id")
    topics = _names(root.children("topics"), "name")
    sources = {key.text: None for key, _ in root.table("sources")}
    cancels = {node.text.lower(): None for node in root.children("cancels")}
    fallback = root.get("fallback")
    yield from _unknown([fallback] if fallback else [], ids, "entry")
    for entry in entries:
        own = entry.get("id")
        for node in entry.children("related"):
            if own and node.text == own.text and _written(node):
                yield fault(node, f"'{shown(node.text)}' is this entry itself: remove it from 'related'")
        yield from _unknown(entry.children("related"), ids, "entry")
        if root.get("topics"):
            yield from _unknown(entry.children("topics"), topics, "topic")
        yield from _unknown(entry.children("sources"), sources, "source")
        for notice in entry.children("notices"):
            yield from _unknown(notice.children("when"), flag_ids, "red flag")
    for flag in flags:
        see = flag.get("see")
        yield from _unknown([see] if see else [], ids, "entry")
        yield from _unknown(flag.children("sources"), sources, "source")
        for node in flag.children("despite"):
            if _written(node) and GROUP_USED.fits(node.text) and node.text.lower() not in cancels:
                yield fault(node, f"'{shown(node.text)}' is not in 'cancels': add it there or remove it here")


def _unknown(nodes: Iterable[Node], known: Collection[str], what: str) -> Iterator[Problem]:
    for node in nodes:
        if _written(node) and ID.fits(node.text) and node.text not in known:
            hint = suggestion(node.text, known, "correct it, remove it or add what is missing")
            yield fault(node, f"'{shown(node.text)}' is no {what} of this file{hint}")


def _groups(root: Node) -> Iterator[Problem]:
    """Yield what is wrong with groups, with the phrases in them, and with the patterns that use them."""
    named: dict[str, Node] = {}
    for section in ("vocabulary", "signs"):
        for key, _ in root.table(section):
            if section == "signs" and key.text in named:
                line = named[key.text].line
                yield fault(key, f"the group '{shown(key.text)}' is on line {line} already: rename one of the two")
            named.setdefault(key.text, key)
    uses: dict[str, set[str]] = {}
    for section in ("vocabulary", "signs"):
        for key, phrases in root.table(section):
            used = uses.setdefault(key.text, set())
            for phrase in phrases.items:
                yield from _phrase(phrase, phrase.text, named, used)
    yield from _shared_words(root)
    yield from _circles(uses, named)
    for phrase in (*root.children("inside"), *root.children("outside")):
        yield from _phrase(phrase, phrase.text, named)
    for node in (*root.children("cancels"), *root.children("others")):
        if _written(node) and GROUP_USED.fits(node.text):
            yield from _unknown_group(node, node.text.lower(), named)
    for flag in root.children("red_flags"):
        for block in (flag, *flag.children("also")):
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
        hint = suggestion(name.upper(), known, "add it to 'signs', or write the word small")
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
    """Yield what is wrong with the patterns and exceptions of a red flag or one of its ``also`` blocks."""
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


def _advice(flag: Node, root: Node) -> Iterator[Problem]:
    """Yield placeholders in the advice of a red flag that nothing would fill."""
    node = flag.get("advice")
    if node is None or node.kind != TEXT:
        return
    for found in _BRACES.findall(node.text):
        if found[1:-1] not in PHONE_LISTS:
            allowed = " and ".join(f"{{{name}}}" for name in PHONE_LISTS)
            yield fault(node, f"'advice' holds {shown(found)}: only {allowed} may stand in braces")
        elif not root.children(found[1:-1]):
            yield fault(node, f"'advice' holds {found} but the file has no such numbers: add '{found[1:-1]}'")
