"""FAQ files that are missing, odd, faulty or hostile, as the command meets them (cases 69 to 81 of docs/robustness.md).

tests/test_faq_file.py holds the reader and the checker to every fault one by one; here the process around them counts.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from process import TIMES, Spasm, needs_posix, seconds

ENTRY = "- id: a\n  question: b\n  answer: c\n"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], str]:
    """Write a text to a file and return its path."""

    def write(text: str) -> str:
        path = tmp_path / "written.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def refused(spasm: Spasm, path: str, *command: str) -> str:
    """Return what a command says of the unusable FAQ file at *path*: one line, exit 3, nothing on standard output."""
    result = spasm(*(command or ("ask", "x")), "--faq", path).check(3)
    assert result.out == ""
    assert len(result.err.splitlines()) == 1
    assert path in result.err
    return result.err


def problems(spasm: Spasm, path: str) -> list[dict[str, Any]]:
    """Return the problems that the check finds, having seen that ask says the same of the first."""
    made = spasm("check", "--json", path).check(3).json
    assert (made["schema"], made["ok"]) == ("spasm.check/1", False)
    found: list[dict[str, Any]] = made["problems"]
    assert f"line {found[0]['line']}, column {found[0]['column']}: {found[0]['message']}" in refused(spasm, path)
    return found


@pytest.mark.parametrize("name", ["missing.yaml", "missing/faq.yaml", ".", "", "x" * 5000])
def test_case_69_no_file(spasm: Spasm, tmp_path: Path, name: str) -> None:
    """A missing file, a directory or an impossible path is exit 3, with the path and what to do."""
    path = os.path.join(tmp_path, name)
    commands = (["ask", "x"], ["ask", "-", "--json"], ["list"], ["list", "--red-flags"], ["show", "x", "--json"])
    said = {refused(spasm, path, *command) for command in (commands if name == "missing.yaml" else commands[:1])}
    assert len(said) == 1
    assert ": " in said.pop()
    assert path in spasm("check", path).check(3).err


@needs_posix
@pytest.mark.parametrize("kind", ["fifo", "loop", "/dev/zero", "/dev/stdin", "socket"])
def test_case_70_no_ordinary_file(spasm: Spasm, tmp_path: Path, kind: str) -> None:
    """A pipe, a device, a socket or a circular link is exit 3 at once, never waited for or read without end."""
    import socket

    path = kind if kind.startswith("/") else str(tmp_path / "faq.yaml")
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "loop":
        os.symlink(path, path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(path)
    plain = seconds(lambda: refused(spasm, str(tmp_path / "missing.yaml")))
    assert seconds(lambda: refused(spasm, path)) < TIMES * plain
    assert spasm("check", path).check(3).out == ""


@needs_posix
def test_case_70_file_over_the_limit(spasm: Spasm, tmp_path: Path) -> None:
    """A file of 10 GB is exit 3 without being read."""
    path = tmp_path / "faq.yaml"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)  # a hole, which takes no room
    assert "64 MiB" in refused(spasm, str(path))


@needs_posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read anything; see test_faq_file.py")
def test_case_70_file_without_permission(spasm: Spasm, written: Callable[[str], str]) -> None:
    """A file without permission to read is exit 3."""
    path = written(f"entries:\n{ENTRY}")
    os.chmod(path, 0)
    refused(spasm, path)


@pytest.mark.parametrize("text", ["", "# nothing\n", "hello", "42\n", "{}", "entries:\n", "entries: []\n"])
def test_case_71_nothing_in_it(spasm: Spasm, written: Callable[[str], str], text: str) -> None:
    """A file without entries is exit 3, and the message names what was expected."""
    assert "entries" in str(problems(spasm, written(text))[0]["message"])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param(f"entries:\n{ENTRY}{ENTRY.replace('b', 'd')}", 5, ["'a' is on line 2"], id="72-id"),
        pytest.param(f"entries:\n{ENTRY}  answer: d\n", 5, ["'answer' is on line 4"], id="72-key"),
        pytest.param(
            f"entries:\n{ENTRY}  aliases: [x y]\n- id: d\n  question: e\n  answer: f\n  aliases: [X y?]\n",
            9,
            ["line 5"],
            id="72-alias",
        ),
        pytest.param(f"entries:\n{ENTRY}  related: [b]\n", 5, ["'b' is no entry"], id="73-unknown"),
        pytest.param(f"entries:\n{ENTRY}  related:\n  - a\n", 6, ["itself"], id="73-itself"),
        pytest.param(
            "entries:\n- id: no\n  question: b\n  answer: c\n", 2, ["value no", "yes/no", "quotes"], id="74-bool"
        ),
        pytest.param(
            "entries:\n- id: 2024-01-01\n  question: b\n  answer: c\n",
            2,
            ["2024-01-01", "date", "quotes"],
            id="74-date",
        ),
        pytest.param(
            "entries:\n- id: a\n  question: 12:30\n  answer: c\n", 3, ["12:30", "number", "quotes"], id="74-number"
        ),
        pytest.param("entries:\n- id: a\n  question:\n  answer: c\n", 3, ["'question' is empty"], id="74-null"),
        pytest.param("entries:\n- id: a\n  question: b\n  answer:\n    c: d\n", 5, ["mapping", "text"], id="74-map"),
        pytest.param(f"entries:\n{ENTRY}  anwser: d\n", 5, ["did you mean 'answer'"], id="75-unknown"),
        pytest.param("entries:\n- id: a\n  question: b\n", 2, ["no 'answer'"], id="75-missing"),
        pytest.param("entries:\n- id: a\n\tquestion: b\n", 3, ["tab", "spaces"], id="76-tab"),
        pytest.param("entries:\n- id: a\n  question: 'b\n  answer: c\n", 3, ["quote", "never closed"], id="76-quote"),
        pytest.param(
            "entries:\n- id: a\n  question: !!python/object/apply:os.system ['touch bad']\n  answer: c\n",
            3,
            ["YAML tag"],
            id="77-tag",
        ),
        pytest.param(f"entries:\n{ENTRY}---\nentries:\n{ENTRY}", 5, ["second YAML document"], id="77-documents"),
    ],
)
def test_case_72_to_77_one_fault(
    spasm: Spasm, written: Callable[[str], str], text: str, line: int, words: list[str]
) -> None:
    """Each fault is exit 3 with its line, in words that say what is wrong: no traceback, no wording of a library."""
    found = problems(spasm, written(text))
    assert found[0]["line"] == line
    assert [word for word in words if word not in str(found[0]["message"])] == []
    assert not (spasm.home / "bad").exists()


def bombs() -> dict[str, str]:
    """Return files that crash or fill a careless reader."""
    billion = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))
    return {
        "aliases": f"{billion}entries:\n{ENTRY}",
        "itself": "entries: &e\n- *e\n",
        "brackets": "entries: " + "[" * 30_000,
        "two-million-brackets": "[" * 2_000_000,
        "braces": "{a: " * 50_000,
        "dashes": "- " * 100_000,
        "quotes": "entries: '" + "\n" * 100_000,
        "long-line": "entries: " + "x" * 5_000_000,
    }


def test_case_78_bombs(spasm: Spasm, written: Callable[[str], str]) -> None:
    """Bombs of aliases and nesting are exit 3 for little more processor time than a plain refusal, never a crash."""
    path = written("entries: 1")
    plain = seconds(lambda: refused(spasm, path))
    for name, bomb in bombs().items():
        written(bomb)
        assert seconds(lambda: refused(spasm, path)) < TIMES * plain, name


@needs_posix
def test_case_79_five_thousand_entries(cold: Spasm, big: str, faq: Callable[..., str]) -> None:
    """An FAQ of 5,000 entries is slow at its first question alone; then it is little slower than a small one."""
    ask = ["ask", "--faq", big, "--field", "id", "what about number 4321"]
    first = seconds(lambda: cold(*ask).check(0, 1))
    later = min(seconds(lambda: cold(*ask).check(0, 1)) for _ in range(3))
    small = faq("An answer.")
    cold("ask", "--faq", small, "topic 1").check()
    plain = min(seconds(lambda: cold("ask", "--faq", small, "topic 1").check()) for _ in range(3))
    assert later < first / 4
    assert later < TIMES * plain


def test_case_80_every_fault_at_once(spasm: Spasm, written: Callable[[str], str]) -> None:
    """All faults of a file come in one run, in the order of lines; the error of the other commands counts them."""
    text = f"titel: x\nentries:\n{ENTRY}{ENTRY}- id: no\n  question: ''\n  answer: \"\\e[2J\"\n  related: [zz]\n"
    path = written(text)
    found = problems(spasm, path)
    lines = [one["line"] for one in found]
    assert lines == sorted(lines)
    assert {1, 6, 7, 9, 10, 11, 12} <= set(lines)  # of every sort: unknown fields, repeats, values, links
    assert spasm("check", path).check(3).out.splitlines() == [
        *(f"{path}:{one['line']}:{one['column']}: {one['message']}" for one in found),
        f"{path}: {len(found)} problems.",
    ]
    error = refused(spasm, path)
    assert f"{len(found) - 1} more problems" in error
    assert "spasm check" in error


def test_case_81_the_bundled_faq(spasm: Spasm) -> None:
    """The FAQ of the package passes the very check that users run on theirs."""
    assert spasm("check").check().out == "the bundled FAQ: no problems.\n"
    assert spasm("check", "--json").check().json == {"schema": "spasm.check/1", "ok": True, "problems": []}
