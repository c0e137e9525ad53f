"""Homes and caches of every odd sort (cases 82 to 85 of docs/robustness.md)."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from process import Spasm, needs_posix

import spasmcli
from spasmcli.ask.match import match
from spasmcli.ask.query import read
from spasmcli.faq import cache, postings
from spasmcli.faq.check import load_document
from spasmcli.faq.compiled import compile_document

ROOT = Path(__file__).parent.parent
FAQ_FILE, ASKED = ROOT / "data" / "faq.yaml", ROOT / "bench" / "questions.jsonl"


@needs_posix
@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"HOME": None}, id="no-home"),
        pytest.param({"HOME": ""}, id="empty-home"),
        pytest.param({"HOME": "/nonexistent/home"}, id="missing-home"),
        pytest.param({"HOME": "relative/home"}, id="relative-home"),
        pytest.param({"HOME": "/dev/null"}, id="home-is-a-device"),
        pytest.param({"HOME": None, "PATH": None, "LANG": None, "TERM": None}, id="no-variables"),
    ],
)
def test_case_82_homeless(
    spasm: Spasm, faq: Callable[..., str], tmp_path: Path, variables: dict[str, str | None]
) -> None:
    """Without a usable HOME the command answers without a cache, silently, and writes nothing where it stands."""
    nobody = _no_passwd_entry(spasm.home)
    before = sorted(tmp_path.rglob("*"))
    result = spasm("ask", "--faq", faq("An answer."), "topic 1", env={"XDG_CACHE_HOME": None, **nobody, **variables})
    assert result.check().err == ""
    assert "An answer." in result.out
    assert set(tmp_path.rglob("*")) - set(before) <= {Path(faq("An answer."))}
    assert not Path("/.cache/spasm").exists()


def _no_passwd_entry(home: Path) -> dict[str, str]:
    """Make the system forget who the user is."""
    (home / "sitecustomize.py").write_text(
        "import pwd\ndef nobody(uid):\n    raise KeyError(uid)\npwd.getpwuid = nobody\n"
    )
    return {"PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"}


@needs_posix
@pytest.mark.parametrize("kind", ["file", "below-a-file", "device", "system", "loop", "full"])
def test_case_83_cache_that_cannot_be_written(cold: Spasm, faq: Callable[..., str], kind: str) -> None:
    """Where no cache can be written every run still answers, silently; nothing half-written is left."""
    place = cold.home / "place"
    if kind == "file":
        (cold.home / "place").mkdir()
        (place / "spasm").write_text("in the way")
    elif kind == "below-a-file":
        place.write_text("in the way")
    elif kind == "loop":
        place.symlink_to(place)
    where = {"device": "/dev/null", "system": "/proc/1/nowhere"}.get(kind, str(place))
    options: dict[str, Any] = {"preexec_fn": _no_file_may_grow} if kind == "full" else {}
    path = faq("An answer.")
    for _ in range(2):
        result = cold("ask", "--faq", path, "--field", "answer", "topic 1", env={"XDG_CACHE_HOME": where}, **options)
        assert (result.check().out, result.err) == ("An answer.\n", "")
    assert [file for file in cold.home.rglob("*") if file.suffix in (".db", ".tmp")] == []


def _no_file_may_grow() -> None:
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@needs_posix
def test_case_83_no_room_for_anything(cold: Spasm, faq: Callable[..., str]) -> None:
    """Where neither the cache nor a temporary file can be written, an FAQ too large for SQLite's memory is answered."""
    tight = (
        "import spasmcli.faq.compiled as c; c._SETTINGS = 'pragma cache_size = 2;'; from spasmcli.__main__ import main"
    )
    command = Spasm(cold.home, [sys.executable, "-c", f"{tight}; import spasmcli.__main__ as m; m.main()"])
    path = faq(*(f"Answer {number}, " + "word " * 300 for number in range(1, 60)))
    result = command("ask", "--faq", path, "--field", "id", "topic 7", preexec_fn=_no_file_may_grow).check()
    assert (result.out, result.err) == (cold("ask", "--faq", path, "--field", "id", "topic 7").check().out, "")


@needs_posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_case_83_read_only_home(cold: Spasm, faq: Callable[..., str]) -> None:
    """A home that is for reading only gives an answer without a cache."""
    cold.home.chmod(0o500)
    assert cold("ask", "--faq", faq("An answer."), "topic 1").check().err == ""


@pytest.mark.parametrize("value", ["", "relative/cache", "./cache", "~/cache"])
def test_case_84_xdg_that_does_not_count(cold: Spasm, faq: Callable[..., str], value: str) -> None:
    """XDG_CACHE_HOME that is empty or relative is ignored: nothing is written below the current folder."""
    folder = cold.home / "here"
    folder.mkdir()
    cold("ask", "--faq", faq("An answer."), "topic 1", env={"XDG_CACHE_HOME": value}, cwd=folder).check()
    assert list(folder.iterdir()) == []


