"""A compiled FAQ, open for reading: the plain rows, as records. What a feature wrote, the feature reads."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

from spasmcli.match import Matcher
from spasmcli.question import Lexicon
from spasmcli.records import Door, Entry, Link, PhoneLine, RedFlag, Topic, revive
from spasmcli.text.phrases import Phrases
from spasmcli.text.spelling import Words
from spasmcli.triage import Triage

#: Entries kept in memory, so that a long batch stays small.
_KEPT = 1_000


class Database:
    """A compiled FAQ.

    Any method may raise anything when the file was harmed since it was opened. Many threads may read at once: SQLite
    takes one statement at a time, and nothing is kept before it is whole.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.entry = lru_cache(maxsize=_KEPT)(self._entry)
        self.link = lru_cache(maxsize=20 * _KEPT)(self._link)
        self.flag = lru_cache(maxsize=_KEPT)(self._flag)
        self.number = lru_cache(maxsize=20 * _KEPT)(self._number)
        self.meta = lru_cache(maxsize=None)(self._meta)

    @cached_property
    def lexicon(self) -> Lexicon:
        """What reading a question needs."""
        return open_lexicon(self.connection)

    @cached_property
    def matcher(self) -> Matcher:
        """The matcher of this FAQ."""
        return Matcher(self.connection)

    @cached_property
    def triage(self) -> Triage:
        """The triage of this FAQ."""
        return Triage(self.connection)

    def _meta(self, key: str) -> Any:
        return json.loads(self.connection.execute("select value from meta where key = ?", (key,)).fetchone()[0])

    def _entry(self, number: int) -> Entry:
        row = self.connection.execute("select body from entry where number = ?", (number,)).fetchone()
        return self._related(row[0])

    def _related(self, body: str) -> Entry:
        """Return an entry from its row, related ids with their questions."""
        entry: Entry = revive(Entry, json.loads(body))
        links = (self.number(link.id) for link in entry.related)
        return entry._replace(related=tuple(self.link(number) for number in links if number is not None))

    def entries(self) -> Iterator[Entry]:
        """Yield every entry in the order of the file."""
        for row in self.connection.execute("select body from entry order by number"):
            yield self._related(row[0])

    def _link(self, number: int) -> Link:
        return Link(*self.connection.execute("select id, question from entry where number = ?", (number,)).fetchone())

    def links(self) -> list[Link]:
        """Return the id and question of every entry, in the order of the file."""
        return [Link(*row) for row in self.connection.execute("select id, question from entry order by number")]

    def _number(self, entry_id: str) -> int | None:
        row = self.connection.execute("select number from entry where id = ?", (entry_id,)).fetchone()
        return row[0] if row else None

    def asked(self, number: int) -> list[str]:
        """Return what people typed who wanted entry *number*."""
        return [row[0] for row in self.connection.execute("select text from asked where number = ?", (number,))]

    def _flag(self, flag_id: str) -> RedFlag:
        row = self.connection.execute("select body from flag where id = ?", (flag_id,)).fetchone()
        return revive(RedFlag, json.loads(row[0]))  # type: ignore[no-any-return]

    def flags(self) -> list[RedFlag]:
        """Return the red flags, without their patterns, in the order of the file."""
        return [revive(RedFlag, json.loads(row[0])) for row in self.connection.execute("select body from flag")]

    @cached_property
    def topics(self) -> list[Topic]:
        """The topics that the file declares, or those that its entries name."""
        return list(revive(tuple[Topic, ...], self.meta("topics"))) or [
            Topic(name, name) for name in dict.fromkeys(name for entry in self.entries() for name in entry.topics)
        ]

    @cached_property
    def doors(self) -> dict[str, Door]:
        """The doors by name."""
        return {door.name: door for door in revive(tuple[Door, ...], self.meta("doors"))}

    def phones(self) -> dict[str, tuple[PhoneLine, ...]]:
        """Return the lists of numbers by name, in the order of the file."""
        return {kind: revive(tuple[PhoneLine, ...], lines) for kind, lines in self.meta("phones").items()}


def open_lexicon(database: sqlite3.Connection) -> Lexicon:
    """Return what reading a question needs of the compiled FAQ in *database*."""
    made = json.loads(database.execute("select value from meta where key = 'lexicon'").fetchone()[0])
    return Lexicon(Words(database), Phrases(database), frozenset(made["synonyms"]), frozenset(made["stated"]))
