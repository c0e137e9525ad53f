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

from spasmcli.ask import index, phrases, triage
from spasmcli.ask.match import INSIDE, OUTSIDE
from spasmcli.ask.terms import UNIT
from spasmcli.ask.words import STOP_WORDS, fold, normal_form, tokens
from spasmcli.faq.sealed import FORMAT, dump, mark, pack_postings

if TYPE_CHECKING:
    from spasmcli.model import Document

#: Shortest word that a misspelt one may be read as.
_SHORTEST = 3
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


def compile_document(document: Document, step: Callable[[], None] = lambda: None) -> sqlite3.Connection:
    """Return *document* compiled, as a database in memory; *step* is called once an entry."""
    rules, literal = triage.compile_rules(document.red_flags)
    scope = {INSIDE: document.inside, OUTSIDE: document.outside}
    groups = {**document.vocabulary, **document.signs, **literal, **scope}
    book = phrases.compile_groups(groups)
    database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    database.executescript(_TABLES)
    database.execute("begin")
    database.executemany("insert into meta values(?, ?)", _meta(document, book, rules))
    database.executemany(
        "insert into phrase values(?, ?)",
        ((first, dump([found[:3] for found in book[first]])) for first in sorted(book)),
    )
    database.executemany("insert into rule values(?, ?)", _rules(rules))
    database.executemany("insert into flag values(?, ?, ?)", _flags(document))
    words = _write_index(database, document, book.only(document.vocabulary), step)
    targets = _repair_targets(words, groups.values())
    database.executemany("insert into words values(?, ?)", _by_length(targets))
    known = {*targets, *words, *STOP_WORDS}
    database.executemany("insert into known values(?)", ((word,) for word in sorted(known)))
    database.execute("commit")
    return database


def _write_index(
    database: sqlite3.Connection, document: Document, book: phrases.Phrasebook, step: Callable[[], None]
) -> Counter[str]:
    """Write the entries and the index; return the words of the FAQ with how many phrasings use each.

    *book* finds the synonyms.
    """
    synonyms = frozenset(document.vocabulary)
    shares: dict[str, list[tuple[int, float]]] = {}
    units = []
    words: Counter[str] = Counter()
    exact: dict[str, int] = {normal_form(entry.id): number for number, entry in enumerate(document.entries)}
    for number, entry in enumerate(document.entries):
        read = index.read_entry(entry, book, synonyms)
        for key, share in read.shares.items():
            shares.setdefault(key, []).append((number, share))
        for normal in read.normals:
            exact.setdefault(normal, number)
        words.update(read.words)
        words.update(dict.fromkeys(read.answer_words, 0))
        units.append(read.units)
        step()
    sizes = [index.few(1 + len(entry.aliases)) for entry in document.entries]
    few = {key: _mean(found, sizes) for key, found in shares.items()}
    rarities = {key: index.rarity(key[0], [share for _, share in found], few[key]) for key, found in shares.items()}
    of_units = {key[1:]: rarity for key, rarity in rarities.items() if key[0] == UNIT}
    database.executemany("insert into entry values(?, ?, ?, ?, ?, ?)", _entries(document, units, of_units))
    database.executemany("insert into exact values(?, ?)", sorted(exact.items()))
    terms = ((key, rarities[key], pack_postings(_strengths(key, shares[key], few[key]))) for key in sorted(shares))
    database.executemany("insert into term values(?, ?, ?)", terms)
    return words


def _mean(found: Sequence[tuple[int, float]], few: Sequence[float]) -> float:
    """Return the mean of *few*, by entry number, over the entries *found* with a term, by their shares."""
    return sum([share * few[number] for number, share in found]) / sum([share for _, share in found])


def _strengths(key: str, found: Sequence[tuple[int, float]], few: float) -> Iterator[tuple[int, float]]:
    return ((number, index.strength(key[0], share, few)) for number, share in found)


def _meta(document: Document, book: phrases.Phrasebook, rules: Sequence[triage.Rule]) -> Iterator[tuple[str, bytes]]:
    values: dict[str, Any] = {
        "format": FORMAT, "title": document.title, "note": document.note, "fallback": document.fallback,
        "topics": document.topics, "synonyms": sorted(document.vocabulary), "layers": book.layers,
        "stated": sorted({term for rule in rules for term in rule.terms if not triage.condition(term)}),
        "scoped": bool(document.inside), "cancels": [name.lower() for name in document.cancels],
        "emergency_numbers": document.emergency_numbers, "crisis_lines": document.crisis_lines,
    }  # fmt: skip
    yield from ((key, dump(value)) for key, value in values.items())


def _rules(rules: list[triage.Rule]) -> Iterator[tuple[str, bytes]]:
    """Yield the rules by their first term, so that only those are read whose first term is in a question."""
    by_first: dict[str, list[triage.Rule]] = {}
    for rule in rules:
        measured = triage.condition(rule.terms[0])
        by_first.setdefault(measured[0] if measured else rule.terms[0], []).append(rule)
    yield from ((first, dump(by_first[first])) for first in sorted(by_first))


def _flags(document: Document) -> Iterator[tuple[int, str, bytes]]:
    for number, flag in enumerate(document.red_flags):
        yield number, flag.id, dump([flag.id, flag.level, flag.sign, flag.why, flag.advice, flag.sources, flag.see])


def _entries(
    document: Document, units: Sequence[Sequence[Sequence[tuple[str, float]]]], rarities: Mapping[str, float]
) -> Iterator[tuple[int, str, str, int, bytes, bytes]]:
    questions = {entry.id: entry.question for entry in document.entries}
    for number, entry in enumerate(document.entries):
        related = [[other, questions[other]] for other in entry.related]
        body = dump([entry.answer, entry.topics, entry.notices, related, entry.sources])
        checksum = mark(number, entry.id, entry.question)
        yield number, entry.id, entry.question, checksum, body, dump(index.phrasings(entry, units[number], rarities))


def _repair_targets(words: Mapping[str, int], groups: Iterable[Iterable[str]]) -> dict[str, int]:
    """Return the words that a misspelt word may be read as, with how many phrasings use each."""
    counts = {word: count for word, count in words.items() if count}
    for group in groups:
        for phrase in group:
            for word in phrase.split():
                if not word.isupper():
                    for token in tokens(fold(word)):
                        counts.setdefault(token.text, 0)
    return {word: count for word, count in counts.items() if len(word) >= _SHORTEST and word.isalpha()}


def _by_length(counts: dict[str, int]) -> Iterator[tuple[int, bytes]]:
    lengths: dict[int, dict[str, int]] = {}
    for word in sorted(counts):
        lengths.setdefault(len(word), {})[word] = counts[word]
    yield from ((length, dump(words)) for length, words in sorted(lengths.items()))
