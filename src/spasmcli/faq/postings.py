"""Which entries use which term, gathered while an FAQ is compiled.

An external merge sort: what is too much for memory waits in a temporary table, run by run, and the runs are merged.
An FAQ of a few thousand entries is one run, which never leaves memory.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from heapq import merge
from itertools import chain, groupby
from operator import itemgetter
from typing import TypeAlias

from spasmcli.faq.sealed import pack_postings, unpack_postings

#: Postings held in memory at once: about 100 MB where no two entries share a term.
_HELD = 400_000
_KEY = itemgetter(0)
#: Numbers of entries, each with its share.
Shares: TypeAlias = list[tuple[int, float]]


class Postings:
    """The numbers of the entries that use each term, each with its share; *database* is where runs wait."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._run: defaultdict[str, Shares] = defaultdict(list)
        self._held = 0
        database.execute("create temp table run(key text, postings blob)")

    def add(self, number: int, shares: Mapping[str, float]) -> None:
        """Note that entry *number*, higher than any before, uses the terms whose keys are in *shares*."""
        run, once = self._run, {share: (number, share) for share in set(shares.values())}
        for key, share in shares.items():
            run[key].append(once[share])
        self._held += len(shares)
        if self._held > _HELD:
            rows = ((key, pack_postings(*zip(*found, strict=True))) for key, found in self._sorted())
            self._database.executemany("insert into run values(?, ?)", rows)
            self._run.clear()
            self._held = 0

    def merged(self) -> Iterator[tuple[str, Shares]]:
        """Yield each key with its postings by number, in the order of keys."""
        rows = self._database.execute("select key, postings from run order by key, rowid")
        first = rows.fetchone()
        if not first:
            yield from self._sorted()
            return
        earlier = ((key, unpack_postings(blob)) for key, blob in chain([first], rows))
        for key, runs in groupby(merge(earlier, self._sorted(), key=_KEY), key=_KEY):
            yield key, [posting for _, found in runs for posting in found]

    def _sorted(self) -> Iterator[tuple[str, Shares]]:
        return ((key, self._run[key]) for key in sorted(self._run))
