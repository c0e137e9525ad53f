"""How the compiled form of an FAQ is written down, and how damage to it is noticed."""

from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Iterable
from typing import Any
from zlib import crc32

#: Raised with every change of the tables below or of the way words are read.
FORMAT = 9

_ONE = struct.Struct("<Id")


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
    return crc32(json.dumps(values, ensure_ascii=False).encode())


def dump(value: object) -> bytes:
    """Return *value* as sealed JSON."""
    return seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def load(blob: object) -> Any:
    """Return what `dump` was given, tuples as lists.

    Raises:
        Damaged: when the checksum does not fit.
    """
    return json.loads(unseal(blob))


def pack_postings(postings: Iterable[tuple[int, float]]) -> bytes:
    """Return (entry number, strength) pairs as 32-bit numbers and then 64-bit floats, little end first."""
    pairs = list(postings)
    if len(pairs) == 1:  # most words stand in one entry
        return seal(_ONE.pack(*pairs[0]))
    numbers, strengths = array("I", [n for n, _ in pairs]), array("d", [s for _, s in pairs])
    if sys.byteorder == "big":
        numbers.byteswap()
        strengths.byteswap()
    return seal(numbers.tobytes() + strengths.tobytes())


def unpack_postings(blob: object) -> list[tuple[int, float]]:
    """Return what `pack_postings` was given."""
    data = unseal(blob)
    count = len(data) // 12
    numbers, strengths = array("I"), array("d")
    numbers.frombytes(data[: 4 * count])
    strengths.frombytes(data[4 * count :])
    if sys.byteorder == "big":
        numbers.byteswap()
        strengths.byteswap()
    return list(zip(numbers, strengths, strict=True))
