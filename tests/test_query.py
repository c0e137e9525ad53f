"""Questions of every odd sort (cases 57 to 68 of docs/robustness.md)."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from process import Spasm, needs_posix

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

#: Seconds of processor time that a hostile question may cost more than a plain one.
_MORE_SECONDS = 0.5


def seconds(run: Callable[[], object]) -> float:
    """Return the processor time that the processes of *run* take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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
        assert f"spasm ask -- {words[-1][: 2 if words[-1][1] != '-' else None]}" in refused.err
    assert "after the command: spasm ask --faq" in spasm("--faq", "x").check(2).err


def test_case_60_nul(spasm: Spasm) -> None:
    """A NUL byte on standard input counts as a space."""
    out = spasm("ask", "-", "--field", "id", stdin=b"heat\0or\0\0ice\n\0\nbed\0rest").check().out
    assert out == "heat-or-ice\nbed-rest\n"


@needs_posix
def test_case_61_longest_argument(spasm: Spasm) -> None:
    """The longest argument that a system passes costs little more than a short one, and is echoed cut."""
    short = seconds(lambda: spasm("ask", "zzgx").check(1))
    for text in (
        "zzgx " * 26_000,
        "x" * 131_000,
        "back pain " * 13_000,
        "(" * 131_000,
        "no " * 43_000,
        "é" * 65_000,
        "1/" * 65_000,
    ):
        assert seconds(lambda text=text: spasm("ask", text).check(0, 1)) < short + _MORE_SECONDS, text[:10]  # type: ignore[misc]
    assert len(spasm("ask", "zzgx " * 26_000).check(1).err) < 2000


@pytest.mark.skipif(resource is None, reason="needs limits as POSIX has them")
def test_case_61_endless_line(spasm: Spasm, tmp_path: Path) -> None:
    """A line of 400 MB on standard input is read in little time and memory, and the line after it is answered."""
    path = tmp_path / "questions"
    with path.open("wb") as file:
        file.write(b"bed rest ")
        file.truncate(400_000_000)  # a hole: NUL bytes without end
        file.seek(0, 2)
        file.write(b"\nheat or ice\n")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000))

    with path.open("rb") as questions:
        result = spasm("ask", "-", "--field", "id", stdin=questions.fileno(), preexec_fn=limit)
    assert result.check().out == "bed-rest\nheat-or-ice\n"


@needs_posix
def test_case_61_long_line_is_quick(spasm: Spasm) -> None:
    """A line of 10 MB costs little more than a short one."""
    text = b"back pain spasm hurts " * 500_000
    short = seconds(lambda: spasm("ask", "-", stdin="back pain").check())
    assert seconds(lambda: spasm("ask", "-", stdin=text).check()) < short + _MORE_SECONDS


def test_case_62_one_word_over_and_over(spasm: Spasm) -> None:
    """A word a hundred thousand times is the word once."""
    once, often = batch(spasm, "mattress", "mattress " * 100_000)
    assert once["candidates"]
    assert {**often, "query": ""} == {**once, "query": ""}


def test_case_63_off_topic(spasm: Spasm) -> None:
    """A question about something else is never answered as if it fitted, though it shares words with the FAQ."""
    asked = ["back tax refund", "run a marathon in Paris", "release notes", "sleep mode on my laptop"]
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
    """The question or id of every entry finds it first with 100, in any case; in any order of words it is found too."""
    entries = spasm("list", "--json").check().json["entries"]
    for ask in (lambda e: e["question"], lambda e: e["id"], lambda e: f"  {e['question'].upper()} ??"):
        found = batch(spasm, *map(ask, entries))
        assert [(one["entry"]["id"], one["score"]) for one in found] == [(entry["id"], 100.0) for entry in entries]
    draw = random.Random(1)
    mixed = batch(
        spasm, *(" ".join(draw.sample(words := e["question"].rstrip("?").split(), len(words))) for e in entries)
    )
    assert [one["query"] for one, e in zip(mixed, entries, strict=True) if one["candidates"][0]["id"] != e["id"]] == []


@pytest.mark.parametrize("form", ["plain", "card", "markdown"])
def test_case_67_red_flags_first(spasm: Spasm, form: str) -> None:
    """A stated red flag comes before everything else, whatever entry is closest, and even if none is: exit 0."""
    signs = ["loss of bladder control", "crushing chest pain", "both legs are numb", "I want to kill myself"]
    for question in ("heat or ice? {}", "zzgx qqwv {}"):
        out = spasm("ask", "-", "--format", form, stdin="\n".join(map(question.format, signs))).check().out
        records = re.split('You wrote: "(?=heat|zz)', out)[1:]
        assert len(records) == len(signs)
        assert ["EMERGENCY" in "".join(record.splitlines()[1:4]) for record in records] == [True] * len(signs)
    alone = spasm("ask", f"zzgx qqwv {signs[0]}", "--format", form).check().out
    assert "EMERGENCY" in "".join(alone.splitlines()[:2])
    bare = spasm("ask", f"heat or ice? {signs[0]}", "--field", "id").check()
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
