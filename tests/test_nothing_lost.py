"""What other tools lose in silence or end with a traceback (cases 95 to 108 of docs/robustness.md)."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from process import Result, Spasm, finish, needs_posix
from test_cache import _no_passwd_entry

import spasmcli
from spasmcli import cache
from spasmcli.compile import compile_document
from spasmcli.errors import FAQError
from spasmcli.faqfile.check import load_document
from spasmcli.incoming import argument, decoded, lines
from spasmcli.text import english

UNBUFFERED = {"PYTHONUNBUFFERED": "1"}
every_buffering = pytest.mark.parametrize("variables", [{}, UNBUFFERED], ids=["buffered", "unbuffered"])


def written(process: subprocess.Popen[bytes], reader: int, writer: int) -> bytes:
    """Return all that *process* writes to a pipe from which nothing is read until it is full, or the process ended."""
    while process.poll() is None and select.select([], [writer], [], 0)[1]:
        time.sleep(0.01)
    os.close(writer)
    return b"".join(iter(lambda: os.read(reader, 65_536), b""))


@needs_posix
@every_buffering
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_case_95_output_that_would_block(
    spasm: Spasm, expected: Callable[..., Result], variables: dict[str, str], stream: str
) -> None:
    """Into a pipe that its owner made non-blocking all is written, however late it is read: exit 0."""
    args = ["list", "--json"] if stream == "stdout" else ["ask", "-", "--field", "id"]
    questions = b"" if stream == "stdout" else b"i cant pee since my back went\n" * 120
    whole = expected(*args) if stream == "stdout" else spasm(*args, stdin=questions)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with (spasm.home / "questions").open("w+b") as asked:
        asked.write(questions)
        asked.seek(0)
        process = spasm.start(*args, env=variables, **{"stdin": asked, stream: writer})
        assert written(process, reader, writer) == getattr(whole, stream)
    finish(process)
    os.close(reader)
    assert process.returncode == 0
    assert len(getattr(whole, stream)) > 65_536  # more than a pipe holds


@needs_posix
@every_buffering
@pytest.mark.parametrize("pieces", [[b"heat or ", b"ice\n"], [b"", b"", b"heat or ice"], [b"heat or ice\r", b"\n\r\n"]])
def test_case_96_input_that_comes_late(spasm: Spasm, variables: dict[str, str], pieces: list[bytes]) -> None:
    """Only a real end ends a non-blocking input, and a line in pieces is one: each piece waits until it is asked for."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    process = spasm.start("ask", "-", "--field", "id", env=variables, stdin=reader)
    for piece in [b"bed rest\n", *pieces]:
        os.write(writer, piece)
        if piece == b"bed rest\n":
            assert process.stdout
            assert process.stdout.readline() == b"bed-rest\n"  # so it has read all there is, and reads again
    os.close(writer)
    assert finish(process) == (b"heat-or-ice\n", b"")
    os.close(reader)
    assert process.returncode == 0


@needs_posix
@pytest.mark.parametrize("args", [["list", "--json"], ["--help"], ["ask", "--help"]])
@every_buffering
def test_case_97_disk_nearly_full(spasm: Spasm, tmp_path: Path, variables: dict[str, str], args: list[str]) -> None:
    """Where only the beginning of the output can be written, one line says so and the exit code is 2."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))

    with (tmp_path / "out").open("wb") as out:
        result = spasm(*args, env={**variables, "PYTHONDONTWRITEBYTECODE": "1"}, stdout=out, preexec_fn=limit).check(2)
    assert len(result.err.splitlines()) == 1
    assert "could not be written" in result.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "cp1252", "mac-roman"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_case_98_encodings_of_questions(spasm: Spasm, encoding: str, end: str) -> None:
    """Questions as PowerShell, Notepad and old programs write them lose no warning sign and are echoed as typed."""
    asked = ["heat or ice", "i can’t pee since my back went", "is a “slipped disc” bad"]
    text = end.join(asked)
    found = spasm("ask", "-", "--json", stdin=text.encode(encoding)).check().out.splitlines()
    assert [f'"query": "{question}"' in line for question, line in zip(asked, found, strict=True)] == [True] * 3
    assert '"urgency": "emergency"' in found[1]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("mein R\u00fccken schmerzt, caf\u00e9 \u2026".encode("cp1252"), "mein R\u00fccken schmerzt, caf\u00e9 \u2026"),
        ("caf\u00e9 \u201cR\u00fccken\u201d".encode("mac-roman"), "caf\u00e9 \u201cR\u00fccken\u201d"),
        (b"caf\x8d", "caf\u00e7"),  # nothing in Windows-1252
        ("R\u00dcCKEN".encode("cp1252"), "R\u00dcCKEN"),
        ("na\u00efve".encode(), "na\u00efve"),
    ],
)
def test_case_98_bytes_that_are_not_utf_8(data: bytes, text: str) -> None:
    """Bytes that are not UTF-8 are read as Windows-1252 or MacRoman, whichever makes sense; an argument too."""
    assert decoded(data) == text
    assert argument(data.decode("utf-8", "surrogateescape")) == text
    assert argument("\ud83d") == "\ud83d"  # no byte at all


def test_case_98_lines_in_any_pieces() -> None:
    """Wherever a stream is cut, its lines are the same, and each comes with the piece that ends it."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        data = "caf\u00e9 one\r\ntwo\r\rthree \u2019\n".encode(encoding)
        for size in (1, 2, 3, 5, 100):
            pieces = [data[at : at + size] for at in range(0, len(data), size)]
            assert [line for line in lines(pieces) if line] == ["caf\u00e9 one", "two", "three \u2019"]
    coming = lines(piece or pytest.fail("read too far") for piece in (b"a\n", b"b\nc", b""))
    assert [next(coming), next(coming)] == ["a", "b"]


