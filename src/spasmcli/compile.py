"""The compiled form of an FAQ: one SQLite file into which each feature writes its own tables.

A question asks for just the rows that it needs, so that it costs about the same over 40 entries or 50,000; what grows
with a file of up to 32 MB is its checksum, which `cache` proves first. Rows are plain and nothing is ever unpickled.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial

from spasmcli import match, patterns, triage
from spasmcli.database import open_lexicon
from spasmcli.question import read
from spasmcli.records import Document
from spasmcli.text import ages, denial, numbers, phrases, spelling, times
from spasmcli.text.english import is_english
from spasmcli.text.typed import fold
from spasmcli.text.words import STOP_WORDS, bare_words

#: Of a database with a file, 16 MB are kept in memory; one that fails is dropped, so that no journal is needed.
_SETTINGS = "pragma cache_size = -16000; pragma journal_mode = off;"
_TABLES = """
create table meta(key text primary key, value text) without rowid;
create table entry(number integer primary key, id text unique, question text, body text);
create table flag(number integer primary key, id text unique, body text);
create table asked(number integer, text text);
"""
#: A word that only lines that people typed use must stand in so many of them: they are full of slips.
_OFTEN = 4
#: Words that times, ages and denials are read by, after words were repaired: none of them is misspelt.
_READ_BY = frozenset({*times.WORDS, *ages.WORDS, *denial.WORDS, *numbers.WORDS})
#: The day that times in labelled lines ("since Christmas") are reckoned from, so that the same file compiles alike.
_TODAY = datetime.date(2026, 7, 1)


def compile_document(
    document: Document, step: Callable[[], None] = lambda: None, *, in_memory: bool = True
) -> sqlite3.Connection:
    """Return *document* compiled, as a database of its own; *step* is called once an entry.

    Unless *in_memory*, what 16 MB cannot hold is kept in a temporary file, which goes with the database.
    """
    database = sqlite3.connect(":memory:" if in_memory else "", isolation_level=None, check_same_thread=False)
    try:
        database.execute(f"pragma temp_store = {'memory' if in_memory else 'file'}")
        database.executescript(_SETTINGS + _TABLES)
        database.execute("begin")
        _write(database, document, step)
        database.execute("commit")
    except BaseException:
        database.close()
        raise
    return database


def _write(database: sqlite3.Connection, document: Document, step: Callable[[], None]) -> None:
    rules, literal = patterns.compile_rules(document.red_flags)
    groups = {**document.vocabulary, **document.concepts, **literal}
    stated = sorted(document.concepts.keys() | literal.keys())
    database.executemany("insert into meta values(?, ?)", _meta(document, stated))
    database.executemany("insert into flag values(?, ?, ?)", _flags(document))
    database.executemany("insert into entry values(?, ?, ?, ?)", _entries(document))
    ids = {entry.id: number for number, entry in enumerate(document.entries)}
    asked = [(ids[line.wants[0]], line.text) for line in document.asked if line.wants]
    database.executemany("insert into asked values(?, ?)", asked)
    phrases.write(database, phrases.compile_groups(groups))
    spelling.write(database, _words(document, groups.values()))
    patterns.write(database, rules, document.cancels, document.others)
    lexicon = open_lexicon(database)
    reading = cache(partial(read, lexicon=lexicon))  # most labelled lines are learnt from twice
    match.write(database, document, lexicon, reading, step)
    triage.write(database, document, reading, _TODAY)


def _meta(document: Document, stated: list[str]) -> Iterator[tuple[str, str]]:
    values = {
        "title": document.title, "note": document.note, "fallback": document.fallback, "topics": document.topics,
        "doors": document.doors, "phones": document.phones, "elsewhere": document.elsewhere,
        "lexicon": {"synonyms": list(document.vocabulary), "stated": stated},
    }  # fmt: skip
    yield from ((key, json.dumps(value)) for key, value in values.items())


def _entries(document: Document) -> Iterator[tuple[int, str, str, str]]:
    for number, entry in enumerate(document.entries):
        yield number, entry.id, entry.question, json.dumps(entry)


def _flags(document: Document) -> Iterator[tuple[int, str, str]]:
    for number, flag in enumerate(document.red_flags):
        told = flag._replace(
            raises=tuple(item._replace(patterns=(), unless=(), despite=()) for item in flag.raises),
            hints=tuple(hint._replace(patterns=(), unless=()) for hint in flag.hints),
        )
        yield number, flag.id, json.dumps(told)


def _words(document: Document, groups: Iterable[Iterable[str]]) -> dict[str, int]:
    """Return every word that the FAQ knows, with how many phrasings use it."""
    uses: Counter[str] = Counter()
    for entry in document.entries:
        for text in (entry.question, *entry.aliases):
            uses.update(_said(text))
    typed = Counter(word for line in document.asked for word in _said(line.text))
    uses.update({w: count for w, count in typed.items() if w in uses or (count >= _OFTEN and is_english(w))})
    rest = {word for entry in document.entries for word in _said(entry.answer)}
    for group in groups:
        for phrase in group:
            for word in phrase.split():
                if not word.isupper():
                    rest |= _said(word)
    return {**dict.fromkeys({*rest, *STOP_WORDS, *_READ_BY}, 0), **uses}


def _said(text: str) -> set[str]:
    return {word for word, _ in bare_words(fold(text))}
