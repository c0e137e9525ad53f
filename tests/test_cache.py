"""Homes and caches of every odd sort (cases 82 to 85 of docs/robustness.md)."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import KEPT_FILES
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from process import Spasm, dump, needs_posix

import spasmcli
from spasmcli import cache
from spasmcli.compile import compile_document
from spasmcli.faqfile.check import document_of
from spasmcli.records import Document

#: A small FAQ with every feature that is compiled: phrases, words, patterns, terms.
SMALL: dict[str, Any] = {
    "red_flags": [
        {"id": "fell", "sign": "A fall", "why": "So.", "raise": [
            {"level": "urgent", "lead": "Sit.", "patterns": ["OFF"]},
        ]},
    ],
    "vocabulary": {"tyre": ["tyre", "wheel"]}, "concepts": {"off": ["fell off"]}, "note": "Not advice.",
}  # fmt: skip
ASKED = ["topic 7", "my weel is flat", "i fell off, what is topic 2", "zzgx"]


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
    cold: Spasm, faq: Callable[..., str], tmp_path: Path, variables: dict[str, str | None]
) -> None:
    """Without a usable HOME the command answers without a cache, silently, and writes nothing where it stands."""
    nobody = _no_passwd_entry(cold.home)
    before = sorted(tmp_path.rglob("*"))
    result = cold("ask", "--faq", faq("An answer."), "topic 1", env={"XDG_CACHE_HOME": None, **nobody, **variables})
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
    tight = "import spasmcli.compile as c; c._SETTINGS = 'pragma cache_size = 2;'"
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
    """A file of another version in the cache is neither read nor harmed; a link in a place is not written through."""
    path = faq("An answer.")
    args = ["ask", "--faq", path, "--field", "answer", "topic 1"]
    cold(*args).check()
    (own,) = (cold.cache / "spasm").iterdir()
    other = own.with_name("0" * 40 + ".db")
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
    loading = r"\bimport (?:pickle|marshal|shelve)\b|\b(?:pickle|marshal|shelve)\.|\b(?:eval|exec)\("
    assert [found for text in sources for found in re.findall(loading, text)] == []


def test_case_85_other_cache_files_are_not_touched(
    cold: Spasm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight compiled files are kept; anything else in the cache folder stays, but drafts that nobody will finish."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cold.cache))
    monkeypatch.setattr(cache, "_KEPT_FILES", KEPT_FILES)
    folder = cold.cache / "spasm"
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine")
    for name, age in (("old.tmp", 7200), ("new.tmp", 0)):
        (folder / name).write_text("")
        os.utime(folder / name, (time.time() - age, time.time() - age))
    for number in range(10):
        spasmcli.load(dump(tmp_path / "faq.yaml", f"Answer {number}."))
    names = {file.name for file in folder.iterdir()}
    assert {"notes.txt", "new.tmp"} <= names
    assert "old.tmp" not in names
    assert len([name for name in names if name.endswith(".db")]) == KEPT_FILES == 8


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which this process caches."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    return tmp_path / "own" / "spasm"


def found(path: str) -> list[object]:
    """Return all that the FAQ at *path* answers, and all that it holds."""
    faq = spasmcli.load(path)
    return [*(faq.ask(text, top=50) for text in ASKED), faq.entries(), faq.red_flags(), faq.topics(), faq.note]


def test_the_same_answers_with_any_cache(
    tmp_path: Path, own_cache: Path, faq: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cold cache, warm cache and no cache find the same entries, alerts and scores, to the last digit."""
    path = faq(*(f"Answer {number}." for number in range(1, 30)), **SMALL)
    cold = found(path)
    (kept,) = own_cache.iterdir()
    with monkeypatch.context() as patch:
        patch.setattr(cache, "_compile", None)  # a second compiling would fail
        assert found(path) == cold
    assert kept.exists()
    (tmp_path / "in-the-way").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "in-the-way"))
    assert found(path) == cold


def test_the_same_file_is_compiled_alike(faq: Callable[..., str]) -> None:
    """Compiled twice, in memory or not, an FAQ gives the very same file, so that a package can be built again."""
    path = faq(*(f"Answer {number}." for number in range(1, 30)), **SMALL)
    document = document_of(Path(path).read_bytes(), path)
    assert 1 == len({cache.sealed(compile_document(document, in_memory=inside)) for inside in (True, False, True)})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_changed_companion_is_compiled_anew(tmp_path: Path, own_cache: Path, encoding: str) -> None:
    """The cache knows an FAQ by the companions that it includes too: what they say now is what counts."""
    main = tmp_path / "faq.yaml"
    main.write_text("include: [more.yaml]\nentries:\n- {id: a, question: What of tyres, answer: So.}\n", encoding)
    for word, other in (("wheels", "rubbers"), ("rubbers", "wheels")):
        (tmp_path / "more.yaml").write_text(f"vocabulary:\n  tyre: [tyres, {word}]\n")
        assert ["unsure", "no_match"] == [spasmcli.load(main).ask(text).outcome for text in (word, other)]
    assert len(list(own_cache.iterdir())) == 2


