"""Fixtures for the tests that run the installed command as a process."""

from __future__ import annotations

import functools
import json
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from process import Result, Spasm, dump

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # A job in the background ignores Ctrl-C and hands that on; the processes under test must not inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprst" for vowel in "aeiou"]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which the bundled FAQ lies compiled already, for tests to copy."""
    spasm = Spasm(tmp_path_factory.mktemp("compiled"))
    spasm("ask", "heat", "or", "ice").check()
    return spasm.cache


@pytest.fixture(scope="session")
def expected(compiled: Path) -> Callable[..., Result]:
    """Run the command as usual, with the bundled FAQ and in an ordinary environment; the same run only once."""
    return functools.cache(Spasm(compiled.parent).__call__)


@pytest.fixture
def cold(tmp_path: Path) -> Spasm:
    """The command with a home of its own and nothing in its cache."""
    home = tmp_path / "home"
    home.mkdir()
    return Spasm(home)


@pytest.fixture
def spasm(cold: Spasm, compiled: Path) -> Spasm:
    """The command with a home of its own, the bundled FAQ compiled already."""
    if compiled.is_dir():  # an installed package brings it along
        shutil.copytree(compiled, cold.cache)
    return cold


@pytest.fixture
def faq(tmp_path: Path) -> Callable[..., str]:
    """Write an FAQ file of some entries (answers, or fields of entries) and return its path."""
    return lambda *entries, **more: dump(tmp_path / "faq.yaml", *entries, **more)


@pytest.fixture(scope="session")
def big(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of an FAQ file of 5,000 entries, about 3 MB."""
    draw = random.Random(1)
    vocabulary = ["".join(draw.choices(_SYLLABLES, k=draw.randint(2, 4))) for _ in range(4_000)]
    entries = [
        {
            "id": f"entry-{number}",
            "question": f"What about {' '.join(draw.choices(vocabulary, k=6))} number {number}?",
            "answer": f"{' '.join(draw.choices(vocabulary, k=70))}.",
        }
        for number in range(5_000)
    ]
    path = tmp_path_factory.mktemp("big") / "big.yaml"
    path.write_text(json.dumps({"entries": entries}, indent=1), encoding="utf-8")
    return str(path)
