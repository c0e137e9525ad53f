"""Variables, folders, Python's own switches and start-up (cases 86 to 94 of docs/robustness.md)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest
from process import COMMAND, SGR, Result, Spasm, needs_posix

import spasmcli

ASK = ["ask", "heat", "or", "ice"]
ROOT = Path(__file__).parent.parent
PYTHON = [sys.executable, "-P", "-m", "spasmcli"]


@pytest.fixture
def right(expected: Callable[..., Result]) -> str:
    """What the command answers in an ordinary environment."""
    return expected(*ASK).check().out


@needs_posix
@pytest.mark.parametrize("command", [COMMAND, PYTHON])
def test_case_86_folder_that_is_gone(spasm: Spasm, right: str, command: list[str]) -> None:
    """In a folder that was deleted meanwhile the command works; a relative path to a file is exit 3."""
    gone = spasm.home / "gone"
    script = f'mkdir "{gone}" && cd "{gone}" && rmdir "{gone}" && exec "$@"'
    there = Spasm(spasm.home, ["sh", "-c", script, "sh", *command])
    assert there(*ASK).check().out == right
    assert there("--version").check().out
    assert there("ask", "x", "--faq", "faq.yaml").check(3).err


def test_case_87_modules_in_the_current_folder(spasm: Spasm, right: str, tmp_path: Path) -> None:
    """Files of the current folder that are named like modules are not imported by the installed command."""
    for name in ("yaml", "typing", "rich", "typer", "sqlite3", "re", "spasmcli", "sitecustomize", "platformdirs"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the current folder')")
    faq = tmp_path / "faq.yaml"
    faq.write_text("entries:\n- id: a\n  question: b\n  answer: c\n")
    installed = Spasm(spasm.home, COMMAND if "-m" not in COMMAND else PYTHON)
    assert installed(*ASK, cwd=tmp_path).check().out == right
    assert "c" in installed("show", "a", "--faq", "faq.yaml", "--format", "card", cwd=tmp_path).check().out


GARBAGE = "\x1b[2J/no such\n%s{0}$(x)"


def test_case_88_own_variable_set_to_garbage(spasm: Spasm) -> None:
    """SPASM_FAQ is the only variable of the command's own; whatever it holds, help works and errors name it."""
    for args in (["--help"], ["--version"], ["ask", "--help"], ["-h"]):
        assert spasm(*args, env={"SPASM_FAQ": GARBAGE}).check().out
    for args in (ASK, ["list"], ["show", "a"], ["check"]):
        assert "SPASM_FAQ" in spasm(*args, env={"SPASM_FAQ": GARBAGE}).check(3).err
    assert spasm(*ASK, env={"SPASM_FAQ": ""}).check().out
    source = "".join(file.read_text("utf-8") for file in Path(spasmcli.__file__).parent.rglob("*.py"))
    assert set(re.findall(r"\bSPASM_[A-Z]+", source)) == {"SPASM_FAQ"}


def test_case_88_other_variables_set_to_garbage(cold: Spasm, faq: Callable[..., str]) -> None:
    """Other programs' variables hold whatever they like: the command answers as ever."""
    ask = ["ask", "topic 1", "--faq", faq("An answer.", "Another.")]
    right = cold(*ask).check().out
    common = ["TERM", "LANG", "LC_ALL", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "XDG_CACHE_HOME"]
    of_libraries = ["TYPER_USE_RICH", "TERMINAL_WIDTH", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "JUPYTER_COLUMNS"]
    garbage = dict.fromkeys(common + of_libraries, GARBAGE.replace("/no such", "no such"))
    for variables in (garbage, {**garbage, "NO_COLOR": None}, {"FORCE_COLOR": GARBAGE}):
        assert SGR.sub("", cold(*ask, env=variables).check().out) == right
        assert "Another." in cold("show", "entry-2", *ask[2:], "--format", "card", env=variables).check().out
        assert cold("--help", env=variables).check().out


@pytest.mark.parametrize("switches", [["-OO"], ["-W", "error"], ["-X", "dev", "-bb", "-W", "error"], ["-I"]])
@pytest.mark.parametrize("args", [("ask", "heet or ice", "--format", "card"), ("list", "--json"), ("check",)])
def test_case_90_switches_of_python(
    spasm: Spasm, expected: Callable[..., Result], switches: list[str], args: tuple[str, ...]
) -> None:
    """No switch of Python changes what comes out, and none brings a warning up."""
    found = Spasm(spasm.home, [sys.executable, *switches, "-m", "spasmcli"])(*args).check()
    assert (found.out, found.err) == (expected(*args).check().out, "")


