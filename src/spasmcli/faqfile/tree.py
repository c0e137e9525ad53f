"""YAML read into a tree that knows lines and columns.

The tree is built here from libyaml's events, not by a YAML loader: a loader crashes on deep nesting, keeps only
the last of two equal keys, turns ``no`` into false, and says nothing about lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import yaml

from spasmcli.errors import FAQError, Problem

#: Deepest nesting that is read; a real file needs six levels.
MAX_DEPTH = 50
#: Most YAML events that are read: some 40,000 entries, and about 400 MB of memory at the very worst.
MAX_EVENTS = 2_000_000
_SHOWN_CONTROLS = 20
_IN_QUOTES = "which is not allowed: remove it, or put the whole text in quotes"

MAPPING, LIST, TEXT = "mapping", "list", "str"
#: Kind of a node that may not be in the file at all; its text is the message to report.
BAD = "bad"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_KINDS = {_CORE + tag: tag for tag in ("bool", "int", "float", "null")} | {_CORE + "timestamp": "date"}
_TAGS = frozenset({None, "!", *_KINDS, _CORE + "str", _CORE + "map", _CORE + "seq"})
#: What YAML itself refuses in a file or, other than editors, takes for the end of a line; and what could steer a
#: terminal if it came from an escape such as "\e".
_RAW_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|\n")
#: A space that looks like one but is none to YAML, where a line is indented or its value begins.
_ODD_SPACE = "[\xa0\u1680\u2000-\u200b\u202f\u205f\u3000]"
_ODD_PLACE = re.compile(f"(?m)^(?: *(?:- *)?|[^#\n:]*:)({_ODD_SPACE})")
#: A whole text in typographic quotes, which to YAML are letters like any others.
_SMART_QUOTED = re.compile("[“”„«][^“”„«»]*[“”»]|[‘’‚][^‘’‚]*[‘’]")
#: Part of a message of PyYAML or libyaml, and the same in plain words.
_PLAIN_WORDS = (
    ("tab character", "a tab cannot indent a line: use spaces"),
    ("Unicode character escape", "YAML knows no halves of a character: write it itself, or as \\U and eight digits"),
    ("unknown escape", "this backslash means nothing in double quotes: write \\\\ or use single quotes"),
    ("mapping values are not allowed", "': ' cannot stand here: put the text in quotes, or mend the indentation"),
    ("entries are not allowed", "a list cannot begin here: begin it on the next line, or put the text in quotes"),
    ("keys are not allowed", "a text that begins with '?' must be in quotes"),
    ("alphabetic or numeric", "a text that begins with '*' or '&' must be in quotes"),
    ("expected ':'", "a colon is missing after this name, or the line is not indented far enough"),
    ("expected key", "this does not fit the lines above: mend the indentation, a quote or a missing colon"),
    ("'-' indicator", "this does not fit the list above: mend the indentation, or begin the line with '- '"),
    ("node content", "a value is missing here, or a text that begins with a bracket must be in quotes"),
    ("<block end>", "this does not fit the lines above: mend the indentation, a quote or a missing colon"),
    ("',' or ']'", "the list that begins with '[' lacks a comma or its closing ']'"),
    ("',' or '}'", "the text that begins with '{' must be in quotes, or lacks its closing '}'"),
)  # fmt: skip


class Node(NamedTuple):
    """A piece of YAML: a scalar with its *text*, a list with its *items*, or a mapping.

    A mapping has its *keys* and, as *items*, their values (a tuple of pairs would crash mypy 2.4).

    *kind* is ``mapping``, ``list``, ``bad``, or what YAML takes the scalar for: ``str``, ``bool``, ``int``,
    ``float``, ``date``, ``null``. *line* and *column* count from 1. *file* is the name of the companion that it is of.
    """

    kind: str
    line: int
    column: int
    text: str = ""
    items: tuple[Node, ...] = ()
    keys: tuple[Node, ...] = ()
    file: str = ""

    def of(self, file: str) -> Node:
        """Return this node and all below it as those of the companion *file*."""
        parts = [tuple([part.of(file) for part in parts]) for parts in (self.items, self.keys)]
        return self._replace(items=parts[0], keys=parts[1], file=file)

    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """Return the keys of a mapping with their values; nothing for any other node."""
        return zip(self.keys, self.items, strict=False)

    def get(self, name: str) -> Node | None:
        """Return the value of the field *name*, or None."""
        return next((value for key, value in self.pairs() if key.text == name), None)

    def text_of(self, name: str) -> str:
        """Return the text of the field *name*, or an empty string."""
        return (self.get(name) or NOTHING).text

    def children(self, name: str) -> tuple[Node, ...]:
        """Return the items of the list in the field *name*; nothing if there is no such list."""
        node = self.get(name)
        return node.items if node and node.kind == LIST else ()

    def table(self, name: str) -> Iterator[tuple[Node, Node]]:
        """Return the pairs of the mapping in the field *name*; nothing if there is no such mapping."""
        return (self.get(name) or NOTHING).pairs()

    def named(self, name: str) -> dict[str, Node]:
        """Return the values of the mapping in the field *name* by their keys."""
        return {key.text: value for key, value in self.table(name)}


#: What stands where nothing stands.
NOTHING = Node("null", 1, 1)


def parse(data: bytes) -> Node:
    """Return the one YAML document in *data* (UTF-8, or UTF-16 with a byte order mark) as a tree.

    What is refused but leaves the rest readable (aliases, tags, control characters written as escapes) becomes a
    ``bad`` node, so that the checker can report it together with all else. Where the rest cannot be
    read, the FAQError says where.
    """
    text = _decode(data)
    if raw := [_control(text, match) for match in islice(_RAW_CONTROL.finditer(text), _SHOWN_CONTROLS)]:
        raise _refusal(*raw)
    try:
        return _tree(_LOADER(text))
    except yaml.MarkedYAMLError as error:
        raise _refusal(_syntax(error, text)) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the pure Python loader on a bad "\U" escape
        raise _refusal(Problem(1, 1, f"this is not valid YAML: {str(error).splitlines()[0]}")) from None


def _refusal(*problems: Problem) -> FAQError:
    line, column, message = problems[0]
    return FAQError(f"line {line}, column {column}: {message}", problems)


def _at(text: str, index: int) -> tuple[int, int]:
    """Return the line and column of the character at *index*."""
    ends = [end.end() for end in _LINE_END.finditer(text, 0, index)]
    return len(ends) + 1, index - (ends[-1] if ends else 0) + 1


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "ignore").removeprefix("\ufeff")
        wrong = f"the byte 0x{data[error.start]:02X} at byte offset {error.start} is not {encoding.upper()}"
        raise _refusal(Problem(*_at(before, len(before)), f"{wrong}: save the file as UTF-8")) from None


def _control(text: str, match: re.Match[str]) -> Problem:
    name = f"U+{ord(match.group()):04X}"
    return Problem(*_at(text, match.start()), f"the character {name} is not allowed in a text file: remove it")


def _tree(loader: Any) -> Node:
    """Build the tree from the events of *loader*, without recursion."""
    root: list[Node] = []
    items = root
    above: list[tuple[yaml.CollectionStartEvent, list[Node]]] = []
    for _ in range(MAX_EVENTS):
        event: Any = loader.get_event()
        if isinstance(event, yaml.ScalarEvent):
            items.append(_scalar(event, loader))
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(above) == MAX_DEPTH:
                told = f"more than {MAX_DEPTH} levels of nesting: an FAQ needs no more than ten"
                raise _refusal(Problem(*_place(event), told))
            above.append((event, items))
            items = []
        elif isinstance(event, yaml.CollectionEndEvent):
            start, outer = above.pop()
            outer.append(_collection(start, items))
            items = outer
        elif isinstance(event, yaml.AliasEvent):
            items.append(Node(BAD, *_place(event), f"'*{event.anchor}' is read as a YAML alias, {_IN_QUOTES}"))
        elif isinstance(event, yaml.DocumentStartEvent) and root:
            told = "a second YAML document begins here: remove the '---' between them"
            raise _refusal(Problem(*_place(event), told))
        elif isinstance(event, yaml.StreamEndEvent):
            return root[0] if root else NOTHING
    raise _refusal(Problem(*_place(event), "the file holds more than can be read: split it"))


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _refused(event: Any) -> str:
    """Return what is wrong with an anchor or tag of *event*, both of which would silently drop a word of a text."""
    if event.anchor is not None:
        return f"'&{event.anchor}' is read as a YAML anchor, {_IN_QUOTES}"
    if event.tag not in _TAGS:
        return f"'{event.tag.replace(_CORE, '!!')}' is read as a YAML tag, {_IN_QUOTES}"
    return ""


def _wrong(event: yaml.ScalarEvent) -> str:
    """Return what is wrong with the text of *event*, or nothing."""
    text: str = event.value
    # Only an escape in double quotes can still bring a control character in.
    if event.style == '"' and (control := _CONTROL.search(text)):
        before = " ".join(text[: control.start()].split())[-20:]
        where = f"after '{before}'" if before else "at the beginning of the text"
        return f"the control character U+{ord(control.group()):04X} {where} is not allowed: remove it"
    if not event.style and _SMART_QUOTED.fullmatch(text):
        return f"the quotes {text[0]}{text[-1]} are shown with the text: use straight ones, or put them round it all"
    return _refused(event)


def _scalar(event: yaml.ScalarEvent, loader: Any) -> Node:
    if wrong := _wrong(event):
        return Node(BAD, *_place(event), wrong)
    tag: Any = loader.resolve(yaml.ScalarNode, event.value, event.implicit) if event.implicit[0] else event.tag
    return Node(_KINDS.get(tag, TEXT), *_place(event), event.value)


def _collection(start: yaml.CollectionStartEvent, items: list[Node]) -> Node:
    if wrong := _refused(start):
        return Node(BAD, *_place(start), wrong)
    if isinstance(start, yaml.SequenceStartEvent):
        return Node(LIST, *_place(start), items=tuple(items))
    for key in items[::2]:
        if re.match(_ODD_SPACE, key.text):  # what it was to indent is lost, and would be missed elsewhere
            raise _refusal(_odd_space(key.text[0], key.line, key.column))
    return Node(MAPPING, *_place(start), items=tuple(items[1::2]), keys=tuple(items[::2]))


def _odd_space(char: str, line: int, column: int) -> Problem:
    return Problem(line, column, f"the character U+{ord(char):04X} stands where a space belongs: put one there")


def _syntax(error: yaml.MarkedYAMLError, text: str) -> Problem:
    """Return what libyaml or PyYAML says about a syntax error in plain words."""
    mark: Any = error.problem_mark or error.context_mark
    problem = error.problem or "unknown fault"
    if odd := _ODD_PLACE.search(text):
        return _odd_space(odd[1], *_at(text, odd.start(1)))
    if "quoted scalar" in (error.context or "") and "unexpected" in problem and error.context_mark:
        mark, message = error.context_mark, "the quote that opens here is never closed: close it"
    elif "cannot start any token" in problem:
        char = text[mark.index : mark.index + 1]
        plain = f"a text that begins with '{char}' must be in quotes"
        message = "a tab cannot indent a line: use spaces" if char == "\t" else plain
    else:
        found = (plain for part, plain in _PLAIN_WORDS if part in problem)
        message = next(found, f"this is not valid YAML: {problem}")
    # At the end of a file without a last newline libyaml names the line after it.
    line, column = (mark.line + 1, mark.column + 1) if mark.index < len(text) else _at(text, len(text))
    return Problem(line, column, message)
