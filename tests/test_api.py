"""The library: what it takes, what it refuses and how it says so, and that threads do not disturb each other."""

from __future__ import annotations

import copy
import datetime
import os
import pickle
import re
import sqlite3
import subprocess
import sys
import threading
import typing
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from process import Spasm

import spasmcli
from spasmcli import FAQ, Answer, api, cache

QUESTIONS = [
    "should i use heat or ice", "no numbness but i cant pee since my back went", "shuolder blade pian for 2 months",
    "tax refund", "my mum is 80 and fell, her back hurts", "can i run",
]  # fmt: skip
SOURCE = str(Path(spasmcli.__file__).parent.parent)
SMALL = [
    {"question": "How do I mend a flat tyre?", "aliases": ["puncture repair"]},
    {"question": "Why does my brake squeak?"},
    {"question": "What makes the chain slip?", "notices": [{"level": "urgent", "text": "Stop.", "when": ["fell"]}]},
]
FELL = {"level": "urgent", "lead": "Sit.", "patterns": ["fell off"]}
FLAG = {"id": "fell", "sign": "A fall", "why": "So.", "raise": [FELL]}


@pytest.fixture
def small(faq: Callable[..., str]) -> str:
    """The path of a small FAQ file with a warning sign."""
    return faq(*SMALL, red_flags=[FLAG], vocabulary={"tyre": ["tyre", "wheel"]})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda faq: faq.ask(None), TypeError, "question must be a str, not NoneType"),
        (lambda faq: faq.ask(b"heat"), TypeError, "question must be a str, not bytes"),
        (lambda faq: faq.ask("heat", top=0), ValueError, "top must be 1 or more, not 0"),
        (lambda faq: faq.ask("heat", top=True), TypeError, "top must be an int, not bool"),
        (lambda faq: faq.ask("heat", top="3"), TypeError, "top must be an int, not str"),
        (lambda faq: faq.ask("heat", today="2026-01-01"), TypeError, "today must be a date, not str"),
        (lambda faq: faq.entry(3), TypeError, "entry_id must be a str, not int"),
        (lambda faq: faq.phones("police"), ValueError, "kind must be emergency_numbers or .*, not police"),
        (lambda faq: faq.number("police"), ValueError, "kind must be emergency_numbers or .*, not police"),
        (lambda faq: faq.elsewhere("police"), ValueError, "kind must be .* or maternity, not police"),
        (lambda faq: faq.entry("nosuch"), spasmcli.UnknownEntry, "There is no entry 'nosuch'."),
        (lambda faq: faq.entries(topic="nosuch"), ValueError, r"There is no topic 'nosuch'\. The topics are: "),
        (lambda faq: faq.entries(topic="xrcise"), spasmcli.UnknownTopic, "Did you mean 'exercise'\\? The topics are: "),
        (lambda faq: faq.entries(topic=None), TypeError, "topic must be a str, not NoneType"),
        (lambda faq: faq.entries(words=3), TypeError, "words must be a str, not int"),
        (lambda _: spasmcli.load(""), spasmcli.FAQError, "the path of the FAQ file is empty: name a file"),
        (lambda _: spasmcli.load(b"faq.yaml"), TypeError, "path must be a str, not bytes"),  # type: ignore[arg-type]
        (lambda _: spasmcli.load(3), TypeError, "path must be a str, not int"),  # type: ignore[arg-type]
    ],
)
def test_wrong_calls_say_what_is_wrong(
    bundled: FAQ, call: Callable[[Any], Any], error: type[Exception], message: str
) -> None:
    """A wrong argument is named, with what belongs there."""
    with pytest.raises(error, match=message):
        call(bundled)


@pytest.mark.parametrize("question", ["", " ", "\0", "\ud800", "?" * 100_000])
def test_any_text_has_an_answer(bundled: FAQ, question: str) -> None:
    """Any str is a question; one that says nothing has no match."""
    assert bundled.ask(question).outcome == "no_match"


@pytest.mark.parametrize("question", ["since {}", "aged {}", "for {} weeks", "{} year old", "in {}", "since 1,{}"])
def test_endless_numbers(bundled: FAQ, question: str) -> None:
    """A number of any length, where a time or an age is expected, is no reason to fail."""
    for digits in ("1" * 5000, "9" * 400, "\u0663" * 5000):
        assert bundled.ask(f"my back hurts {question.format(digits)}").query


def test_a_path_may_be_a_path_object(small: str) -> None:
    """`load` takes whatever names a file as `open` does, a str or a path object."""
    assert spasmcli.load(Path(small)).ask("flat tyre") == spasmcli.load(small).ask("flat tyre")


def test_today_may_be_a_datetime(bundled: FAQ) -> None:
    """Of a datetime the date counts, and it is what "since Christmas" is reckoned from."""
    question = "back pain since christmas"
    days = [datetime.date(2025, 12, 27), datetime.date(2026, 3, 15)]
    asked = [bundled.ask(question, today=day) for day in days]
    noon = [bundled.ask(question, today=datetime.datetime(day.year, day.month, day.day, 12)) for day in days]
    assert noon == asked
    assert ["none", "soon"] == [answer.urgency for answer in asked]


def test_an_faq_can_be_copied_and_pickled(bundled: FAQ, small: str) -> None:
    """A copy, and what comes out of a pickle, answer as the FAQ itself does, its region included."""
    for faq in (spasmcli.load(small, region="GB"), spasmcli.load(region="GB")):
        right = faq.ask("heat or ice, i fell off, cant pee"), faq.phones(), faq.ids()
        for other in (copy.copy(faq), copy.deepcopy(faq), pickle.loads(pickle.dumps(faq))):  # noqa: S301  (made here)
            assert right == (other.ask("heat or ice, i fell off, cant pee"), other.phones(), other.ids())


