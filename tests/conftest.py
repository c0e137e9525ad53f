"""Fixtures for the tests that run the installed command as a process."""

from __future__ import annotations

import functools
import json
import os
import random
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from process import Result, Spasm, dump

import spasmcli
from spasmcli import cache

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # A job in the background ignores Ctrl-C and hands that on; the processes under test must not inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprst" for vowel in "aeiou"]


#: Compiled files that the program keeps; in the cache of this process all are kept.
KEPT_FILES = cache._KEPT_FILES


def pytest_configure(config: pytest.Config) -> None:
    """Give the library a cache of its own in this process, and no variable of whoever runs the tests.

    Compiling the bundled FAQ takes long, so what came of it is kept from one run of the tests to the next: a compiled
    file is named by all that it is made of.
    """
    folder = tempfile.mkdtemp(prefix="spasm-tests-")
    os.environ.update({"XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder})
    for name in ("SPASM_FAQ", "FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        os.environ.pop(name, None)
    cache._KEPT_FILES = 10_000
    config.add_cleanup(functools.partial(shutil.rmtree, folder, ignore_errors=True))
    if kept_between := getattr(config, "cache", None):  # not there where pytest's cache is switched off
        kept = kept_between.mkdir("spasm")
        shutil.copytree(kept, _place())
        config.add_cleanup(functools.partial(_keep, kept))


def _place() -> Path:
    """Return where this process caches."""
    place = cache._cache_file(b"")
    assert place
    return place.parent


def _bundled() -> Path | None:
    """Return the file of the bundled FAQ in the cache: the one that was used last of those so large."""
    large = [file for file in _place().glob("*.db") if file.stat().st_size > 1_000_000]
    return max(large, key=lambda file: file.stat().st_mtime, default=None)


def _keep(folder: Path) -> None:
    """Keep the compiled bundled FAQ in *folder*, and no other but the last two."""
    if file := _bundled():
        shutil.copy2(file, folder)
    for old in sorted(folder.glob("*.db"), key=lambda file: file.stat().st_mtime)[:-3]:
        old.unlink()


@pytest.fixture(scope="session")
def bundled() -> spasmcli.FAQ:
    """The bundled FAQ, open in this process."""
    return spasmcli.load()


@pytest.fixture(scope="session")
def compiled(bundled: spasmcli.FAQ, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which the bundled FAQ lies compiled already, for tests to copy; none where the package brings it."""
    folder = tmp_path_factory.mktemp("compiled") / "cache"
    if not (Path(spasmcli.__file__).parent / "data" / "faq.db").is_file() and (file := _bundled()):
        place = folder / _place().relative_to(os.environ["XDG_CACHE_HOME"])
        place.mkdir(parents=True)
        shutil.copy(file, place)
    return folder


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