def test_case_90_warnings_of_a_first_run(cold: Spasm, faq: Callable[..., str]) -> None:
    """Nothing is left open when a cache is written, or is damaged and written anew."""
    path = faq("An answer.")
    strict = Spasm(cold.home, [sys.executable, "-X", "dev", "-W", "error", "-m", "spasmcli"])
    for harm in (b"", b"x" * 5000, None):
        result = strict("ask", "--faq", path, "--field", "answer", "topic 1")
        assert (result.check().out, result.err) == ("An answer.\n", "")
        (file,) = (cold.cache / "spasm").iterdir()
        file.write_bytes(file.read_bytes()[:-2000] + bytes(2000) if harm is None else harm)
    assert strict("ask", "--faq", path, "--field", "answer", "topic 1").check().err == ""


def test_case_90_library(spasm: Spasm, faq: Callable[..., str]) -> None:
    """An FAQ that is opened as a library, asked in another thread and dropped leaves nothing open either."""
    code = (
        "import gc, sys, threading, spasmcli\n"
        "for _ in range(2):\n"
        "    faq = spasmcli.load(sys.argv[1])\n"
        "    found = []\n"
        "    thread = threading.Thread(target=lambda: found.append(faq.ask('topic 1').entry.answer))\n"
        "    thread.start(); thread.join(); print(*found)\n"
        "    del faq, thread; gc.collect()\n"
    )
    strict = Spasm(spasm.home, [sys.executable, "-X", "dev", "-W", "error", "-c", code])
    result = strict(faq("An answer."))
    assert (result.check().out, result.err) == ("An answer.\n" * 2, "")


def _watching(home: Path, allowed: Path) -> dict[str, str]:
    """Make the process die of any socket, any child process and anything written outside the folder *allowed*."""
    (home / "sitecustomize.py").write_text(
        "import os, sys\n"
        f"allowed = {str(allowed)!r}\n"
        "writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND\n"
        "def die(*found):\n"
        "    os.write(2, f'forbidden: {found}'.encode()); os._exit(99)\n"
        "def hook(event, args):\n"
        "    if event.startswith(('socket.', 'subprocess.', 'os.exec', 'os.posix_spawn', 'os.system', 'os.fork')):\n"
        "        die(event, args)\n"
        "    changes = event.startswith(('os.mkdir', 'os.rename', 'os.remove', 'os.rmdir', 'os.symlink', 'os.link'))\n"
        "    if (event == 'open' and isinstance(args[2], int) and args[2] & writing) or changes:\n"
        "        if not str(args[0]).startswith(allowed): die(event, args)\n"
        "sys.addaudithook(hook)\n"
    )
    return {"PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.parametrize(
    "args",
    [ASK, ["ask", "-"], ["ask", "shuolder blade pian", "--format", "card"], ["list"], ["list", "--red-flags", "--json"],
     ["show", "sciatica"], ["check"], ["--help"], ["--version"], ["ask"], ["show", "nosuch"],
     ["ask", "x", "--faq", "none"]],
)  # fmt: skip
def test_case_91_no_network_and_no_stray_files(spasm: Spasm, args: list[str]) -> None:
    """No command opens a socket, starts a process or writes anything outside its cache."""
    variables = _watching(spasm.home, spasm.cache)
    result = spasm(*args, env=variables, stdin="heat or ice\n")
    assert "forbidden" not in result.err
    result.check(0, 2, 3)
    assert {path.name for path in spasm.home.iterdir()} <= {"cache", "sitecustomize.py"}


def test_case_91_first_run(cold: Spasm, faq: Callable[..., str]) -> None:
    """Nor does the first run, which fills the cache."""
    variables = _watching(cold.home, cold.cache)
    assert "forbidden" not in cold("ask", "topic 1", "--faq", faq("An answer."), env=variables).check().err
    assert list((cold.cache / "spasm").iterdir())
    assert {path.name for path in cold.home.iterdir()} <= {"cache", "sitecustomize.py"}


def test_case_91_the_watch_sees(cold: Spasm, faq: Callable[..., str]) -> None:
    """The test above is able to fail: a file outside what is allowed is seen."""
    variables = _watching(cold.home, cold.home / "elsewhere")
    assert "forbidden" in cold("ask", "--faq", faq("An answer."), "topic 1", env=variables).err


@pytest.mark.skipif(find_spec("coverage") is None, reason="needs coverage")
def test_coverage_survives_the_quick_way_out(spasm: Spasm) -> None:
    """The settings of the project keep coverage's record of a process, though it leaves without tearing down."""
    settings = ["--rcfile", str(ROOT / "pyproject.toml")]
    Spasm(spasm.home, [sys.executable, "-m", "coverage", "run", *settings, "-m", "spasmcli"])(*ASK).check()
    assert [file.name for file in spasm.home.iterdir() if file.name.startswith(".coverage")]


