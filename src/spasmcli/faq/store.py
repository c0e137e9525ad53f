"""Read a compiled FAQ: the lexicon, the postings and the entries, each fetched when first asked for and kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from spasmcli.ask.result import Link, ShownEntry, ShownNotice
from spasmcli.ask.terms import Phrasings, Term
from spasmcli.faq.english import is_english
from spasmcli.faq.lookup import KEPT, StoredPhrases, rule, select
from spasmcli.faq.sealed import FORMAT, Damaged, load, mark, unpack_phrasings, unpack_postings
from spasmcli.faq.slips import believable, differ
from spasmcli.model import Notice, PhoneLine, RedFlag, Source, Topic

if TYPE_CHECKING:
    from spasmcli.ask.triage import Rule

#: How many words a misspelt one may stand for.
_READINGS = 3
#: Parts of statements: what `_link` reads, and from one entry.
_LINK, _ONE = "select number, id, question, mark", "from entry where number = ?"


class Store:
    """A compiled FAQ, open for reading.

    Every method may raise `Damaged` or sqlite3.DatabaseError when the database was harmed.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._terms: dict[str, Term | None] = {}
        self._phrasings: dict[int, Phrasings] = {}
        self._links: dict[int, Link] = {}
        self._known: dict[str, bool] = {}
        self._similar: dict[tuple[str, int], list[tuple[str, int]]] = {}
        self._words: dict[int, dict[str, int]] = {}
        self._rules: dict[str, list[tuple[Rule, frozenset[str]]]] = {}
        self._entries: dict[int, tuple[ShownEntry, tuple[Notice, ...]]] = {}
        self._flags: dict[str, RedFlag] = {}
        self._phones: dict[str, list[PhoneLine]] = {}
        if self._meta("format") != FORMAT:
            raise Damaged

    def __del__(self) -> None:
        """Close the database, about which Python would warn otherwise."""
        self._database.close()

    def _meta(self, key: str) -> Any:
        row = self._database.execute("select value from meta where key = ?", (key,)).fetchone()
        if row is None:
            raise Damaged
        return load(row[0])

    # What the reader of questions needs (ask.query.Lexicon)

    @cached_property
    def phrases(self) -> StoredPhrases:
        """The compiled synonym groups and signs."""
        return StoredPhrases(self._database, self._meta("layers"))

    @cached_property
    def scoped(self) -> bool:
        """Whether the FAQ says what it is about, so that a question without such a word counts for less."""
        return bool(self._meta("scoped"))

    @cached_property
    def synonyms(self) -> frozenset[str]:
        """The names of the groups that are synonyms."""
        return frozenset(self._meta("synonyms"))

    def known(self, words: Iterable[str], *, english: bool = True) -> set[str]:
        """Return those of *words* that the FAQ uses or, with *english*, that are plain English."""
        if not english:
            return {word for (word,) in select(self._database, "known", "word", list(set(words)))}
        wanted = set(words)
        new = [word for word in wanted if word not in self._known]
        if new:
            if len(self._known) > KEPT:
                self._known.clear()
                new = list(wanted)
            found = {word for (word,) in select(self._database, "known", "word", new)}
            self._known.update({word: word in found or is_english(word) for word in new})
        return {word for word in wanted if self._known[word]}

    def similar(self, word: str, slips: int) -> list[tuple[str, int]]:
        """Return the few words of the FAQ within *slips* of *word*: fewest slips, same first letter, most used."""
        key = (word, slips)
        if key not in self._similar:
            from rapidfuzz import process  # only needed for a misspelt word
            from rapidfuzz.distance import OSA

            near = []
            for length in range(len(word) - slips, len(word) + slips + 1):
                words = self._words_of(length)
                found = process.extract(word, words.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
                near += [(other, int(d), words[other]) for other, d, _ in found]
            ranked = sorted(
                (d, other[0] != word[0], differ(word, other), -uses, other)
                for other, d, uses in near if believable(word, other, d, uses)
            )  # fmt: skip
            best = [(other, d) for d, first, *_, other in ranked if (d, first) == ranked[0][:2]]
            if len(self._similar) > KEPT:
                self._similar.clear()
            self._similar[key] = best[:_READINGS]
        return self._similar[key]

    def _words_of(self, length: int) -> dict[str, int]:
        """Return the words of *length* letters, with how many phrasings use each."""
        if length not in self._words:
            row = self._database.execute("select words from words where length = ?", (length,)).fetchone()
            self._words[length] = load(row[0]) if row else {}
        return self._words[length]

    # What the matcher needs (ask.match.Index)

    def terms(self, keys: Sequence[str]) -> dict[str, Term | None]:
        """Return the terms with these *keys*, None for those that do not exist, and maybe others."""
        new = [key for key in keys if key not in self._terms]
        if new:
            if len(self._terms) > KEPT:
                self._terms.clear()
                new = list(keys)
            self._terms.update(dict.fromkeys(new))
            for key, rarity, blob in select(self._database, "term", "key", new):
                self._terms[key] = Term(key, rarity, unpack_postings(blob))
        return self._terms

    def phrasings(self, number: int) -> Phrasings:
        """Return the phrasings of entry *number*."""
        if number not in self._phrasings:
            if len(self._phrasings) > KEPT // 20:
                self._phrasings.clear()
            row = self._database.execute("select phrasings from entry where number = ?", (number,)).fetchone()
            self._phrasings[number] = unpack_phrasings(row and row[0])
        return self._phrasings[number]

    def exact(self, normal: str) -> int | None:
        """Return the entry whose id, question or alias has this normal form."""
        row = self._database.execute("select number from exact where text = ?", (normal,)).fetchone()
        return row[0] if row else None

    def entry_id(self, number: int) -> str:
        """Return the id of entry *number*."""
        return self.link(number).id

    def link(self, number: int) -> Link:
        """Return the id and question of entry *number*."""
        if number not in self._links:
            self._links[number] = _link(self._database.execute(f"{_LINK} {_ONE}", (number,)).fetchone())
        return self._links[number]

    # Entries and everything else that is shown

    def entry(self, number: int) -> tuple[ShownEntry, tuple[Notice, ...]]:
        """Return entry *number* as shown without a question, and its notices with their conditions."""
        if number not in self._entries:
            if len(self._entries) > KEPT // 20:
                self._entries.clear()
            self._entries[number] = self._shown(self._database.execute(f"{_LINK}, body {_ONE}", (number,)).fetchone())
        return self._entries[number]

    def entries(self) -> Iterable[ShownEntry]:
        """Yield every entry in the order of the file."""
        for row in self._database.execute(f"{_LINK}, body from entry order by number"):
            yield self._shown(row)[0]

    def _shown(self, row: Any) -> tuple[ShownEntry, tuple[Notice, ...]]:
        link = _link(row)
        answer, topics, notices, related, sources = load(row[-1])
        conditions = tuple(Notice(level, text, tuple(when)) for level, text, when in notices)
        shown = ShownEntry(
            link.id, link.question, answer, tuple(topics),
            tuple(ShownNotice(notice.level, notice.text) for notice in conditions),
            tuple(Link(*other) for other in related),
            tuple(Source(*source) for source in sources),
        )  # fmt: skip
        return shown, conditions

    def ids(self) -> list[tuple[str, str]]:
        """Return the id and question of every entry, in the order of the file."""
        return [_link(row) for row in self._database.execute(f"{_LINK} from entry order by number")]

    def number(self, entry_id: str) -> int | None:
        """Return the number of the entry with this id."""
        row = self._database.execute("select number from entry where id = ?", (entry_id,)).fetchone()
        return row[0] if row else None

    def rules(self, firsts: Iterable[str]) -> list[tuple[Rule, frozenset[str]]]:
        """Return the triage rules whose first term is among *firsts*, in that order, each with all that it needs."""
        firsts = list(firsts)
        for first, blob in select(self._database, "rule", "first", [f for f in firsts if f not in self._rules]):
            self._rules[first] = [rule(*row) for row in load(blob)]
        return [found for first in firsts for found in self._rules.setdefault(first, [])]

    @cached_property
    def stated(self) -> frozenset[str]:
        """The names of the groups that patterns of red flags are made of: what can be stated or denied."""
        return frozenset(self._meta("stated"))

    @cached_property
    def cancels(self) -> list[str]:
        """The names of the groups that undo signs."""
        return list(self._meta("cancels"))

    @cached_property
    def others(self) -> list[str]:
        """The names of the groups of subjects that are no people."""
        return list(self._meta("others"))

    def flag(self, flag_id: str) -> RedFlag:
        """Return the red flag with this id, without its rules."""
        if flag_id not in self._flags:
            row = self._database.execute("select body from flag where id = ?", (flag_id,)).fetchone()
            if row is None:
                raise Damaged
            self._flags[flag_id] = _flag(*row)
        return self._flags[flag_id]

    def flags(self) -> list[RedFlag]:
        """Return the red flags in the order of the file."""
        return [_flag(*row) for row in self._database.execute("select body from flag order by number")]

    @cached_property
    def topics(self) -> list[Topic]:
        """The topics that the file declares, or those that its entries name."""
        return [Topic(*topic) for topic in self._meta("topics")] or [
            Topic(name, name) for name in dict.fromkeys(name for entry in self.entries() for name in entry.topics)
        ]

    def phones(self, kind: str) -> list[PhoneLine]:
        """Return the ``emergency_numbers`` or the ``crisis_lines``."""
        if kind not in self._phones:
            self._phones[kind] = [PhoneLine(one[0], one[1], tuple(one[2]), one[3]) for one in self._meta(kind)]
        return self._phones[kind]

    @cached_property
    def title(self) -> str:
        """What the FAQ is about."""
        return str(self._meta("title"))

    @cached_property
    def note(self) -> str:
        """The line that stands under every answer."""
        return str(self._meta("note"))

    @cached_property
    def fallback(self) -> str:
        """The id of the entry to point to when nothing is close."""
        return str(self._meta("fallback"))


def _link(row: Any) -> Link:
    """Return the id and question of a *row* that begins as _LINK selects it, once its checksum fits."""
    if row is None or mark(*row[:3]) != row[3]:
        raise Damaged
    return Link(row[1], row[2])


def _flag(body: object) -> RedFlag:
    flag_id, level, sign, why, advice, sources, see = load(body)
    return RedFlag(flag_id, level, sign, why, advice, (), tuple(Source(*s) for s in sources), see)
