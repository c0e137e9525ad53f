"""Matching: laws that hold for any question and any FAQ."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from process import Spasm

import spasmcli
from spasmcli import FAQ
from spasmcli.match import POSSIBLE, RIVAL, SURE
from spasmcli.records import NO_MATCH, ShownEntry
from spasmcli.compile import compile_document
from spasmcli.faq.store import Store
from spasmcli.records import Document, Entry

BUNDLED = spasmcli.load()
ENTRIES = BUNDLED.entries()

ASKED = {
    "mid-back-spasm-causes": [
        "why does my middle back cramp up",
        "thoracic spasm reasons",
        "mid back seized picking up a toddler, how come",
    ],
    "release-mid-back-spasm": [
        "a twist to let go of a mid back spasm",
        "seated twist for the middle of the back",
        "how can i unlock my midback",
    ],
    "running-with-back-spasms": [
        "is it wise to go jogging with back spasms",
        "back spasm and running good or bad",
        "should a jogger with a bad back keep running",
    ],
    "back-spasm-recovery-time": [
        "how many weeks does a back spasm need to heal",
        "recovery time back spasm",
        "weeks until a back spasm is fully healed",
    ],
    "shoulder-blade-spasm-causes": [
        "what brings on spasms between the scapulae",
        "pain between my shoulder blades",
        "swimming made my shoulder blade cramp",
    ],
    "muscle-spasm-healing-time": [
        "how long until a pulled muscle mends",
        "days or weeks for a muscle strain to heal",
        "muscle strain healing time",
    ],
    "back-seizes-when-running": [
        "my back locks up every time i run",
        "lower back cramps on a run why",
        "why does jogging make my back tighten",
    ],
    "exercise-after-back-spasm": [
        "when can i go back to the gym after a back spasm",
        "how long off training after my back went",
        "how soon may i lift after a back spasm",
    ],
    "exercising-with-back-spasms": [
        "is it ok to work out while my back is in spasm",
        "can i train through back spasms",
        "exercise during a back spasm safe or not",
    ],
    "rhomboid-spasm-feel": [
        "what does a rhomboid cramp feel like",
        "rhomboid spasm symptoms",
        "how would i know it is my rhomboid",
    ],
}


@pytest.mark.parametrize(("entry_id", "question"), [(e, q) for e, questions in ASKED.items() for q in questions])
def test_finds_a_given_entry_by_unlike_phrasings(entry_id: str, question: str) -> None:
    """Each of the ten given entries is found by several ways to ask that are not aliases of it."""
    answer = BUNDLED.ask(question)
    assert entry_id == (answer.entry.id if answer.entry else None)


@pytest.mark.parametrize(
    "question", ["how do i descale a kettle", "best pizza in naples", "renew my passport online", "asdf qwer"]
)
def test_refuses_a_question_about_something_else(question: str) -> None:
    """A question about something else is not answered."""
    assert NO_MATCH == BUNDLED.ask(question).outcome


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_own_question_has_full_marks(entry: ShownEntry) -> None:
    """An entry's own question and id find it with 100 of 100, whatever the case and punctuation."""
    for text in (entry.question, entry.id, entry.question.upper() + " !!", f"  ...{entry.question.lower()}"):
        answer = BUNDLED.ask(text)
        assert (entry.id, 100.0) == (answer.entry and answer.entry.id, answer.score)


def test_typos_are_mended_and_shown() -> None:
    """Misspelt words are read as words of the FAQ, and the answer says so."""
    answer = BUNDLED.ask("rombiod spasem")
    assert [("rombiod", "rhomboid"), ("spasem", "spasm")] == [tuple(c) for c in answer.corrections]


