"""docs/robustness.md names every case and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = (HERE.parent / "docs" / "robustness.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
TESTS = set(
    re.findall(r"^def (test_\w+)", "\n".join(file.read_text("utf-8") for file in HERE.glob("test_*.py")), re.MULTILINE)
)


def test_every_case_has_a_row() -> None:
    """The cases are on the page once each, in order, as many as it says."""
    numbers = [int(number) for number, *_ in ROWS]
    assert numbers == list(range(1, len(ROWS) + 1))
    assert f"\n{len(ROWS)} cases of hostile input" in PAGE


def test_named_files_exist() -> None:
    """Every harness, benchmark and test file that the page names is there, and every harness is on the page."""
    named = set(re.findall(r"\b(?:fuzz|bench|tests)/\w+\.\w+", PAGE))
    assert [name for name in sorted(named) if not (HERE.parent / name).is_file()] == []
    assert {f"fuzz/{file.name}" for file in (HERE.parent / "fuzz").glob("*.py")} <= named


def test_named_tests_exist() -> None:
    """Every row names a test, every named test exists, and every test of a case is named."""
    named = [re.findall(r"`(test_\w+)`", row[-1]) for row in ROWS]
    assert all(named)
    assert {name for names in named for name in names} - TESTS == set()
    assert {name for name in TESTS if name.startswith("test_case_")} - {
        name for names in named for name in names
    } == set()
