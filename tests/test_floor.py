"""A floor under quality: counts over lines of fresh authors, which nobody trained on. A change may only raise them."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import spasmcli

BENCH = Path(__file__).parent.parent / "bench"
DAY = datetime.date(2026, 11, 29)
ALARMS = ("urgent", "emergency")


def lines(name: str) -> list[dict[str, Any]]:
    """Return the labelled lines of a file of bench/."""
    return [json.loads(line) for line in (BENCH / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def faq() -> spasmcli.FAQ:
    """The bundled FAQ."""
    return spasmcli.load()


@pytest.fixture(scope="module")
def answered(faq: spasmcli.FAQ) -> Counter[str]:
    """What came of the questions, counted."""
    counts: Counter[str] = Counter()
    for line in lines("fresh_questions.jsonl"):
        answer = faq.ask(line["q"], today=DAY)
        found = [one.id for one in answer.candidates] if answer.outcome != "no_match" else []
        if not line["ids"]:
            kind = "near" if line["near"] else "far"
            counts[f"{kind} refused"] += answer.outcome == "no_match"
            counts["off-topic shown as close"] += answer.outcome == "answered"
            continue
        right = found[:1] != [] and found[0] in line["ids"]
        counts["right first"] += right
        counts["among three"] += bool(set(found[:3]) & set(line["ids"]))
        counts["refused"] += answer.outcome == "no_match"
        counts["sure"] += answer.outcome == "answered"
        counts["sure and wrong"] += answer.outcome == "answered" and not right
        counts["alarmed"] += answer.urgency in ALARMS
    return counts


@pytest.fixture(scope="module")
def raised(faq: spasmcli.FAQ) -> Counter[str]:
    """What came of the warning signs, counted."""
    counts: Counter[str] = Counter()
    for line in lines("fresh_signs.jsonl"):
        urgency = faq.ask(line["q"], today=DAY).urgency
        alarm = urgency in ALARMS
        if line["kind"] == "stated":
            counts["raised"] += alarm
            counts["emergencies raised"] += alarm and line["urgency"] == "emergency"
            counts["as emergency"] += urgency == line["urgency"] == "emergency"
        else:
            counts[f"{line['kind']} alarmed"] += alarm
    return counts


@pytest.mark.parametrize(("what", "least"), [
    ("right first", 1490), ("among three", 1568), ("sure", 1163), ("far refused", 361), ("near refused", 249),
])  # fmt: skip
def test_questions_find_their_entry(answered: Counter[str], what: str, least: int) -> None:
    """Of 1,607 fresh questions, and of 673 about something else, at least so many end well."""
    assert answered[what] >= least, answered


@pytest.mark.parametrize(("what", "most"), [
    ("refused", 23), ("sure and wrong", 12), ("off-topic shown as close", 6), ("alarmed", 47),
])  # fmt: skip
def test_questions_are_not_failed(answered: Counter[str], what: str, most: int) -> None:
    """Of 1,607 fresh questions, and of 673 about something else, at most so many go wrong."""
    assert answered[what] <= most, answered


@pytest.mark.parametrize(("what", "least"), [
    ("raised", 1107), ("emergencies raised", 687), ("as emergency", 674),
])  # fmt: skip
def test_signs_are_raised(raised: Counter[str], what: str, least: int) -> None:
    """Of 1,154 fresh lines with a warning sign, 719 of them emergencies, at least so many raise an alarm."""
    assert raised[what] >= least, raised


@pytest.mark.parametrize(("what", "most"), [("near alarmed", 136), ("ordinary alarmed", 24)])
def test_no_wolf_is_cried(raised: Counter[str], what: str, most: int) -> None:
    """Of 997 lines that only sound like a sign, and of 949 ordinary ones, at most so many raise an alarm."""
    assert raised[what] <= most, raised
