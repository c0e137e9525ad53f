"""How the compiled form of an FAQ is written down, and how damage to it is noticed."""

from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any
from zlib import crc32

from spasmcli.ask.terms import Phrasings

#: Raised with every change of what is compiled, of its weights or of the way words are read.
FORMAT = 15

_LENGTH = struct.Struct("<I")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


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


def mark(*values: int | str) -> int:
    """Return a checksum of *values*, for columns that must stay readable to SQL."""
    return crc32(_JSON.encode(values).encode())


def dump(value: object) -> bytes:
    """Return *value* as sealed JSON."""
    return seal(_JSON.encode(value).encode())


def load(blob: object) -> Any:
    """Return what `dump` was given, tuples as lists.

    Raises:
        Damaged: when the checksum does not fit.
    """
    return json.loads(unseal(blob))


def pack_postings(numbers: Sequence[int], strengths: Sequence[float]) -> bytes:
    """Return the *numbers* of entries as 32-bit numbers and their *strengths* as 64-bit floats, little end first."""
    return seal(_packed(numbers, strengths))


def unpack_postings(blob: object) -> list[tuple[int, float]]:
    """Return what `pack_postings` was given, as (number, strength) pairs."""
    return list(zip(*_arrays(unseal(blob)), strict=True))


def pack_phrasings(phrasings: Phrasings) -> bytes:
    """Return *phrasings* as JSON, behind its length, with the numbers and shares of all units packed at the end."""
    head = _JSON.encode([phrasings.texts, {unit: len(found) for unit, found in phrasings.units.items()}]).encode()
    numbers, shares = [], []
    for found in phrasings.units.values():
        for number, share in found:
            numbers.append(number)
            shares.append(share)
    return seal(_LENGTH.pack(len(head)) + head + _packed(numbers, shares))


def unpack_phrasings(blob: object) -> Phrasings:
    """Return what `pack_phrasings` was given."""
    data = unseal(blob)
    end = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    texts, counts = json.loads(data[_LENGTH.size : end])
    return Phrasings(texts, counts, _Units(counts, *_arrays(data[end:])))


class _Units(dict[str, list[tuple[int, float]]]):
    """The phrasings of an entry that use each unit, unpacked when first asked for: a question has few of the units."""

    def __init__(self, counts: Mapping[str, int], numbers: array[int], shares: array[float]) -> None:
        super().__init__()
        self._ends = dict(zip(counts, accumulate(counts.values()), strict=True))
        self._counts, self._numbers, self._shares = counts, numbers, shares

    def __missing__(self, unit: str) -> list[tuple[int, float]]:
        end = self._ends[unit]
        place = slice(end - self._counts[unit], end)
        self[unit] = found = list(zip(self._numbers[place], self._shares[place], strict=True))
        return found


def _packed(numbers: Sequence[int], strengths: Sequence[float]) -> bytes:
    count = len(numbers)
    return struct.pack(f"<{count}I{count}d", *numbers, *strengths)


def _arrays(data: bytes) -> tuple[array[int], array[float]]:
    count = len(data) // 12
    numbers, strengths = array("I"), array("d")
    numbers.frombytes(data[: 4 * count])
    strengths.frombytes(data[4 * count :])
    if sys.byteorder == "big":
        numbers.byteswap()
        strengths.byteswap()
    return numbers, strengths