def together(faq: FAQ, questions: list[str], threads: int = 8) -> list[list[Answer]]:
    """Return what each of several threads is answered that ask *faq* all *questions* at once, each in another order."""
    found: list[list[Answer]] = [[] for _ in range(threads)]
    gate = threading.Barrier(threads)

    def ask(number: int) -> None:
        turn = number % len(questions)
        gate.wait()
        answers = [faq.ask(question) for question in questions[turn:] + questions[:turn]]
        found[number] = answers[len(questions) - turn :] + answers[: len(questions) - turn]

    running = [threading.Thread(target=ask, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return found


@pytest.mark.parametrize("which", ["bundled", "small"])
def test_threads_do_not_disturb_each_other(bundled: FAQ, small: str, which: str) -> None:
    """A fresh FAQ asked by eight threads at once gives each what one thread gets, twenty times over."""
    path = small if which == "small" else None
    questions = [*QUESTIONS, "i fell off, flat wheel", "puncture repair", "squeeky brake"]
    one = spasmcli.load(path)
    right = [one.ask(question) for question in questions]
    for _ in range(20):
        assert [right] * 8 == together(spasmcli.load(path), questions)


def test_threads_after_damage(small: str) -> None:
    """Threads that find the compiled file harmed under their hands all get the right answer."""
    faq = spasmcli.load(small)
    right = [faq.ask(question) for question in QUESTIONS]
    broken = spasmcli.load(small)
    file = Path(broken._database.connection.execute("pragma database_list").fetchone()[2])
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xff" * (file.stat().st_size - 4096))
    assert [right] * 8 == together(broken, QUESTIONS)


@pytest.mark.parametrize("error", [ValueError, TypeError, IndexError, KeyError, sqlite3.ProgrammingError])
def test_a_mistake_of_the_program_is_no_damage(
    small: str, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """An error that comes of no damage is raised as it is: nothing is compiled anew for it."""

    def mistaken(*_: object) -> Answer:
        raise error("a mistake")

    faq = spasmcli.load(small)
    monkeypatch.setattr(cache, "_compile", None)  # to compile would fail otherwise
    monkeypatch.setattr(api, "answer", mistaken)
    with pytest.raises(error, match="a mistake"):
        faq.ask(QUESTIONS[0])


def test_nothing_public_is_missing() -> None:
    """Every name that the package promises is there, and no other is made up."""
    assert all(getattr(spasmcli, name) for name in spasmcli.__all__)
    with pytest.raises(AttributeError, match="module 'spasmcli' has no attribute 'nosuch'"):
        spasmcli.nosuch  # noqa: B018


def test_everything_public_can_be_listed() -> None:
    """`dir` and the annotations name what the package offers, the types of records included."""
    assert set(spasmcli.__all__) <= set(dir(spasmcli))
    assert typing.get_type_hints(spasmcli.__getattr__)["return"] is object
    for kind in (Answer, spasmcli.Entry):
        named = " ".join(str(hint) for hint in typing.get_type_hints(kind).values())
        assert set(re.findall(r"spasmcli\.records\.(\w+)", named)) <= set(spasmcli.__all__)


@pytest.mark.parametrize(
    "question", ["no numbness but i cant pee", "pain between shoulder blades for 2 months", "zzgx"]
)
def test_a_record_as_a_dictionary(spasm: Spasm, question: str) -> None:
    """`to_dict` of an answer is what `ask --json` shows, that of an entry what `list --json` shows."""
    faq = spasmcli.load()
    assert faq.ask(question).to_dict() == spasm("ask", "--json", question).check(0, 1).json
    assert [one.to_dict() for one in faq.entries()] == spasm("list", "--json").check().json["entries"]


@pytest.mark.parametrize("day", [datetime.date.min, datetime.date.max, datetime.date(2024, 2, 29)])
@pytest.mark.parametrize("since", ["christmas", "last summer", "february", "monday", "yesterday", "2020", "last year"])
def test_any_day_may_be_today(bundled: FAQ, day: datetime.date, since: str) -> None:
    """Times are reckoned from any day that Python has."""
    assert bundled.ask(f"back pain since {since}", today=day).query


@pytest.mark.skipif(find_spec("mypy") is None, reason="needs mypy")
def test_types_are_right_from_outside(tmp_path: Path) -> None:
    """A strict type checker finds the types of whatever a program of somebody else uses."""
    (tmp_path / "use.py").write_text(
        "import pathlib, spasmcli\n"
        "faq: spasmcli.FAQ = spasmcli.load(pathlib.Path('x.yaml'), region='GB')\n"
        "answer: spasmcli.Answer = faq.ask('x', top=2)\n"
        "entry: spasmcli.Entry | None = answer.entry\n"
        "sources: tuple[spasmcli.Source, ...] = entry.sources if entry else ()\n"
        "shown: str = answer.to_dict()['query']\n"
        "reveal_type(spasmcli.load().red_flags()[0].level)\n"
    )
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "use.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "MYPYPATH": "" if (Path(spasmcli.__file__).parent / "data").is_dir() else SOURCE},
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout
    assert re.search(r'type is "(?:builtins\.)?str"', checked.stdout), checked.stdout