WORDS = st.lists(
    st.sampled_from("back spasm pain run heat ice doctor how long can i knot zebra qqq my the not".split()),
    min_size=1,
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(WORDS)
def test_form_changes_nothing(words: list[str]) -> None:
    """Case, accents, Unicode forms, spaces and punctuation at the ends change neither the entry nor the score."""
    plain = BUNDLED.ask(" ".join(words))
    for same in ("  ".join(words).upper() + "?!", " ".join(words).replace("a", "á"), "…" + "\u00a0".join(words) + "."):
        other = BUNDLED.ask(same)
        assert (plain.outcome, plain.score, plain.candidates) == (other.outcome, other.score, other.candidates)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gets_an_answer_in_range(text: str) -> None:
    """Any text is answered without an error, with scores from 0 to 100, best first."""
    answer = BUNDLED.ask(text)
    scores = [candidate.score for candidate in answer.candidates]
    assert all(0 <= score <= 100 for score in [answer.score, *scores])
    assert sorted(scores, reverse=True) == scores


def opened(*entries: Entry) -> FAQ:
    """Return an FAQ of *entries*, compiled in memory."""
    return FAQ(lambda _: Store(compile_document(Document(entries))))


BIKES = [
    Entry("flat-tyre", "How do I mend a flat tyre?", "Take the tube out and patch the hole."),
    Entry("squeaky-brake", "Why does my brake squeak?", "The pads are worn or dirty. Clean the rim."),
    Entry("chain-slips", "What makes the chain slip?", "A worn chain or sprocket. Measure the chain."),
    Entry("saddle-height", "How high should the saddle be?", "Your heel should just reach the pedal."),
]
BIKE_WORDS = st.lists(
    st.sampled_from("mend flat tyre brake squeak chain slip worn saddle high pedal how why tube".split()),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(BIKE_WORDS, st.randoms(use_true_random=False))
def test_order_of_entries_changes_nothing(words: list[str], shuffler: random.Random) -> None:
    """The order of the entries in a file changes neither the winner nor its score."""
    shuffled = list(BIKES)
    shuffler.shuffle(shuffled)
    question = " ".join(words)
    assert opened(*BIKES).ask(question).candidates == opened(*shuffled).ask(question).candidates


@settings(max_examples=40, deadline=None)
@given(BIKE_WORDS)
def test_an_unrelated_entry_changes_nothing(words: list[str]) -> None:
    """Adding an entry with other words changes neither the winner nor its score."""
    stranger = Entry("soup", "Which vegetables suit minestrone?", "Courgettes, beans, celery.")
    question = " ".join(words)
    before, after = opened(*BIKES).ask(question), opened(*BIKES, stranger).ask(question)
    assert (before.score, before.candidates[:1]) == (after.score, after.candidates[:1])


def test_aliases_have_full_marks() -> None:
    """An alias finds its entry with 100 of 100."""
    entry = BIKES[0]._replace(aliases=("puncture repair",))
    assert ("flat-tyre", 100.0) == opened(entry, *BIKES[1:]).ask("Puncture  repair?").candidates[0][::2]


def test_hash_seed_changes_nothing() -> None:
    """The same question gives the same output under any PYTHONHASHSEED."""
    questions = "my back pain when i run after work\nnumb foot and fever for 2 months\nrhomboid or disc\n"
    command = [sys.executable, "-m", "spasmcli", "ask", "-", "--json", "--explain"]
    outputs = set()
    for seed in ("0", "1", "42"):
        variables = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, input=questions, text=True, capture_output=True, check=True, env=variables)
        outputs.add(done.stdout)
    assert len(outputs) == 1


def test_documents_name_the_thresholds_in_force() -> None:
    """README and docs tell the scores from which an answer counts as close and as possible."""
    root = Path(__file__).parent.parent
    readme, page = ((root / name).read_text(encoding="utf-8") for name in ("README.md", "docs/matching.md"))
    assert f"score is {SURE:.0f} or more" in readme
    assert f"below {POSSIBLE:.0f};" in readme
    assert f"{POSSIBLE:.0f} to {SURE:.0f}" in page
    assert f"less {RIVAL:g} of the best" in page


@pytest.mark.parametrize("question", [
    "signs your lumbar muscles are in spasm", "how long", "pain at night and in the morning", "what helps my back",
    "is it ok to lift", "tablets for a stiff back", "bed or walking", "why does it keep coming back",
])  # fmt: skip
def test_more_candidates_change_nothing_above_them(spasm: Spasm, question: str) -> None:
    """However many candidates are asked for, the first ones and their scores stay the same."""
    few, more = (spasm("ask", "--json", "--top", str(top), question).json for top in (2, 12))
    assert few["entry"] == more["entry"]
    assert few["candidates"] == more["candidates"][:2]
    scores = [candidate["score"] for candidate in more["candidates"]]
    assert scores == sorted(scores, reverse=True)
