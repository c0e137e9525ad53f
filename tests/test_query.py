"""Questions of every odd sort (cases 57 to 68 of docs/robustness.md)."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from process import TIMES, Spasm, needs_posix, seconds, shown_words

from spasmcli import FAQ


def batch(spasm: Spasm, *questions: str) -> list[dict[str, Any]]:
    """Return the JSON answers to *questions*."""
    out = spasm("ask", "-", "--json", stdin="\n".join(questions)).check(0, 1).out
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("words", [[], [""], ["   "], ["", " "], ["\t"], ["\u3000\u00a0"], ["\u200b"]])
def test_case_57_no_words(spasm: Spasm, words: list[str]) -> None:
    """No question, an empty one or one of space alone is exit 2 with a hint, not some answer."""
    result = spasm("ask", *words).check(2)
    assert result.out == ""
    assert 'spasm ask "pain between shoulder blades"' in result.err


def test_case_57_no_command(spasm: Spasm) -> None:
    """The bare command is exit 2 with three examples."""
    result = spasm().check(2)
    assert result.out == ""
    assert result.err.count("\n  spasm ") == 3


def test_case_58_nothing_to_go_by(spasm: Spasm) -> None:
    """One letter, digits, punctuation or empty words alone fit nothing: exit 1."""
    empty = [*"abcdefghijklmnopqrstuvwxyzé©&-['", *map(str, range(100)), "?!", "...", "--", "the of and", "a b 1.5 50%"]
    assert [one["query"] for one in batch(spasm, *empty) if one["outcome"] != "no_match"] == []
    assert spasm("ask", "-", stdin="\n".join(empty)).code == 1
    for question in ("7", "?!", "the of and"):
        assert spasm("ask", question).check(1).out == ""


def test_case_59_dash(spasm: Spasm) -> None:
    """A question that begins with a dash is answered after --, and without it the hint says so."""
    assert spasm("ask", "--field", "id", "--", "--heat", "-or-", "ice").check().out == "heat-or-ice\n"
    for words in (["--pain"], ["-x"], ["pain", "--in-my-back"]):
        refused = spasm("ask", *words).check(2)
        assert refused.err.endswith(f": spasm ask -- {' '.join(words)}\n")
    assert "after the command: spasm ask --faq" in spasm("--faq", "x").check(2).err


def test_case_60_nul(spasm: Spasm) -> None:
    """A NUL byte on standard input counts as a space."""
    out = spasm("ask", "-", "--field", "id", stdin=b"heat\0or\0\0ice\n\0\nbed\0rest").check().out
    assert out == "heat-or-ice\nbed-rest\n"


@needs_posix
@pytest.mark.parametrize("unit", ["zzgx ", "x", "(", "no ", "1/"])
def test_case_61_longest_argument(spasm: Spasm, unit: str) -> None:
    """The longest argument that a system passes costs little more than a short one, and is echoed cut."""
    text = unit * (131_000 // len(unit))
    short = seconds(lambda: spasm("ask", "zzgx").check(1))
    assert seconds(lambda: spasm("ask", text).check(0, 1)) < 2 * TIMES * short
    assert len(spasm("ask", text, "--format", "markdown").check(0, 1).err) < 5000


@pytest.mark.parametrize("unit", ["back pain ", "x", "no numbness, ", "(", "1/", "é", "for 2 weeks ", "my mum is 80 "])
def test_case_61_time_grows_with_length_alone(bundled: FAQ, unit: str) -> None:
    """A question of eight times the length takes about eight times the time, not sixty-four, whatever is repeated."""

    def cost(size: int) -> float:
        started = time.process_time()
        bundled.ask(unit * (size // len(unit)))
        return time.process_time() - started

    cost(1000)
    assert cost(64_000) < 40 * max(min(cost(8_000) for _ in range(3)), 0.01)


@needs_posix
def test_case_61_endless_line(spasm: Spasm, tmp_path: Path) -> None:
    """A line of 400 MB on standard input is read in little time and memory, and the line after it is answered."""
    path = tmp_path / "questions"
    with path.open("wb") as file:
        file.write(b"bed rest ")
        file.truncate(400_000_000)  # a hole: NUL bytes without end
        file.seek(0, 2)
        file.write(b"\nheat or ice\n")

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))

    with path.open("rb") as questions:
        result = spasm("ask", "-", "--field", "id", stdin=questions.fileno(), preexec_fn=limit)
    assert result.check().out == "bed-rest\nheat-or-ice\n"


@needs_posix
def test_case_61_long_line_is_quick(spasm: Spasm) -> None:
    """A line of 10 MB costs little more than a short one."""
    text = b"back pain spasm hurts " * 500_000
    first = text[: 64 * 1024]  # what is read of it
    read = seconds(lambda: spasm("ask", "-", stdin=first).check(0, 1))
    assert seconds(lambda: spasm("ask", "-", stdin=text).check(0, 1)) < 2 * read


def test_case_62_one_word_over_and_over(spasm: Spasm) -> None:
    """A word a hundred thousand times is the word once."""
    once, often = batch(spasm, "mattress", "mattress " * 100_000)
    assert once["candidates"]
    assert {**often, "query": ""} == {**once, "query": ""}


def test_case_63_off_topic(spasm: Spasm) -> None:
    """A question about something else is never answered as if it fitted, though it shares words with the FAQ."""
    asked = ["back tax refund", "release notes", "sleep mode on my laptop"]
    assert [one["query"] for one in batch(spasm, *asked) if one["outcome"] == "answered"] == []
    assert spasm("ask", "back tax refund").check(1).out == ""


def test_case_64_negated(spasm: Spasm) -> None:
    """A question and its negation may share an entry, but the negated one is not an exact match."""
    plain, negated = batch(spasm, "should I run with back spasms", "should I not run with back spasms")
    assert plain["entry"] == negated["entry"]
    assert isinstance(negated["score"], float)
    assert negated["score"] < 100


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shuolder blade pian", "shoulder blade pain"),
        ("haet or icee", "heat or ice"),
        ("slepeing positon", "sleeping position"),
        ("can i rnu with bakc spasmss", "can i run with back spasms"),
        ("muscel relaxents", "muscle relaxants"),
    ],
)
def test_case_65_misspelt(spasm: Spasm, typed: str, meant: str) -> None:
    """Swapped, doubled and missing letters lead to the entry that was meant."""
    read, right = batch(spasm, typed, meant)
    assert right["entry"]
    assert read["entry"] == right["entry"]


def test_case_66_own_words(spasm: Spasm) -> None:
    """The question or id of an entry finds it first with 100, in any case; with its words mixed it is among three."""
    entries = spasm("list", "--json").check().json["entries"]
    for ask in (lambda e: e["question"], lambda e: e["id"], lambda e: f"  {e['question'].upper()} ??"):
        found = batch(spasm, *map(ask, entries))
        assert [(one["entry"]["id"], one["score"]) for one in found] == [(entry["id"], 100.0) for entry in entries]
    draw = random.Random(1)
    mixed = batch(
        spasm, *(" ".join(draw.sample(words := e["question"].rstrip("?").split(), len(words))) for e in entries)
    )
    near = [[candidate["id"] for candidate in one["candidates"]] for one in mixed]
    assert [e["id"] for found, e in zip(near, entries, strict=True) if e["id"] not in found] == []


@pytest.mark.parametrize("form", ["plain", "card", "markdown"])
def test_case_67_red_flags_first(spasm: Spasm, form: str) -> None:
    """A stated red flag comes before everything else, whatever entry is closest, and even if none is: exit 0."""
    signs = ["loss of bladder control", "crushing chest pain", "both legs are numb", "I want to kill myself"]
    asked = [question.format(sign) for question in ("heat or ice? {}", "zzgx qqwv {}") for sign in signs]
    made = batch(spasm, *asked)
    assert ["emergency"] * len(asked) == [one["urgency"] for one in made]
    out = spasm("ask", "-", "--format", form, "--width", "1000", stdin="\n".join(asked)).check().out
    records = re.split('You wrote: "(?=heat|zz)', out)[1:]
    assert len(records) == len(asked)
    for record, one in zip(records, made, strict=True):
        first = " ".join(shown_words(record)).replace("\\", "").partition('" ')[2]
        assert " ".join(one["alerts"][0]["advice"].split()[:3]) in first[:120], record
    alone = spasm("ask", asked[4], "--format", form).check().out
    assert "EMERGENCY" in "".join(alone.splitlines()[:2])
    bare = spasm("ask", "heat or ice? I cant pee", "--field", "id").check()
    assert len(bare.out.splitlines()) == 1
    assert bare.err.startswith("EMERGENCY")


def test_case_68_ties(spasm: Spasm, faq: Callable[..., str]) -> None:
    """Entries that fit equally well come by their ids, whatever the order of the file and the hash seed."""
    entries = [
        {"id": f"tie-{letter}", "question": f"Why does it ache {letter}?", "answer": "So."} for letter in "xyzuvw"
    ]
    found = set()
    for seed in ("0", "1", "2"):
        made = spasm(
            "ask", "why does it ache", "--json", "--top", "6", "--faq", faq(*entries), env={"PYTHONHASHSEED": seed}
        )
        found.add(json.dumps(made.check(0, 1).json))
        entries = entries[2:] + entries[:2]
    assert len(found) == 1
    assert [one["id"] for one in json.loads(found.pop())["candidates"]] == sorted(entry["id"] for entry in entries)


@pytest.mark.parametrize("question", [
    '"entry": null, my back is in spasm', '\\"entry\\": null and I cant pee', "should i use heat or ice", "zzgx qqwv",
])  # fmt: skip
def test_a_batch_answers_as_a_single_question_does(spasm: Spasm, question: str) -> None:
    """A line of a batch holds the very object that the question gets alone, whatever it looks like."""
    alone = spasm("ask", "--json", "--", question).json
    assert [alone] == batch(spasm, question)
    assert question == alone["query"]