def test_case_92_version(spasm: Spasm) -> None:
    """--version tells the version of the package's metadata, after a command too."""
    for command in ([], ["ask"], ["list"], ["show"], ["check"]):
        assert spasm(*command, "--version").check().out == f"spasm {metadata.version('spasm')}\n"


@pytest.mark.parametrize("command", ["ask", "list", "show", "check", "help"])
def test_case_90_help_without_docstrings(spasm: Spasm, command: str) -> None:
    """Python's -OO, which drops docstrings, drops nothing of the help."""
    bare = Spasm(spasm.home, [sys.executable, "-OO", "-m", "spasmcli"])(command, "--help")
    assert bare.check().out == spasm(command, "--help").out


@pytest.mark.parametrize("command", ["ask", "list", "show", "check"])
def test_case_92_help(spasm: Spasm, command: str) -> None:
    """Every command has help, for itself and in the list of commands, with -h and --help, and stands in the README."""
    text = spasm(command, "--help").check().out
    assert text == spasm(command, "-h").check().out
    assert text.startswith(f"Usage: spasm {command}")
    assert text.isascii()
    assert re.search(rf"^  {command}  +[A-Z]", spasm("--help").check().out, re.MULTILINE)
    assert f"spasm {command}" in (ROOT / "README.md").read_text("utf-8")


#: Modules that a quick command must not wait for.
HEAVY = ["yaml", "rich", "rapidfuzz", "pydantic", "pygments", "asyncio", "importlib.metadata", "markdown_it"]
#: And those that only a cache needs, which an installed package with its compiled FAQ does without.
OF_THE_CACHE = ["platformdirs", "hashlib"]


INSTALLED = (Path(spasmcli.__file__).parent / "data" / "faq.db").is_file()


def loaded_modules(python: Sequence[str], home: Path, *args: str) -> set[str]:
    """Return the modules that a command imports, run by *python*; it answers with 0."""
    code = (
        "import json, sys; from spasmcli.cli import run; code = run(sys.argv[1:]);"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    return set(json.loads(Spasm(home, [*python, "-c", code])(*args, stdin="heat or ice\n").check().err))


@pytest.mark.parametrize(
    "args", [["--version"], ["--help"], ASK, [*ASK, "--json"], ["list"], ["ask", "-"], ["show", "sciatica"]]
)
def test_case_94_quick_start(spasm: Spasm, args: list[str]) -> None:
    """Help, the version and anything piped import nothing heavy; a checkout reads which files its FAQ includes."""
    loaded = loaded_modules([sys.executable], spasm.home, *args)
    assert [name for name in (HEAVY + OF_THE_CACHE if INSTALLED else HEAVY[1:]) if name in loaded] == []


def test_case_94_quick_start_with_a_file(spasm: Spasm, tmp_path: Path) -> None:
    """A question to an FAQ file that is in the cache imports neither the YAML reader nor the compiler."""
    file = tmp_path / "own.yaml"
    file.write_text("entries:\n- id: a\n  question: how do I mend it\n  answer: b\n", "utf-8")
    asked = ("ask", "how do I mend it", "--faq", str(file))
    only_once = {"yaml", "spasmcli.compile", "spasmcli.faqfile.check", "spasmcli.faqfile.tree"}
    assert only_once <= loaded_modules([sys.executable], spasm.home, *asked)
    assert loaded_modules([sys.executable], spasm.home, *asked) & {*HEAVY, *only_once} == set()


@needs_posix
def test_case_94_completion_is_quick_too(spasm: Spasm) -> None:
    """Completing a word does not import Rich either."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "spasmcli"], capture_output=True, text=True, check=True,
        env=spasm.variables({"_SPASM_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "spasm show heat"}),
    )  # fmt: skip
    assert "heat-or-ice" in run.stdout
    assert not re.search(rf"\| +(rich|rapidfuzz{'|yaml' * INSTALLED})\b", run.stderr)


def test_lowest_versions_are_the_declared_ones() -> None:
    """The versions that the job with the lowest ones installs are exactly the lower bounds of the package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["type-ahead"]]
    bounds = {re.split(">=", text)[0]: re.split(">=|,", text)[1].split(".") for text in declared}
    pinned = dict(re.findall(r"^(\w+)==(\S+)$", (ROOT / "lowest.txt").read_text("utf-8"), re.MULTILINE))
    assert bounds == {name: version.split(".")[: len(bounds.get(name, ()))] for name, version in pinned.items()}
