"""The library: what it refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import spasmcli

FAQ: Any = spasmcli.load()  # Any: the calls below are wrong on purpose


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: FAQ.ask(None), TypeError, "question must be a str, not NoneType"),
        (lambda: FAQ.ask(b"heat"), TypeError, "question must be a str, not bytes"),
        (lambda: FAQ.ask("heat", top=0), ValueError, "top must be 1 or more, not 0"),
        (lambda: FAQ.entry(3), TypeError, "entry_id must be a str, not int"),
        (lambda: FAQ.phones("police"), ValueError, "kind must be emergency_numbers or crisis_lines, not police"),
        (lambda: FAQ.entry("nosuch"), spasmcli.UnknownEntry, "There is no entry 'nosuch'."),
    ],
)
def test_wrong_calls_say_what_is_wrong(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    """A wrong argument is named, with what belongs there."""
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("question", ["", " ", "\0", "\ud800", "?" * 100_000, "since " + "1" * 5000])
def test_any_text_has_an_answer(question: str) -> None:
    """Any str is a question; one that says nothing has no match."""
    assert FAQ.ask(question).outcome == "no_match"
