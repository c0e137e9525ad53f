"""The compiled form of an FAQ: one SQLite file with the checked entries, the matcher's index and the triage rules.

SQLite reads just the pages that a question needs, so that a question costs about the same over 40 entries or
50,000. Nothing is ever unpickled, and everything that is shown carries a checksum. What was harmed is noticed when it
is read; a harmed key is just not found.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spasmcli.ask import index
from spasmcli.ask.match import INSIDE, OUTSIDE
from spasmcli.ask.phrasebook import Phrasebook, compile_groups
from spasmcli.ask.rules import compile_rules
from spasmcli.ask.terms import UNIT
from spasmcli.ask.triage import Rule
from spasmcli.ask.words import STOP_WORDS, TYPED_CONTRACTIONS, fold, normal_form, tokens
from spasmcli.faq.postings import Postings
from spasmcli.faq.sealed import FORMAT, dump, mark, pack_phrasings, pack_postings

if TYPE_CHECKING:
    from spasmcli.model import Document

#: Shortest word that a misspelt one may be read as.
_SHORTEST = 3
#: Of a database with a file, 16 MB are kept in memory; one that fails is dropped, so that no journal is needed.
_SETTINGS = "pragma cache_size = -16000; pragma journal_mode = off;"
_TABLES = """
create table meta(key text primary key, value blob) without rowid;
create table entry(number integer primary key, id text unique, question text, mark integer, body blob, phrasings blob);
create table exact(text text primary key, number integer) without rowid;
create table term(key text primary key, rarity real, postings blob) without rowid;
create table words(length integer primary key, words blob);
create table known(word text primary key) without rowid;
create table phrase(first text primary key, tails blob) without rowid;
create table rule(first text primary key, rules blob) without rowid;
create table flag(number integer primary key, id text unique, body blob);
"""


def compile_document(
    document: Document, step: Callable[[], None] = lambda: None, *, in_memory: bool = True
) -> sqlite3.Connection:
    """Return *document* compiled, as a database of its own; *step* is called once an entry.

    Unless *in_memory*, what 16 MB cannot hold is kept in a temporary file, which goes with the database.

    Raises:
        sqlite3.OperationalError: when there is no room for that file.
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
    rules, literal = compile_rules(document.red_flags)
    scope = {INSIDE: document.inside, OUTSIDE: document.outside}
    groups = {**document.vocabulary, **document.signs, **literal, **scope}
    book = compile_groups(groups)
    database.executemany("insert into meta values(?, ?)", _meta(document, book, rules))
    database.executemany(
        "insert into phrase values(?, ?)", ((first, dump(book.rows[first])) for first in sorted(book.rows))
    )
    database.executemany("insert into rule values(?, ?)", _rules(rules))
    database.executemany("insert into flag values(?, ?, ?)", _flags(document))
    words = _write_index(database, document, book.only(document.vocabulary), step)
    targets = _repair_targets(words, groups.values())
    database.executemany("insert into words values(?, ?)", _by_length(targets))
    known = {*targets, *words, *STOP_WORDS}
    database.executemany("insert into known values(?)", ((word,) for word in sorted(known)))


def _write_index(
    database: sqlite3.Connection, document: Document, book: Phrasebook, step: Callable[[], None]
) -> Counter[str]:
    """Write the entries and the index; return the words of the FAQ with how many phrasings use each.

    *book* finds the synonyms.
    """
    synonyms = frozenset(document.vocabulary)
    postings = Postings(database)
    units = []
    words: Counter[str] = Counter()
    answer_words: set[str] = set()
    ids = ((normal_form(entry.id), number) for number, entry in enumerate(document.entries))
    database.executemany("insert or replace into exact values(?, ?)", ids)
    for number, entry in enumerate(document.entries):
        read = index.read_entry(entry, book, synonyms)
        postings.add(number, read.shares)
        for plain in read.phrasings:
            words.update(set(plain.words))
        asked = [(" ".join(plain.words), number) for plain in read.phrasings]
        database.executemany("insert or ignore into exact values(?, ?)", asked)
        answer_words.update(read.answer_words)
        units.append([plain.weights for plain in read.phrasings])
        step()
    sizes = [index.few(1 + len(entry.aliases)) for entry in document.entries]
    rarities: dict[str, float] = {}
    database.executemany("insert into term values(?, ?, ?)", _terms(postings, sizes, rarities))
    database.executemany("insert into entry values(?, ?, ?, ?, ?, ?)", _entries(document, units, rarities))
    words.update(dict.fromkeys(answer_words, 0))
    return words