@needs_posix
def test_case_85_cache_of_another_version(cold: Spasm, faq: Callable[..., str]) -> None:
    """A cache file of another version is neither read nor harmed; a link in its place is not written through."""
    path = faq("An answer.")
    args = ["ask", "--faq", path, "--field", "answer", "topic 1"]
    cold(*args).check()
    (own,) = (cold.cache / "spasm").iterdir()
    other = own.with_name(own.name.replace(spasmcli.__version__, "99.0.0"))
    assert other != own
    precious = cold.home / "precious"
    precious.write_text("keep")
    other.write_bytes(b"from the future")
    own.unlink()
    own.symlink_to(precious)
    assert cold(*args).check().out == "An answer.\n"
    assert (other.read_bytes(), precious.read_text()) == (b"from the future", "keep")
    assert not own.is_symlink()


def test_case_85_nothing_is_unpickled() -> None:
    """No module of the package can load code from data: no pickle, marshal, shelve, eval or exec."""
    sources = [file.read_text("utf-8") for file in Path(spasmcli.__file__).parent.rglob("*.py")]
    assert [found for text in sources for found in re.findall(r"\b(?:pickle|marshal|shelve|eval\(|exec\()", text)] == []


def test_case_85_other_cache_files_are_not_touched(spasm: Spasm, faq: Callable[..., str]) -> None:
    """Eight compiled files are kept; anything else in the cache folder stays, but drafts that nobody will finish."""
    folder = spasm.cache / "spasm"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notes.txt").write_text("mine")
    for name, age in (("old.tmp", 7200), ("new.tmp", 0)):
        (folder / name).write_text("")
        os.utime(folder / name, (time.time() - age, time.time() - age))
    for number in range(10):
        spasm("ask", "--faq", faq(f"Answer {number}."), "topic 1").check()
    names = {file.name for file in folder.iterdir()}
    assert {"notes.txt", "new.tmp"} <= names
    assert "old.tmp" not in names
    assert len([name for name in names if name.endswith(".db")]) == 8


def test_the_same_answers_with_any_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cold cache, warm cache and no cache find the same entries with the same leads and scores, to the last digit."""
    questions = [json.loads(line)["q"] for line in ASKED.read_text("utf-8").splitlines()[::10]]
    slips = [question.replace("e", "", 1) for question in questions]

    def found(folder: Path) -> list[object]:
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
        store = cache.open_file(str(FAQ_FILE))
        return [match(read(text, store), store, 50) for text in questions + slips]

    cold = found(tmp_path / "cache")
    (kept,) = (tmp_path / "cache" / "spasm").iterdir()
    with monkeypatch.context() as patch:
        patch.setattr(cache, "_compile", None)  # a second compiling would fail
        assert found(tmp_path / "cache") == cold
    assert kept.exists()
    (tmp_path / "in-the-way").write_text("")
    assert found(tmp_path / "in-the-way") == cold


def test_many_runs_make_one_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """An FAQ whose postings do not fit into memory at once is compiled to the very same index."""
    document = load_document(str(FAQ_FILE))
    whole = list(compile_document(document).iterdump())
    monkeypatch.setattr(postings, "_HELD", 5000)
    assert list(compile_document(document, in_memory=False).iterdump()) == whole


DAMAGE = {
    "empty": lambda data: b"",
    "truncated": lambda data: data[: len(data) // 2],
    "one-byte-less": lambda data: data[:-1],
    "longer": lambda data: data + b"x" * 4096,
    "zeroed-middle": lambda data: data[: len(data) // 4] + bytes(len(data) // 2) + data[len(data) // 4 * 3 :],
    "zeroed-end": lambda data: data[: len(data) - 4096] + bytes(4096),
    "garbage": lambda data: bytes(range(256)) * (len(data) // 256),
    "text": lambda data: b"not a database at all",
    "other-format": lambda data: data.replace(b"format", b"farmot"),
    "other-answer": lambda data: data.replace(b"Answer 7,", b"Answer 8,"),
    "other-question": lambda data: data.replace(b"entry-7What is topic 7?", b"entry-7What is topic 1?"),
    "other-id": lambda data: data.replace(b"entry-7What is topic 7?", b"entry-1What is topic 7?"),
    "flipped": lambda data: data[:5000] + bytes(byte ^ 0x55 for byte in data[5000:]),
}


@pytest.mark.parametrize("harm", DAMAGE.values(), ids=DAMAGE)
def test_case_85_damaged_cache(spasm: Spasm, faq: Callable[..., str], harm: Callable[[bytes], bytes]) -> None:
    """A cache file that is cut, zeroed, of another version or no database at all is ignored and written anew."""
    path = faq(*(f"Answer {number}, " + "word " * 300 for number in range(1, 30)))
    args = ["ask", "--json", "--faq", path, "topic 7"]
    right = spasm(*args).check().out
    (file,) = [file for file in (spasm.cache / "spasm").iterdir() if file not in _before(spasm)]
    whole = file.read_bytes()
    file.write_bytes(harm(whole))
    result = spasm(*args).check()
    assert (result.out, result.err) == (right, "")
    assert file.read_bytes() == whole
    file.write_bytes(harm(whole))
    assert len(spasm("list", "--json", "--faq", path).check().json["entries"]) == 29


def _before(spasm: Spasm) -> list[Path]:
    """Return the compiled files that hold the bundled FAQ."""
    return [file for file in (spasm.cache / "spasm").iterdir() if file.stat().st_size > 1_000_000]