def test_case_99_line_that_is_cut(spasm: Spasm) -> None:
    """A warning sign far back in a long line is found; where a line is longer still, it is said that it was cut."""
    long = "my back hurts when i sit " * 2500
    found = spasm("ask", "-", "--field", "urgency", stdin=f"{long}i cant pee\n").check()
    assert (found.out, "was read" in found.err) == ("emergency\n", False)
    longer = spasm("ask", "-", "--field", "urgency", stdin=f"{'é' * 32_768}{long}\nheat or ice\n").check()
    assert longer.out == "none\nnone\n"
    assert "Of a line of more than 64 KB only the beginning was read." in longer.err


@pytest.mark.parametrize(
    "sign", ["\\'", ",", '"', " '", "?", "-", "_", "❜", "''", "&#39;", "&rsquo;", "=92", "\\u2019", "\ufffd", " "]
)
def test_case_100_signs_in_a_contraction(bundled: spasmcli.FAQ, sign: str) -> None:
    """One or two stray signs within a contraction, an entity or an escape are the apostrophe that was meant."""
    assert bundled.ask(f"i can{sign}t pee").urgency == "emergency"


@pytest.mark.parametrize("kind", ["missing", "unreadable"])
def test_case_101_package_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """Data of the package that is gone or cannot be read is exit 3, and the file is named."""
    from spasmcli import cli
    from spasmcli.faqfile import file

    package = tmp_path / "src" / "spasmcli"
    words = package / "words.txt"
    for path in (package / "data" / "faq.yaml", words) if kind == "unreadable" else ():
        path.mkdir(parents=True)
    for module in (cache, file):
        monkeypatch.setattr(module, "_PACKAGE", package)
    assert cli.run(["ask", "heat or ice"]) == 3
    assert "faq.yaml' cannot be read" in capsys.readouterr().err
    monkeypatch.setattr(english, "_LIST", words)
    english._listed.cache_clear()
    with pytest.raises(FAQError, match=r"words.txt' cannot be read .*: install spasm again"):
        english.is_english("heat")
    english._listed.cache_clear()


@pytest.mark.parametrize(
    ("module", "code", "said"),
    [
        ("_sqlite3", "raise ImportError('No module named _sqlite3')", "No module named _sqlite3"),
        ("_sqlite3", "raise RuntimeError('broken')", "broken"),
        ("sqlite3", "", "module 'sqlite3' has no attribute"),
        ("typer", "", "module 'typer' has no attribute"),
        ("json", "def", "invalid syntax"),
        ("yaml", "raise ImportError(\"No module named 'yaml'\")", "No module named 'yaml'"),
    ],
)
def test_case_102_module_that_is_missing_or_wrong(
    cold: Spasm, faq: Callable[..., str], module: str, code: str, said: str
) -> None:
    """Without a module that it needs, or with another of its name, one line says which: exit 2."""
    (cold.home / "modules").mkdir()
    (cold.home / "modules" / f"{module}.py").write_text(code)
    path = faq("An answer.")
    result = cold("ask", "--faq", path, "topic 1", env={"PYTHONPATH": str(cold.home / "modules")}).check(2)
    assert result.err.startswith("spasm cannot run: ")
    assert said in result.err
    assert module in result.err
    assert len(result.err.splitlines()) == 1


def test_case_103_another_byte_order(monkeypatch: pytest.MonkeyPatch, faq: Callable[..., str]) -> None:
    """A compiled file of a machine with another byte order counts as damaged, and has another name in the cache."""
    path = faq("An answer.")
    spasmcli.load(path)
    place = cache._cache_file(Path(path).read_bytes())
    assert place
    cache._open(place).close()
    monkeypatch.setattr(cache, "_ORDER", b"middle")
    with pytest.raises(cache.Damaged):
        cache._open(place)
    assert cache._cache_file(Path(path).read_bytes()) != place


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (PureWindowsPath(r"\\server\share\a b\x.db"), "file:////server/share/a b/x.db"),
        (PureWindowsPath(r"C:\Users\a#b\x.db"), "file:///C:/Users/a%23b/x.db"),
        (PurePosixPath("/home/a?b%20/x.db"), "file:///home/a%3fb%2520/x.db"),
    ],
)
def test_case_104_address_of_a_cache_file(path: PureWindowsPath | PurePosixPath, address: str) -> None:
    """A cache on a share of Windows is a path without a host, the only kind of address that SQLite opens."""
    assert cache.address(path) == address


