"""The records of an FAQ file, as plain immutable tuples.

NamedTuple rather than dataclass: a class costs a third as much to create at start-up.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

NONE, CAUTION, SOON, URGENT, EMERGENCY = "none", "caution", "soon", "urgent", "emergency"
#: Levels of a red flag, mildest first. A notice may also be a caution, and a question may raise none.
LEVELS = (SOON, URGENT, EMERGENCY)
NOTICE_LEVELS = (CAUTION, *LEVELS)
#: How serious each level is.
RANK = {level: rank for rank, level in enumerate((NONE, *NOTICE_LEVELS))}


class Source(NamedTuple):
    """Where a statement comes from. *url* is the publisher's own address, or None."""

    publisher: str
    title: str
    url: str | None = None


class Notice(NamedTuple):
    """A see-a-doctor notice of an entry.

    *when* holds ids of red flags: if one of them fires, the question states this notice's condition.
    """

    level: str
    text: str
    when: tuple[str, ...] = ()


class Entry(NamedTuple):
    """One question of the FAQ with its answer; *related* holds entry ids."""

    id: str
    question: str
    answer: str
    aliases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    related: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


class Topic(NamedTuple):
    """A group of entries: *name* is what ``--topic`` takes, *title* what a list shows."""

    name: str
    title: str


class Patterns(NamedTuple):
    """Patterns that raise a red flag at *level*, unless one of *unless* is in the question too.

    *despite* names cancelling groups ("fine now") that do not undo these patterns.
    """

    level: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()


class RedFlag(NamedTuple):
    """A warning sign: what raises it, why it matters and what to do now.

    *see* is the id of the entry that deals with it, which comes closer to a question that raises the flag.
    """

    id: str
    level: str
    sign: str
    why: str
    advice: str
    rules: tuple[Patterns, ...]
    sources: tuple[Source, ...] = ()
    see: str = ""


#: What the FAQ file calls its lists of phone lines.
PHONE_LISTS = EMERGENCY_NUMBERS, CRISIS_LINES = "emergency_numbers", "crisis_lines"


class PhoneLine(NamedTuple):
    """A number to call in some countries. *regions* are ISO 3166 codes, to put the caller's own first."""

    country: str
    number: str
    regions: tuple[str, ...] = ()
    name: str = ""


class Document(NamedTuple):
    """A whole FAQ file, checked. Everything but *entries* is optional.

    *inside* and *outside* are words that show that a question is about the subject of the FAQ, or about another.
    """

    entries: tuple[Entry, ...]
    title: str = ""
    note: str = ""
    fallback: str = ""
    topics: tuple[Topic, ...] = ()
    vocabulary: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    signs: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    cancels: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    emergency_numbers: tuple[PhoneLine, ...] = ()
    crisis_lines: tuple[PhoneLine, ...] = ()
