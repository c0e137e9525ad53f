"""The library: open an FAQ, ask it, get the answer as a record."""

from __future__ import annotations

import datetime
import os
import sqlite3
from collections.abc import Callable, Sequence
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

from spasmcli import cache
from spasmcli.advice import Numbers, alert
from spasmcli.answer import answer, shown
from spasmcli.database import Database
from spasmcli.errors import FAQError, SpasmError
from spasmcli.nearest import nearest
from spasmcli.records import EMERGENCY_NUMBERS, MATERNITY, PHONE_LISTS, RANK, Entry, Link, PhoneLine, RedFlag, Topic
from spasmcli.results import Answer, ShownFlag
from spasmcli.safetext import sanitise
from spasmcli.text.typed import fold
from spasmcli.text.words import tokens

_T = TypeVar("_T")
#: Years are reckoned back from today, and Python's calendar begins with the year 1.
_FIRST_DAY = datetime.date(1000, 1, 1)


class UnknownEntry(SpasmError):
    """There is no entry with that id, or the beginning of an id fits several."""


class UnknownTopic(SpasmError, ValueError):
    """There is no topic of that name."""


class FAQ:
    """An open FAQ. Make one with `load`. Any number of threads may ask it at once; it can be copied and pickled.

    *path* is None for the bundled FAQ; *region* and *progress* are as for `load`.
    """

    def __init__(self, path: str | None, region: str = "", progress: cache.OnProgress | None = None) -> None:
        self._path, self._region = path, region
        self._mending = Lock()
        self._database = Database(cache.opened(path, progress=progress))

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to open this FAQ again: what it holds in memory belongs to this process."""
        return (FAQ, (self._path, self._region))

    def _from(self, action: Callable[[Database], _T]) -> _T:
        """Run *action* on the database; once more on a rebuilt one if the compiled file was harmed meanwhile."""
        database = self._database
        try:
            return action(database)
        except Exception as error:
            if isinstance(error, SpasmError) or not self._mended(database, error):
                raise
            return action(self._database)

    def _mended(self, database: Database, error: Exception) -> bool:
        """Tell whether *error* came of damage to *database*, and have a rebuilt one by then.

        What SQLite finds harmed is harmed; a row that is missing or makes no sense may be a mistake of the program.
        """
        with self._mending:
            if self._database is database:  # no other thread was here first
                found = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.ProgrammingError)
                if not found and not cache.harmed(database.connection):
                    return False
                self._database = Database(cache.opened(self._path, fresh=True))
        return True

    @cached_property
    def _numbers(self) -> Numbers:
        return Numbers(self._from(lambda database: database.phones()), self._region)

    def ask(
        self,
        question: str,
        *,
        top: int = 3,
        strict: bool = False,
        explained: bool = False,
        today: datetime.date | None = None,
    ) -> Answer:
        """Return the answer to *question*: alerts, the closest entry and up to *top* candidates.

        With *strict* a merely possible match counts as none. *explained* adds what made the match. *today* is the
        day that "since Christmas" is reckoned from; of a datetime the date counts.

        Raises:
            TypeError: when *question* is no str, *top* no int or *today* no date.
            ValueError: when *top* is less than 1.
        """
        _must_be(question, str, "question")
        _must_be(top, int, "top")
        if top < 1:
            raise ValueError(f"top must be 1 or more, not {top}")
        if today is not None:
            _must_be(today, datetime.date, "today")
        day = today.date() if isinstance(today, datetime.datetime) else today or datetime.date.today()
        day = max(day, _FIRST_DAY)
        numbers = self._numbers
        return self._from(lambda database: answer(database, numbers, question, top, strict, explained, day))

    def entry(self, entry_id: str) -> Entry:
        """Return the entry with this id, or with the one id that begins so.

        Raises:
            UnknownEntry: when there is none, or more than one.
            TypeError: when *entry_id* is not a str.
        """
        _must_be(entry_id, str, "entry_id")
        wanted = sanitise(entry_id)  # SQLite takes no lone surrogates, which bytes that are not UTF-8 become
        return self._from(lambda database: _find(database, wanted))

    def entries(self, *, topic: str = "", words: str = "") -> list[Entry]:
        """Return the entries, in the order of the file; *topic* and *words* (each must occur) narrow them.

        A topic may be written in small letters or capitals.

        Raises:
            UnknownTopic: when there is no such topic; a ValueError too.
            TypeError: when *topic* or *words* is not a str.
        """
        _must_be(topic, str, "topic")
        _must_be(words, str, "words")
        topic = _topic(topic, [known.name for known in self.topics()])
        wanted = [token.text for token in tokens(fold(words))]
        return self._from(
            lambda db: [shown(db, entry, None, ()) for entry in db.entries() if _fits(entry, topic, wanted)]
        )

    def ids(self) -> list[tuple[str, str]]:
        """Return the id and question of every entry."""
        return self._from(lambda database: [(link.id, link.question) for link in database.links()])

    def topics(self) -> list[Topic]:
        """Return the topics: those that the file declares, or those that its entries name."""
        return self._from(lambda database: database.topics)

    def red_flags(self) -> list[ShownFlag]:
        """Return the warning signs that triage knows, in the order of the file, each at its highest level."""
        return self._from(lambda database: [self._shown_flag(database, flag) for flag in database.flags()])

    def _shown_flag(self, database: Database, flag: RedFlag) -> ShownFlag:
        worst = max(flag.raises, key=lambda item: RANK[item.level])
        told = alert(flag, worst, database.doors, "", self._numbers)
        return ShownFlag(flag.id, worst.level, flag.sign, told.advice, flag.why, flag.sources)

    def phones(self, kind: str = EMERGENCY_NUMBERS) -> list[PhoneLine]:
        """Return a list of numbers, such as ``emergency_numbers``, those of the reader's country first.

        Raises:
            ValueError: when there is no list called *kind*.
        """
        return self._numbers.lines(_list_of_numbers(kind))

    def number(self, kind: str = EMERGENCY_NUMBERS) -> str:
        """Return the number of the reader's own country from the list called *kind*, or an empty string.

        Raises:
            ValueError: when there is no list called *kind*.
        """
        return self._numbers.own(_list_of_numbers(kind))

    def elsewhere(self, kind: str = EMERGENCY_NUMBERS) -> str:
        """Return what to do in a country that the list called *kind* does not name, or an empty string.

        Raises:
            ValueError: when there is no list called *kind*; ``maternity`` has no numbers, but may say what to do.
        """
        known = _list_of_numbers(kind, MATERNITY)
        return self._from(lambda database: str(database.meta("elsewhere").get(known, "")))

    @property
    def title(self) -> str:
        """What the FAQ is about."""
        return self._from(lambda database: str(database.meta("title")))

    @property
    def note(self) -> str:
        """The line that stands under every answer."""
        return self._from(lambda database: str(database.meta("note")))

    @property
    def fallback(self) -> str:
        """The id of the entry to point to when nothing is close, or an empty string."""
        return self._from(lambda database: str(database.meta("fallback")))


def load(
    path: str | os.PathLike[str] | None = None, *, region: str = "", progress: cache.OnProgress | None = None
) -> FAQ:
    """Open the FAQ file at *path*, or the bundled one.

    *region* (ISO 3166, such as GB) puts the numbers to call in the reader's country first. *progress* is called while
    a file is compiled, with how much is done and of how much.

    Raises:
        FAQError: when the file cannot be used; its `problems` say where and why.
        TypeError: when *path* is no path.
    """
    if path is None:
        return FAQ(None, region, progress)
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    _must_be(name, str, "path")
    if not name:
        raise FAQError("the path of the FAQ file is empty: name a file, or leave it out for the bundled FAQ")
    return FAQ(name, region, progress)


def _must_be(value: object, kind: type, name: str) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{name} must be {'an' if kind is int else 'a'} {kind.__name__}, not {type(value).__name__}")


def _list_of_numbers(kind: str, *others: str) -> str:
    if kind not in (known := (*PHONE_LISTS, *others)):
        raise ValueError(f"kind must be {' or '.join(known)}, not {kind}")
    return kind


def _find(database: Database, entry_id: str) -> Entry:
    number = database.number(entry_id)
    if number is None:
        begun = "-".join(entry_id.casefold().split())
        near = [link.id for link in database.links() if begun and link.id.casefold().startswith(begun)]
        number = database.number(near[0]) if len(near) == 1 else None
        if number is None:
            raise UnknownEntry(_unknown(database.links(), entry_id, near))
    return shown(database, database.entry(number), None, ())


def _unknown(links: Sequence[Link], entry_id: str, near: list[str]) -> str:
    if near:
        return f"'{entry_id}' begins {len(near)} ids: {', '.join(near)}. Type one of them."
    close = nearest(entry_id, [link.id for link in links], most=3, partly=True)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    return f"There is no entry '{entry_id}'.{hint}"


def _topic(topic: str, names: Sequence[str]) -> str:
    """Return the one of *names* that is *topic*, however it is written; an empty string for none wanted."""
    if not topic or topic in names:
        return topic
    if found := [name for name in names if name.casefold() == topic.casefold()]:
        return found[0]
    near = nearest(topic, names)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise UnknownTopic(f"There is no topic '{topic}'.{hint} The topics are: {', '.join(names) or 'none in this FAQ'}.")


def _fits(entry: Entry, topic: str, wanted: Sequence[str]) -> bool:
    """Tell whether *entry* is of the *topic* and has, for each word *wanted*, one that begins so."""
    text = f"{entry.id} {entry.question} {entry.answer} {' '.join(entry.topics)}"
    there = {token.text for token in tokens(fold(text))}
    return (not topic or topic in entry.topics) and all(any(w.startswith(part) for w in there) for part in wanted)
