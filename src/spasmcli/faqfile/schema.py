"""What an FAQ file may hold: read off the records, for the faults of one value by itself and for the JSON Schema.

A field is declared in `records`; here stands what its kinds mean, the sections of the file and labelled lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from spasmcli.records import (
    LEVELS,
    MATERNITY,
    NOTICE_LEVELS,
    PHONE_LISTS,
    Condition,
    Door,
    Entry,
    F,
    Link,
    PhoneLine,
    RedFlag,
    Source,
    Topic,
    declared,
)  # fmt: skip


class Text(NamedTuple):
    """A text that is not empty; it must match *pattern* or be one of *choices* if there are any.

    *what* completes "'x' is not ..." and says how to write it. *refers* names what it is the name of, such as "entry".
    """

    what: str = "a text"
    pattern: re.Pattern[str] | None = None
    choices: tuple[str, ...] = ()
    refers: str = ""

    def fits(self, text: str) -> bool:
        """Whether *text* has the form of *pattern*."""
        return not self.pattern or self.pattern.fullmatch(text) is not None


class Day(NamedTuple):
    """The number of a day, from 1 on; where *optional*, nothing may stand there too."""

    optional: bool = False


class ListOf(NamedTuple):
    """A list of at least *least* items of one kind."""

    item: Kind
    least: int = 0


class Field(NamedTuple):
    """A field of a record, and what it is *about*."""

    kind: Kind
    required: bool = False
    about: str = ""


class Record(NamedTuple):
    """A mapping with these *fields* and no others; *what* is its name in messages."""

    what: str
    fields: Mapping[str, Field]


class Table(NamedTuple):
    """A mapping of names that the writer of the file chooses."""

    name: Text
    value: Kind


class Either(NamedTuple):
    """A reference or short form in one word, or the record itself."""

    text: Text
    record: Record


Kind: TypeAlias = Text | Day | ListOf | Record | Table | Either

#: Most days that a timeline may tell of.
LAST_DAY = 99_999
#: How a day is written. YAML takes more for a whole number, such as 0x10 and 12:30.
DAY = re.compile(r"[1-9]\d{0,4}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_AN_ID = "an id: use letters, digits, '-', '_' and '.', no spaces, and begin with a letter or digit"
ANY = Text()
ID = Text(_AN_ID, _ID)
GROUP = Text(
    "a group name: use two or more small letters and digits, with '-' between words",
    re.compile(r"(?=..)[a-z][a-z0-9]*(?:-[a-z0-9]+)*"),
)
#: A group where it is used: in capitals, as in a pattern, or as it is written where it is defined.
GROUP_USED = Text(
    "a group name: write it in capitals, with '-' between words",
    re.compile(r"(?=..)[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*"),
)
#: What the kinds named in `records` mean.
KINDS = {
    "text": ANY, "id": ID, "group-used": GROUP_USED,
    "url": Text("a web address: begin it with https://", re.compile(r"https?://[^\s/]\S*")),
    "region": Text("an ISO 3166 code: write two capitals such as GB", re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")),
    "level": Text("a level", choices=LEVELS), "notice-level": Text("a level", choices=NOTICE_LEVELS),
    **{name: Text(_AN_ID, _ID, refers=name) for name in ("entry", "flag", "topic", "door", "set", "source")},
}  # fmt: skip
#: What messages call the records.
_CALLED = {"PhoneLine": "phone line", "RedFlag": "red flag", "Raise": "'raise' item"}


def record(kind: type, *, optional: str = "") -> Record:
    """Return what a file may hold for a record of class *kind*; the field *optional* too may be left out."""
    defaults = {optional, *kind._field_defaults}  # type: ignore[attr-defined]
    fields = {
        mark.name or name: Field(_kind(hint, mark), name not in defaults, mark.about)
        for name, (hint, mark) in declared(kind).items() if mark.written
    }  # fmt: skip
    return Record(_CALLED.get(kind.__name__, kind.__name__.lower()), fields)


def _kind(hint: Any, mark: F) -> Kind:
    item = getattr(hint, "__args__", (hint,))
    if getattr(hint, "__origin__", None) is tuple:
        return ListOf(_kind(item[0], mark), mark.least)
    if item[0] is int:
        return Day(optional=len(item) > 1)
    if hint in (Condition, Source):
        return Either(KINDS[mark.kind], record(hint))
    return record(hint) if hasattr(hint, "_fields") and hint is not Link else KINDS[mark.kind]


TEXTS = ListOf(ANY)
#: Of what 'elsewhere' tells: the lists of numbers, and maternity units, of which there is no list.
NUMBERS = Text("a list of numbers", choices=(*PHONE_LISTS, MATERNITY))
#: A line that somebody typed: the text, or a record that names more entries that answer it.
LINE = Either(ANY, Record("line", {
    "ask": Field(ANY, True, "The line as it was typed."),
    "wants": Field(ListOf(KINDS["entry"]), False, "Entries that answer it, best first; []: about something else."),
    "or": Field(ListOf(KINDS["entry"]), False, "Entries that answer it too, after the one it stands under."),
}))  # fmt: skip
ASKED_SIGN = Record("sign", {
    **{level: Field(ListOf(LINE), False, f"Lines that state it at level {level}.") for level in reversed(LEVELS)},
    "near": Field(ListOf(LINE), False, "Lines that only sound like it."),
})  # fmt: skip
ASKED = Record("asked", {
    "entries": Field(Table(KINDS["entry"], ListOf(LINE)), False, "By entry, lines that want it."),
    "signs": Field(Table(KINDS["flag"], ASKED_SIGN), False, "By red flag, lines that state it or only sound like it."),
    "ordinary": Field(ListOf(LINE), False, "Lines that state no sign and want no entry in particular."),
    "other": Field(ListOf(LINE), False, "Lines about something else."),
})  # fmt: skip
GROUPS = Table(GROUP, ListOf(ANY, 1))
FILE = Record("FAQ file", {
    "title": Field(ANY, False, "Name of the FAQ, shown above lists."),
    "note": Field(ANY, False, "A sentence shown with every answer, such as what the FAQ is not."),
    "include": Field(
        ListOf(ANY), False, "Files in the same folder that hold some sections; 'bundled': the medical warning signs."
    ),
    "fallback": Field(KINDS["entry"], False, "The entry to point to when nothing is close enough."),
    "topics": Field(ListOf(record(Topic)), False, "Groups of entries. With these, entries may name only these."),
    "entries": Field(ListOf(record(Entry, optional="id"), 1), True, "The questions and answers."),
    "doors": Field(Table(ID, record(Door)), False, "Where to turn, and how fast."),
    "condition_sets": Field(Table(ID, ListOf(Either(ANY, record(Condition)), 1)), False, "Conditions of many entries."),
    "red_flags": Field(ListOf(record(RedFlag)), False, "Warning signs looked for in every question."),
    **{name: Field(ListOf(record(PhoneLine)), False, f"What {{{name}}} stands for in texts.") for name in PHONE_LISTS},
    "elsewhere": Field(Table(NUMBERS, ANY), False, "By list of numbers, what to do in any other country."),
    "vocabulary": Field(GROUPS, False, "Words that mean the same, by group. A word may be in one group only."),
    "concepts": Field(GROUPS, False, "Groups of phrases that red flags are made of."),
    "cancels": Field(ListOf(GROUP_USED), False, "Groups that undo the signs beside them, such as 'fine now'."),
    "others": Field(ListOf(GROUP_USED), False, "Groups of subjects whose signs do not count, such as pets."),
    "asked": Field(ASKED, False, "What people type, labelled."),
    "sources": Field(Table(ID, record(Source)), False, "Sources by a short key."),
})  # fmt: skip
#: A companion file holds any of the sections but the list of companions.
COMPANION = Record("companion file", {
    name: field._replace(required=False) for name, field in FILE.fields.items() if name != "include"
})  # fmt: skip


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of FAQ files (draft 2020-12); it says what one value may be, `check` says the rest."""
    made = _schema(FILE)
    entries = made["properties"]["entries"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "FAQ file of spasm",
        "description": "Questions and answers that 'spasm' looks up: a list of entries, or a mapping of sections of "
        "which only 'entries' is required. 'spasm check FILE' checks more than this schema can.",
        "anyOf": [made, entries],
    }


def _schema(kind: Kind) -> dict[str, Any]:
    if isinstance(kind, Text):
        pattern = f"^(?:{kind.pattern.pattern})$" if kind.pattern else r"\S"
        return {"enum": list(kind.choices)} if kind.choices else {"type": "string", "pattern": pattern}
    if isinstance(kind, Day):
        return {"type": ["integer", "null"] if kind.optional else "integer", "minimum": 1, "maximum": LAST_DAY}
    if isinstance(kind, ListOf):
        return {"type": "array", "items": _schema(kind.item)} | ({"minItems": kind.least} if kind.least else {})
    if isinstance(kind, Either):
        return {"anyOf": [_schema(kind.text), _schema(kind.record)]}
    if isinstance(kind, Table):
        return {"type": "object", "propertyNames": _schema(kind.name), "additionalProperties": _schema(kind.value)}
    described = {n: _schema(f.kind) | ({"description": f.about} if f.about else {}) for n, f in kind.fields.items()}
    required = [name for name, field in kind.fields.items() if field.required]
    made = {"type": "object", "properties": described, "additionalProperties": False}
    return made | ({"required": required} if required else {})
