"""Look rows of a compiled FAQ up by their keys: what `store` reads, and the phrases and rules among them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from spasmcli.faq.sealed import load

if TYPE_CHECKING:
    from spasmcli.ask.phrases import Tails
    from spasmcli.ask.triage import Rule

#: Decoded terms and words kept in memory at once, so that a long batch stays small.
KEPT = 20_000
#: Keys that one SQL statement asks for.
_AT_ONCE = 500


def select(database: sqlite3.Connection, table: str, key: str, wanted: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of *table* whose *key* is among *wanted*. Table and key are names of our own."""
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        yield from database.execute(f"select * from {table} where {key} in ({','.join('?' * len(part))})", part)  # noqa: S608


class StoredPhrases:
    """The compiled phrases, each looked up when a question has its first symbol."""

    def __init__(self, database: sqlite3.Connection, layers: int) -> None:
        self.layers = layers
        self._database = database
        self._asked: set[str] = set()
        self._tails: dict[str, Tails] = {}

    def tails(self, symbols: Collection[str]) -> dict[str, Tails]:
        """Return the phrases that begin with each of *symbols*, and maybe those of other symbols."""
        new = [symbol for symbol in symbols if symbol not in self._asked]
        if new:
            from spasmcli.ask.phrases import Tails  # not for completion

            if len(self._asked) > KEPT:
                self._asked.clear()
                self._tails.clear()
                new = list(symbols)
            self._asked.update(new)
            self._tails.update(
                (first, Tails(*load(blob))) for first, blob in select(self._database, "phrase", "first", new)
            )
        return self._tails


def rule(
    flag: str, level: str, terms: list[Any], near: list[str], unless: list[Any], despite: list[str]
) -> tuple[Rule, frozenset[str]]:
    """Return a rule and the groups and quantities that it needs; lists among *terms* and *unless* are conditions."""
    from spasmcli.ask.triage import Condition, Rule  # not for completion

    every, but = ([term if isinstance(term, str) else Condition(*term) for term in some] for some in (terms, unless))
    made = Rule(flag, level, tuple(every), tuple(near), tuple(but), tuple(despite))
    return made, frozenset(term if isinstance(term, str) else term.quantity for term in every)
