"""Learnt weights as a compiled FAQ keeps them: a byte each, found by feature, and added up for all classes at once."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Sequence
from sys import byteorder
from typing import Any, Generic, NamedTuple, TypeVar

_T = TypeVar("_T")
#: The largest number that a byte holds with its sign, how far lanes are raised, and what stands for 1 in them.
_MOST, _RAISED, _WHOLE = 127, 128, 1 << 30
#: Rows kept in memory, so that a long batch stays small; and how many are asked for at once.
_KEPT, _AT_ONCE = 40_000, 400


class Row(NamedTuple):
    """The weights of a feature as a compiled FAQ keeps them: whole numbers from -127 to 127, to be taken times *step*.

    A byte a weight is enough: held-out lines come out the same to a thousandth (docs/matching.md). *lanes* holds them
    all in one number, 64 bits each, 128 higher so that none is negative: see `weighed`.
    """

    step: float
    weights: array[int]
    lanes: int


def packed(weights: Sequence[float]) -> bytes:
    """Return the *weights* of a feature as bytes, as `unpacked` reads them."""
    step = max(map(abs, weights)) / _MOST or 1.0
    return array("d", [step]).tobytes() + array("b", [round(weight / step) for weight in weights]).tobytes()


def unpacked(blob: bytes) -> Row:
    """Return the row that `packed` made *blob* of."""
    weights = array("b", blob[8:])
    lanes = array("Q", [weight + _RAISED for weight in weights]).tobytes()
    return Row(array("d", blob[:8])[0], weights, int.from_bytes(lanes, byteorder))


def weighed(bias: Sequence[float], known: Iterable[tuple[Row, float]]) -> list[float]:
    """Return the score of each class: its *bias*, and what each of the *known* rows of weights adds times its value.

    All classes are added up at once, as lanes of one long whole number, ten times as fast as one after the other.
    Values, which are not negative, are rounded to 2 ** -30.
    """
    total = times = 0
    for row, value in known:
        whole = round(value * row.step * _WHOLE)
        total += whole * row.lanes
        times += whole
    lanes = array("Q", total.to_bytes(8 * len(bias), byteorder))
    return [start + (lane - _RAISED * times) / _WHOLE for start, lane in zip(bias, lanes, strict=True)]


class Rows(Generic[_T]):
    """The rows of a table of a compiled FAQ, by feature; each is *made* of what stands in its other columns."""

    def __init__(self, database: sqlite3.Connection, table: str, made: Callable[..., _T]) -> None:
        self._database, self._made = database, made
        self._query = f"select * from {table} where feature in "  # noqa: S608  (a name from our own code)
        self._known: dict[str, _T | None] = {}

    def of(self, features: Iterable[str]) -> dict[str, _T]:
        """Return the rows of those *features* that have one, in their order; they are looked up together."""
        wanted = list(features)
        if len(self._known) > _KEPT:
            self._known = {}
        known = self._known
        missing = [name for name in wanted if name not in known]
        for at in range(0, len(missing), _AT_ONCE):
            some = missing[at : at + _AT_ONCE]
            read: dict[str, Any] = dict.fromkeys(some)
            rows = self._database.execute(f"{self._query}({','.join('?' * len(some))})", some)
            read.update((name, self._made(*rest)) for name, *rest in rows)
            known.update(read)
        return {name: row for name in wanted if (row := known[name]) is not None}
