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
    """The cases 1 to 94 are on the page once each, in order."""
    assert [int(number) for number, *_ in ROWS] == list(range(1, 95))


def test_named_tests_exist() -> None:
    """Every row names a test, every named test exists, and every test of a case is named."""
    named = [re.findall(r"`(test_\w+)`", row[-1]) for row in ROWS]
    assert all(named)
    assert {name for names in named for name in names} - TESTS == set()
    assert {name for name in TESTS if name.startswith("test_case_")} - {
        name for names in named for name in names
    } == set()
