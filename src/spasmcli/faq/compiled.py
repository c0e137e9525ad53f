"""The compiled form of an FAQ: one SQLite file that holds the checked entries, the matcher's index and the triage rules.

SQLite reads just the pages that a question needs, so that a question costs about the same over 40 entries or
50,000. Nothing is ever unpickled, and every stored text carries a checksum.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from zlib import crc32

from spasmcli.ask import index, phrases, triage
from spasmcli.ask.match import INSIDE, OUTSIDE
from spasmcli.ask.words import STOP_WORDS, fold, tokens

if TYPE_CHECKING:
    from spasmcli.faq.model import Document

#: Raised with every change of the tables below or of the way words are read.
FORMAT = 1

_TABLES = """
create table meta(key text primary key, value blob) without rowid;
create table entry(number integer primary key, id text unique, question text, body blob, phrasings blob);
create table exact(text text primary key, number integer) without rowid;
create table term(key text primary key, rarity real, postings blob) without rowid;
create table words(length integer primary key, words blob);
create table known(word text primary key) without rowid;
"""


class Damaged(Exception):
    """A compiled FAQ does not hold what was written to it."""


def seal(data: bytes) -> bytes:
    """Return *data* with its checksum in front."""
    return crc32(data).to_bytes(4, "little") + data


def unseal(blob: object) -> bytes:
    """Return what `seal` was given.

    Raises:
        Damaged: when the checksum does not fit.
    """
    if not isinstance(blob, bytes) or len(blob) < 4 or crc32(blob[4:]) != int.from_bytes(blob[:4], "little"):
        raise Damaged
    return blob[4:]


def pack_postings(postings: Iterable[tuple[int, float]]) -> bytes:
    """Return (entry number, strength) pairs as 32-bit numbers and then 64-bit floats, little end first."""
    pairs = list(postings)
    numbers, strengths = array("I", [n for n, _ in pairs]), array("d", [s for _, s in pairs])
    if sys.byteorder == "big":
        numbers.byteswap()
        strengths.byteswap()
    return seal(numbers.tobytes() + strengths.tobytes())


def unpack_postings(blob: object) -> list[tuple[int, float]]:
    """Return what `pack_postings` was given."""
    data = unseal(blob)
    count = len(data) // 12
    numbers, strengths = array("I"), array("d")
    numbers.frombytes(data[: 4 * count])
    strengths.frombytes(data[4 * count :])
    if sys.byteorder == "big":
        numbers.byteswap()
        strengths.byteswap()
    return list(zip(numbers, strengths, strict=True))


def compile_document(document: Document, step: Callable[[], None] = lambda: None) -> sqlite3.Connection:
    """Return *document* compiled, as a database in memory; *step* is called once an entry."""
    rules, literal = triage.compile_rules(document.red_flags)
    scope = {INSIDE: document.inside, OUTSIDE: document.outside}
    groups = {**document.vocabulary, **document.signs, **literal, **scope}
    layers = phrases.compile_groups(groups)
    built = index.build(document.entries, layers, frozenset(document.vocabulary), step)
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.executescript(_TABLES)
    database.execute("begin")
    database.executemany("insert into meta values(?, ?)", _meta(document, layers, rules))
    database.executemany("insert into entry values(?, ?, ?, ?, ?)", _entries(document, built))
    database.executemany("insert into exact values(?, ?)", sorted(built.exact.items()))
    terms = ((t.key, t.rarity, pack_postings(t.postings)) for t in sorted(built.terms))
    database.executemany("insert into term values(?, ?, ?)", terms)
    targets = _repair_targets(built, groups.values())
    database.executemany("insert into words values(?, ?)", _by_length(targets))
    database.executemany("insert into known values(?)", ((word,) for word in sorted(_known(document, targets))))
    database.execute("commit")
    return database


def _dump(value: object) -> bytes:
    return seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _meta(document: Document, layers: phrases.Layers, rules: list[triage.Rule]) -> Iterator[tuple[str, bytes]]:
    by_first: dict[str, list[triage.Rule]] = {}
    for rule in rules:
        measured = triage.condition(rule.terms[0])
        by_first.setdefault(measured[0] if measured else rule.terms[0], []).append(rule)
    flags = {flag.id: [flag.level, flag.sign, flag.why, flag.advice, flag.sources, flag.see] for flag in document.red_flags}
    values: dict[str, Any] = {
        "format": FORMAT,
        "title": document.title, "note": document.note, "fallback": document.fallback, "topics": document.topics,
        "layers": layers, "synonyms": sorted(document.vocabulary),
        "rules": by_first, "cancels": [name.lower() for name in document.cancels], "flags": flags,
        "emergency_numbers": document.emergency_numbers, "crisis_lines": document.crisis_lines,
    }  # fmt: skip
    yield from ((key, _dump(value)) for key, value in values.items())


def _entries(document: Document, built: index.Index) -> Iterator[tuple[int, str, str, bytes, bytes]]:
    questions = {entry.id: entry.question for entry in document.entries}
    for number, (entry, phrasings) in enumerate(zip(document.entries, built.phrasings, strict=True)):
        related = [[other, questions[other]] for other in entry.related]
        body = _dump([entry.answer, entry.topics, entry.notices, related, entry.sources])
        yield number, entry.id, entry.question, body, _dump(phrasings)


def _repair_targets(built: index.Index, groups: Iterable[Iterable[str]]) -> dict[str, int]:
    """Return the words that a misspelt word may be read as, with how many phrasings use each."""
    counts = dict(built.words)
    for group in groups:
        for phrase in group:
            for word in phrase.split():
                if not word.isupper():
                    for token in tokens(fold(word)):
                        counts.setdefault(token.text, 0)
    return {word: count for word, count in counts.items() if len(word) >= 3 and word.isalpha()}


def _by_length(counts: dict[str, int]) -> Iterator[tuple[int, bytes]]:
    lengths: dict[int, list[str]] = {}
    for word in sorted(counts, key=lambda word: (-counts[word], word)):
        lengths.setdefault(len(word), []).append(word)
    yield from ((length, _dump(words)) for length, words in sorted(lengths.items()))


def _known(document: Document, targets: Iterable[str]) -> set[str]:
    known = {*targets, *STOP_WORDS}
    for entry in document.entries:
        known.update(token.text for token in tokens(fold(entry.answer)))
    return known