def _terms(
    postings: Postings, sizes: Sequence[float], rarities: dict[str, float]
) -> Iterator[tuple[str, float, bytes]]:
    """Yield the rows of all terms, and note in *rarities* what each unit weighs; *sizes* are `few` by entry number."""
    for key, found in postings.merged():
        rarity, numbers, strengths = index.weigh(key[0], found, sizes)
        if key[0] == UNIT:
            rarities[key[1:]] = rarity
        yield key, rarity, pack_postings(numbers, strengths)


def _meta(document: Document, book: Phrasebook, rules: Sequence[Rule]) -> Iterator[tuple[str, bytes]]:
    values: dict[str, Any] = {
        "format": FORMAT, "title": document.title, "note": document.note, "fallback": document.fallback,
        "topics": document.topics, "synonyms": sorted(document.vocabulary), "layers": book.layers,
        "stated": sorted({term for rule in rules for term in rule.terms if isinstance(term, str)}),
        "scoped": bool(document.inside), "cancels": list(document.cancels), "others": list(document.others),
        "emergency_numbers": document.emergency_numbers, "crisis_lines": document.crisis_lines,
    }  # fmt: skip
    yield from ((key, dump(value)) for key, value in values.items())


def _rules(rules: list[Rule]) -> Iterator[tuple[str, bytes]]:
    """Yield the rules by their first term, so that only those are read whose first term is in a question."""
    by_first: dict[str, list[Rule]] = {}
    for rule in rules:
        first = rule.terms[0]
        by_first.setdefault(first if isinstance(first, str) else first.quantity, []).append(rule)
    yield from ((first, dump(by_first[first])) for first in sorted(by_first))


def _flags(document: Document) -> Iterator[tuple[int, str, bytes]]:
    for number, flag in enumerate(document.red_flags):
        yield number, flag.id, dump([flag.id, flag.level, flag.sign, flag.why, flag.advice, flag.sources, flag.see])


def _entries(
    document: Document, units: Sequence[Sequence[Mapping[str, float]]], rarities: Mapping[str, float]
) -> Iterator[tuple[int, str, str, int, bytes, bytes]]:
    questions = {entry.id: entry.question for entry in document.entries}
    for number, entry in enumerate(document.entries):
        related = [[other, questions[other]] for other in entry.related]
        body = dump([entry.answer, entry.topics, entry.notices, related, entry.sources])
        checksum, phrasings = mark(number, entry.id, entry.question), index.phrasings(entry, units[number], rarities)
        yield number, entry.id, entry.question, checksum, body, pack_phrasings(phrasings)


def _repair_targets(words: Mapping[str, int], groups: Iterable[Iterable[str]]) -> dict[str, int]:
    """Return the words that a misspelt word may be read as, with how many phrasings use each."""
    counts = {word: count for word, count in words.items() if count}
    for group in groups:
        for phrase in group:
            for word in phrase.split():
                if not word.isupper():
                    for token in tokens(fold(word)):
                        counts.setdefault(token.text, 0)
    counts.update(dict.fromkeys(TYPED_CONTRACTIONS, max(counts.values(), default=0)))  # far more usual than any other
    return {word: count for word, count in counts.items() if len(word) >= _SHORTEST and word.isalpha()}


def _by_length(counts: dict[str, int]) -> Iterator[tuple[int, bytes]]:
    lengths: dict[int, dict[str, int]] = {}
    for word in sorted(counts):
        lengths.setdefault(len(word), {})[word] = counts[word]
    yield from ((length, dump(words)) for length, words in sorted(lengths.items()))