@pytest.mark.parametrize("name", ["text/english.txt", "text/words.py", "compile.py", "faqfile/check.py"])
def test_whatever_the_compiler_reads_names_the_file(
    own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A change of the code that compiles, or of the list of words it reads, gives the compiled file another name."""
    package = tmp_path / "package"
    shutil.copytree(cache._PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "data"))
    monkeypatch.setattr(cache, "_PACKAGE", package)
    monkeypatch.setattr(cache, "_code", cache._code.__wrapped__)  # as a process that begins has it
    before = cache._cache_file(b"entries")
    with (package / name).open("a") as file:
        file.write("\n")
    assert before != cache._cache_file(b"entries")


def test_progress_is_told_entry_by_entry(own_cache: Path, faq: Callable[..., str]) -> None:
    """Whoever opens an FAQ is told how many entries are compiled and of how many, up to all; from the cache nothing."""
    told: list[tuple[int, int]] = []
    path = faq(*(f"Answer {number}." for number in range(1, 30)))
    spasmcli.load(path, progress=lambda done, whole: told.append((done, whole)))
    assert [(number, 29) for number in range(1, 30)] == told
    spasmcli.load(path, progress=lambda done, whole: told.append((done, whole)))
    assert 29 == len(told)


# Damage. One checksum covers all bytes of a compiled file, itself at bytes 68 to 71.


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "truncated": lambda data: data[: len(data) // 2],
    "one-byte-less": lambda data: data[:-1],
    "one-byte-more": lambda data: data + b"\0",
    "longer": lambda data: data + b"x" * 4096,
    "zeroed-middle": lambda data: data[: len(data) // 4] + bytes(len(data) // 2) + data[len(data) // 4 * 3 :],
    "zeroed-end": lambda data: data[: len(data) - 4096] + bytes(4096),
    "zeroed": lambda data: bytes(len(data)),
    "garbage": lambda data: bytes(range(256)) * (len(data) // 256),
    "text": lambda data: b"not a database at all",
    "no-checksum": lambda data: data[:68] + bytes(4) + data[72:],
    "other-answer": lambda data: data.replace(b"Answer 7.", b"Answer 8."),
    "other-key": lambda data: data.replace(b"entry-7", b"entry-q"),
    "pages-swapped": lambda data: data[:4096] + data[8192:12288] + data[4096:8192] + data[12288:],
    "flipped": lambda data: data[:5000] + bytes(byte ^ 0x55 for byte in data[5000:]),
}


@pytest.mark.parametrize("harm", DAMAGE.values(), ids=DAMAGE)
def test_case_85_damaged_cache(own_cache: Path, faq: Callable[..., str], harm: Callable[[bytes], bytes]) -> None:
    """A cache file that is cut, zeroed, changed or no database at all is ignored and written anew."""
    path = faq(*(f"Answer {number}." for number in range(1, 30)), **SMALL)
    right = found(path)
    (file,) = own_cache.iterdir()
    whole = file.read_bytes()
    assert harm(whole) != whole
    file.write_bytes(harm(whole))
    assert found(path) == right
    assert file.read_bytes() == whole


@needs_posix
def test_case_85_damage_is_silent(cold: Spasm, faq: Callable[..., str]) -> None:
    """The command says nothing of a damaged cache: it answers as ever, and mends it."""
    path = faq("Use heat.", "Use ice.")
    args = ["ask", "--json", "--faq", path, "topic 2"]
    right = cold(*args).check().out
    (file,) = (cold.cache / "spasm").iterdir()
    whole = file.read_bytes()
    for harm in (DAMAGE["zeroed-end"], DAMAGE["truncated"]):
        file.write_bytes(harm(whole))
        result = cold(*args).check()
        assert (result.out, result.err, file.read_bytes()) == (right, "", whole)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
@example(place=0.0, change=1)
@example(place=1 - 1e-9, change=255)
def test_case_85_any_byte(small: tuple[str, Path, bytes, list[object]], place: float, change: int) -> None:
    """Whichever byte of a compiled file is changed, and how, it is noticed; answers stay and the file is mended."""
    path, file, whole, right = small
    harmed = bytearray(whole)
    harmed[int(place * len(whole))] ^= change
    file.write_bytes(harmed)
    with pytest.raises(cache.HARMED):
        cache._open(file)
    assert found(path) == right
    assert file.read_bytes() == whole


def test_case_85_every_bit_of_the_header(small: tuple[str, Path, bytes, list[object]]) -> None:
    """Each single bit of the first page's header, the checksum included, is guarded like all others."""
    _, file, whole, _ = small
    for bit in range(8 * 100):
        harmed = bytearray(whole)
        harmed[bit // 8] ^= 1 << bit % 8
        file.write_bytes(harmed)
        with pytest.raises(cache.HARMED):
            cache._open(file)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A small FAQ: its path, its compiled file, what that holds, and what it answers."""
    folder = tmp_path_factory.mktemp("small")
    path = dump(folder / "faq.yaml", *(f"Answer {number}." for number in range(1, 9)), **SMALL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        right = found(path)
        (file,) = (folder / "spasm").iterdir()
        yield path, file, file.read_bytes(), right


def test_case_85_bundled_faq_harmed_anywhere(compiled: Path, tmp_path: Path) -> None:
    """Of the compiled bundled FAQ, too, any changed byte is noticed: tried at 60 places spread over the whole file."""
    package = Path(spasmcli.__file__).parent / "data" / "faq.db"
    source = package if package.is_file() else next(compiled.rglob("*.db"))
    whole = source.read_bytes()
    file = tmp_path / "faq.db"
    file.write_bytes(whole)
    cache._open(file).close()
    places = [*range(66, 74), *range(0, len(whole), len(whole) // 50), len(whole) - 1]
    for place in places:
        harmed = bytearray(whole)
        harmed[place] ^= 1 + place % 255
        file.write_bytes(harmed)
        with pytest.raises(cache.HARMED):
            cache._open(file)


def test_case_85_harmed_while_it_is_open(own_cache: Path, faq: Callable[..., str]) -> None:
    """A file that is harmed after it was opened is noticed when it is next read: the answer comes from a new one."""
    path = faq(*(f"Answer {number}." for number in range(1, 30)), **SMALL)
    right = found(path)
    (file,) = own_cache.iterdir()
    whole = file.read_bytes()
    with open(file, "r+b") as opened:
        broken = spasmcli.load(path)
        opened.seek(4096)
        opened.write(b"\xff" * (len(whole) - 4096))
        opened.flush()
    assert [broken.ask(text, top=50) for text in ASKED] == right[: len(ASKED)]
    assert file.read_bytes() == whole


@pytest.mark.parametrize("large", [False, True], ids=["opened-before", "too-large-to-check"])
@pytest.mark.parametrize("harm", [(b'"synonyms"', b'"synonymz"'), (b'"synonyms"', b'"synonyms#')], ids=["key", "json"])
def test_case_85_rows_that_make_no_sense(
    own_cache: Path, faq: Callable[..., str], monkeypatch: pytest.MonkeyPatch, harm: tuple[bytes, bytes], large: bool
) -> None:
    """Damage that SQLite does not see, in a file that was not checked or is harmed later, is noticed when it is met."""
    path = faq(*(f"Answer {number}." for number in range(1, 30)), **SMALL)
    right = found(path)
    (file,) = own_cache.iterdir()
    whole = file.read_bytes()
    if large:
        monkeypatch.setattr(cache, "_CHECKED_BYTES", 4096)
        file.write_bytes(whole.replace(*harm))
    broken = spasmcli.load(path)
    file.write_bytes(whole.replace(*harm))
    assert [broken.ask(text, top=50) for text in ASKED] == right[: len(ASKED)]
    assert file.read_bytes() == whole


def test_a_large_file_is_not_read_through(
    tmp_path: Path, faq: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compiled file beyond the limit, which is not read before it is used, is still refused if it was cut."""
    monkeypatch.setattr(cache, "_CHECKED_BYTES", 4096)
    path = faq("Use heat.", "Use ice.")
    whole = cache.sealed(compile_document(Document(document_of(Path(path).read_bytes(), path).entries)))
    file = tmp_path / "large.db"
    file.write_bytes(whole)
    cache._open(file).close()
    for cut in (whole[:-1], whole[:-4096], whole[: len(whole) // 2], whole + bytes(4096)):
        file.write_bytes(cut)
        with pytest.raises(cache.HARMED):
            cache._open(file)