@pytest.mark.skipif(os.name != "nt", reason="shares are a thing of Windows")
def test_case_104_share_of_windows(tmp_path: Path, faq: Callable[..., str]) -> None:
    """What is written to a share can be opened there."""
    share = Path(rf"\\localhost\{tmp_path.drive[0]}$") / tmp_path.relative_to(tmp_path.anchor)
    cache._save(compile_document(load_document(faq("An answer."))), share / "cache" / "x.db")
    cache._open(share / "cache" / "x.db").close()


@needs_posix
def test_case_104_folder_with_odd_signs(cold: Spasm, faq: Callable[..., str]) -> None:
    """A cache whose path holds signs of web addresses is used."""
    folder = cold.home / "a?b#c%20d é"
    for _ in range(2):
        cold("ask", "--faq", faq("An answer."), "topic 1", env={"XDG_CACHE_HOME": str(folder)}).check()
    (file,) = (folder / "spasm").iterdir()
    cache._open(file).close()


@pytest.mark.parametrize("variables", [{"_SPASM_COMPLETE": "complete_bash"}, {"_SPASM_COMPLETE": "complete_zsh"}])
def test_case_105_completion_that_no_shell_asked_for(cold: Spasm, variables: dict[str, str]) -> None:
    """The variable of the completion script, set by hand, is no reason for a traceback."""
    assert len(cold(env=variables).check(0, 2).err.splitlines()) <= 1


@needs_posix
def test_case_105_completion_without_a_home(cold: Spasm) -> None:
    """Where there is no home folder to install completion in, one line says so: exit 2."""
    nobody = _no_passwd_entry(cold.home)
    shell = {"HOME": None, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    result = cold("--install-completion", "bash", env={**nobody, **shell}).check(2)
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("how", ["module", "script"])
def test_case_106_profilers(spasm: Spasm, how: str) -> None:
    """A profiler sees the end of the command: its figures come after the answer."""
    script = shutil.which("spasm", path=str(Path(sys.executable).parent))
    if how == "script" and not script:
        pytest.skip("no script is installed")
    target = [script] if how == "script" and script else ["-m", "spasmcli"]
    result = Spasm(spasm.home, [sys.executable, "-m", "cProfile", *target])("ask", "--field", "id", "heat or ice")
    assert result.check().out.startswith("heat-or-ice\n")
    assert "function calls" in result.out


def test_case_106_interactive(spasm: Spasm) -> None:
    """IPython and the like go on after the command: streams, Ctrl-C and the rubbish collector are as before."""
    code = """
import gc, runpy, signal, sys
sys.ps1, sys.argv = "In : ", ["spasm", "ask", "--field", "id", "heat or ice"]
before = sys.stdin, sys.stdout, sys.stderr, signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
try:
    runpy.run_module("spasmcli", run_name="__main__", alter_sys=True)
except SystemExit as leaving:
    assert leaving.code == 0
assert gc.isenabled()
after = sys.stdin, sys.stdout, sys.stderr, signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
print(after == before)
"""
    assert Spasm(spasm.home, [sys.executable, "-c", code])().check().out == "heat-or-ice\nTrue\n"


def test_case_107_home_in_a_path(cold: Spasm, faq: Callable[..., str]) -> None:
    """A tilde that the shell left alone is the home folder, in --faq=, in SPASM_FAQ and after check."""
    shutil.copy(faq("An answer."), cold.home / "own.yaml")
    home = {"USERPROFILE": str(cold.home)}
    asked = ["ask", "--field", "answer", "topic 1"]
    assert cold(*asked, "--faq=~/own.yaml", env=home).check().out == "An answer.\n"
    assert cold(*asked, env={**home, "SPASM_FAQ": "~/own.yaml"}).check().out == "An answer.\n"
    assert cold("check", "~/own.yaml", env=home).check().out


def test_case_107_empty_value(cold: Spasm) -> None:
    """An option whose variable was not set is wrong usage, not a question to the bundled FAQ."""
    assert "--faq is empty" in cold("ask", "--faq", "", "heat or ice").check(2).err


def test_case_108_check_from_a_pipe(cold: Spasm, faq: Callable[..., str]) -> None:
    """ "check -" reads a file from standard input, however late it comes."""
    data = Path(faq("An answer.")).read_bytes()
    assert cold("check", "-", stdin=data).check().out == "standard input: no problems.\n"
    assert "standard input:2:7: 'id' is '-a'" in cold("check", "-", stdin=b"entries:\n- id: -a\n").check(3).out
