"""Fuzz compiled files: whatever bytes of one are changed or lost, the answer is the same, and nothing is raised.

pip install atheris && mkdir -p fuzz/corpus/compiled
python fuzz/fuzz_compiled.py -max_total_time=600 -max_len=64 fuzz/corpus/compiled
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports():
    from spasmcli.api import FAQ, load
    from spasmcli.records import Entry
    from spasmcli.results import Answer

SOURCE = """
entries:
  - {id: flat-tyre, question: How do I mend a flat tyre?, answer: Patch the tube., aliases: [my tyre is flat]}
  - {id: squeak, question: Why does the chain squeak?, answer: It wants oil., related: [flat-tyre]}
vocabulary:
  wheel: [tyre, tire, wheel]
concepts:
  brake: [brake, brakes]
  fails: [fail, gone, not work]
red_flags:
  - id: no-brakes
    sign: no brakes
    why: You fall.
    raise: [{level: emergency, lead: Stop now., patterns: [BRAKE + FAILS]}]
"""
ASKED = ("my tire is flatt", "brakes gone and the chain squeaks", "zzgx")
#: Inputs that begin with this byte lose the end of the file.
CUT = 0
HOME = tempfile.TemporaryDirectory(prefix="spasm-fuzz-")
os.environ["XDG_CACHE_HOME"] = os.environ["LOCALAPPDATA"] = HOME.name
FILE = Path(HOME.name) / "faq.yaml"
FILE.write_text(SOURCE, encoding="utf-8")


def told(faq: FAQ) -> list[Answer | Entry]:
    """Return all that *faq* has to tell."""
    return [*(faq.ask(text, explained=True) for text in ASKED), *faq.entries()]


RIGHT = told(load(FILE))
COMPILED = next(Path(HOME.name).rglob("*.db"))
WHOLE = COMPILED.read_bytes()


def harmed(kind: int, data: bytes) -> bytes:
    """Return the compiled file cut off where *data* says, or with each three bytes as a place and a change there."""
    made = bytearray(WHOLE)
    for high, low, change in zip(data[::3], data[1::3], data[2::3], strict=False):
        place = (high << 8 | low) * len(made) >> 16
        if kind == CUT:
            return bytes(made[:place])
        made[place] ^= change
    return bytes(made)


def one(data: bytes) -> None:
    """Harm the compiled file as *data* says, and compare what is told with what was told before."""
    COMPILED.write_bytes(harmed(data[0], data[1:]) if data else b"")
    if told(load(FILE)) != RIGHT:
        raise AssertionError("a harmed file told something else")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
