"""The checks of warning signs in an FAQ file: groups of phrases, the patterns made of them, and what is said.

Like `links`, they walk the tree as it was read, companions included.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import TypeGuard

from spasmcli.errors import Problem
from spasmcli.faqfile.faults import fault, line_of, shown, suggestion
from spasmcli.faqfile.schema import GROUP_USED
from spasmcli.faqfile.tree import NOTHING, TEXT, Node
from spasmcli.patterns import condition, parse
from spasmcli.records import EMERGENCY, PHONE_LISTS, PLACES, SOON, URGENT
from spasmcli.text.phrases import PhraseError, symbols

_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_OPERATOR = re.compile(r"[<>=+~]")
#: Fields whose texts may hold numbers in braces.
_WITH_NUMBERS = ("lead", "more")
_NOW, _TODAY = re.compile(r"\bnow\b", re.IGNORECASE), re.compile(r"\btoday\b", re.IGNORECASE)
#: How a sentence begins that may name a more serious level than its own.
_GO_IF = re.compile(r"(?i)do not wait|go (?:there|to)|call|if ")


def sign_faults(root: Node) -> Iterator[Problem]:
    """Yield what is wrong with the groups, red flags and doors of the FAQ file *root*."""
    yield from _groups(root)
    yield from _flags(root)
    yield from _unfilled(root)


def written(node: Node | None) -> TypeGuard[Node]:
    """Whether *node* is a text that can be compared with others."""
    return node is not None and node.kind == TEXT and bool(node.text.strip())


def _groups(root: Node) -> Iterator[Problem]:
    groups = [group for section in ("vocabulary", "concepts") for group in root.table(section)]
    named: dict[str, Node] = {}
    uses: dict[str, set[str]] = {}
    for key, _ in groups:
        named.setdefault(key.text, key)
    for key, phrases in groups:
        used = uses.setdefault(key.text, set())
        for phrase in filter(written, phrases.items):
            yield from _phrase(phrase, phrase.text, named, used)
    yield from _shared_words(root)
    yield from _circles(uses, named)
    for node in (*root.children("cancels"), *root.children("others")):
        if written(node) and GROUP_USED.fits(node.text):
            yield from _unknown_group(node, node.text.lower(), named)
    for flag in root.children("red_flags"):
        for block in (*flag.children("raise"), *flag.children("hints")):
            yield from _patterns(block, named)


def _phrase(node: Node, phrase: str, groups: Collection[str], used: set[str] | None = None) -> Iterator[Problem]:
    """Yield what is wrong with a *phrase* written at *node*; add the groups that it names to *used*."""
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
    first: dict[tuple[str, ...], tuple[str, Node]] = {}
    for key, phrases in root.table("vocabulary"):
        for node in filter(written, phrases.items):
            try:
                words = symbols(node.text)
            except PhraseError:
                continue  # reported with the phrase
            group, known = first.setdefault(words, (key.text, node))
            if words and group != key.text:
                where = f"in the group '{group}' on {line_of(known, node)} already"
                yield fault(node, f"'{shown(node.text)}' is {where}: keep one of the two")


def _circles(uses: dict[str, set[str]], groups: dict[str, Node]) -> Iterator[Problem]:
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
    for node in filter(written, block.children("patterns")):
        try:
            terms, _, exceptions = parse(node.text)
        except PhraseError as error:
            yield fault(node, f"{error}: mend the pattern or remove it")
            continue
        for term in (*terms, *exceptions):
            yield from _term(node, term, groups)
    for node in filter(written, block.children("unless")):
        yield from _term(node, node.text, groups)


def _term(node: Node, term: str, groups: Collection[str]) -> Iterator[Problem]:
    if condition(term):
        return
    if _OPERATOR.search(term):
        # It would be looked for as words, and never found.
        how = "write it as 'age >= 65' or 'lasting > 6 weeks', and put spaces around + and ~"
        yield fault(node, f"'{shown(term)}' cannot be looked for: {how}")
    else:
        yield from _phrase(node, term, groups)


def _flags(root: Node) -> Iterator[Problem]:
    doors = root.named("doors")
    cancels = {node.text.lower() for node in root.children("cancels")}
    for door in doors.values():
        yield from _numbers(door, root)
        yield from _said(door, door, door.text_of("level"))
    lines = (root.get("asked") or NOTHING).named("signs")
    learnt = {sign for sign, said in lines.items() if said.get(URGENT) or said.get(EMERGENCY)}
    for flag in root.children("red_flags"):
        for item in flag.children("raise"):
            yield from _numbers(item, root)
            for node in item.children("despite"):
                if written(node) and GROUP_USED.fits(node.text) and node.text.lower() not in cancels:
                    yield fault(node, f"'{shown(node.text)}' is not in 'cancels': add it there or remove it here")
            its = doors.get(item.text_of("door"), NOTHING)
            level = item.text_of("level") or its.text_of("level")
            if not level:
                yield fault(item, "this 'raise' item has neither a 'level' nor a 'door': add one of them")
            elif not item.get("lead") and its is NOTHING:
                yield fault(item, "this 'raise' item has no 'lead' and no 'door' that has one: add one of them")
            yield from _said(item, its, level)
            # Lines alone raise a sign too, but never for soon.
            if level and not item.children("patterns") and (level == SOON or flag.text_of("id") not in learnt):
                others = "" if level == SOON else ", or lines under its id in the 'signs' of 'asked'"
                yield fault(item, f"nothing can raise this 'raise' item: give it 'patterns'{others}")


def _said(item: Node, door: Node, level: str) -> Iterator[Problem]:
    """Yield advice that contradicts its level: an emergency without whom to call or where to go, "now" below one."""
    node = item.get("lead") or door.get("lead")
    if node is None or node.kind != TEXT:
        return
    if level == EMERGENCY and not _BRACES.search(node.text) and not _NOW.search(node.text):
        yield fault(node, "an emergency must say what to do now: name a number or a place, such as {emergency_numbers}")
    said = [node, *item.children("more")]
    for text in said:
        for sentence in re.split(r"(?<=[.?!]) ", text.text):
            if level in (URGENT, SOON) and _NOW.search(sentence) and not _GO_IF.match(sentence):
                yield fault(
                    text, f"'{shown(sentence)}' says 'now' at the level {level}: leave it out or raise the level"
                )
            if level == SOON and _TODAY.search(sentence) and not _GO_IF.match(sentence):
                yield fault(text, f"'{shown(sentence)}' says 'today' at the level soon: begin it with 'Do not wait:'")


def _numbers(block: Node, root: Node) -> Iterator[Problem]:
    """Yield placeholders in the texts of a red flag or door that nothing would fill."""
    for name in _WITH_NUMBERS:
        field = block.get(name) or NOTHING
        for node in field.items or (field,):
            for found in _BRACES.findall(node.text) if node.kind == TEXT else ():
                if found[1:-1] not in PLACES:
                    allowed = ", ".join(f"{{{place}}}" for place in PLACES)
                    yield fault(node, f"'{name}' holds {shown(found)}: only {allowed} may stand in braces")
                elif (kind := PLACES[found[1:-1]]) in PHONE_LISTS and not root.children(kind):
                    yield fault(node, f"'{name}' holds {found} but the file has no such numbers: add '{kind}'")


def _unfilled(root: Node) -> Iterator[Problem]:
    """Yield placeholders of numbers in texts that nobody fills."""
    waiting = [("", root)]
    while waiting:
        name, node = waiting.pop()
        names = [key.text for key in node.keys] or [name] * len(node.items)
        waiting += zip(names, node.items, strict=False)
        for found in _BRACES.findall(node.text) if node.kind == TEXT and name not in _WITH_NUMBERS else ():
            if found[1:-1] in PLACES:
                how = "numbers are filled in 'lead' and 'more' alone: leave it out"
                yield fault(node, f"'{shown(name)}' holds {found}, but {how}")
