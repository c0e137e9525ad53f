"""Matching: laws that hold for any question and any FAQ."""

from __future__ import annotations

import json
import math
import random
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from process import Spasm

from spasmcli import FAQ, learn, load
from spasmcli import trained as trained_scorer
from spasmcli.compile import compile_document
from spasmcli.counted import Counted
from spasmcli.database import Database
from spasmcli.question import read
from spasmcli.records import NO_MATCH, Document, Entry, Line
from spasmcli.scorer import Found
from spasmcli.trained import Trained
from spasmcli.weights import packed, unpacked, weighed

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
def test_finds_a_given_entry_by_unlike_phrasings(bundled: FAQ, entry_id: str, question: str) -> None:
    """Each of the ten given entries is found by several ways to ask that are not aliases of it."""
    answer = bundled.ask(question)
    assert entry_id == (answer.entry.id if answer.entry else None)


@pytest.mark.parametrize(
    "question", ["how do i descale a kettle", "best pizza in naples", "renew my passport online", "asdf qwer"]
)
def test_refuses_a_question_about_something_else(bundled: FAQ, question: str) -> None:
    """A question about something else is not answered."""
    assert NO_MATCH == bundled.ask(question).outcome


@pytest.mark.parametrize("line", ["ich habe einen hexenschuss", "rugpijn wat te doen", "dolor de espalda fuerte"])
def test_another_language_is_not_guessed_at(bundled: FAQ, line: str) -> None:
    """A line of words that are not English gets no answer, and the page says that only English is read."""
    answer = bundled.ask(line)
    assert (NO_MATCH, True) == (answer.outcome, answer.foreign)


def test_own_questions_have_full_marks(bundled: FAQ) -> None:
    """An entry's own question, id and aliases find it with 100 of 100, whatever the case and punctuation."""
    for entry in bundled.entries():
        question = entry.question
        for text in (question, entry.id, question.upper() + " !!", f"  ...{question.lower()}", *entry.aliases):
            answer = bundled.ask(text)
            assert (entry.id, 100.0, "answered") == (answer.entry and answer.entry.id, answer.score, answer.outcome)


def test_typos_are_mended_and_shown(bundled: FAQ) -> None:
    """Misspelt words are read as words of the FAQ, and the answer says so."""
    answer = bundled.ask("rombiod spasem")
    assert [("rombiod", "rhomboid"), ("spasem", "spasm")] == [tuple(c) for c in answer.corrections]


WORDS = st.lists(
    st.sampled_from("back spasm pain run heat ice doctor how long can i knot zebra qqq my the not".split()),
    min_size=1,
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(WORDS)
def test_form_changes_nothing(bundled: FAQ, words: list[str]) -> None:
    """Case, accents, Unicode forms, spaces and punctuation at the ends change neither the entry nor the score."""
    plain = bundled.ask(" ".join(words))
    for same in ("  ".join(words).upper() + "?!", " ".join(words).replace("a", "á"), "…" + "\u00a0".join(words) + "."):
        other = bundled.ask(same)
        assert (plain.outcome, plain.score, plain.candidates) == (other.outcome, other.score, other.candidates)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80) | WORDS.map(" ".join))
def test_any_text_gets_an_answer_in_range(bundled: FAQ, text: str) -> None:
    """Any text is answered without an error, with scores from 0 to 100, best first, that say what the outcome is."""
    answer = bundled.ask(text, top=50)
    scores = [candidate.score for candidate in answer.candidates]
    assert all(0 <= score <= 100 for score in [answer.score, *scores])
    assert sorted(scores, reverse=True) == scores
    assert (answer.outcome == NO_MATCH) == (answer.entry is None)
    if answer.entry:
        assert answer.candidates[0].id == answer.entry.id
    assert bundled.ask(text, strict=True).outcome == (NO_MATCH if answer.outcome == "unsure" else answer.outcome)


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


def opened(*entries: Entry, asked: tuple[Line, ...] = ()) -> Database:
    """Return an FAQ of *entries*, compiled in memory."""
    return Database(compile_document(Document(entries, asked=asked)))


def near(database: Database, text: str, top: int = 3) -> tuple[list[tuple[str, Any]], Found]:
    """Return the ids that match *text* with their scores, and what else was found."""
    found = database.matcher.match(read(text, database.lexicon), top)
    return [(database.link(one.number).id, pytest.approx(one.score)) for one in found.best], found


IN_ORDER = opened(*BIKES)
WITH_A_STRANGER = opened(*BIKES, Entry("soup", "Which vegetables suit minestrone?", "Courgettes, beans, celery."))


@settings(max_examples=40, deadline=None)
@given(BIKE_WORDS, st.randoms(use_true_random=False))
def test_order_of_entries_changes_nothing(words: list[str], shuffler: random.Random) -> None:
    """The order of the entries in a file changes neither who wins nor the scores."""
    shuffled = list(BIKES)
    shuffler.shuffle(shuffled)
    question = " ".join(words)
    assert near(IN_ORDER, question)[0] == near(opened(*shuffled), question)[0]


@settings(max_examples=60, deadline=None)
@given(BIKE_WORDS)
def test_an_unrelated_entry_never_wins(words: list[str]) -> None:
    """An entry with other words that is added is not found by words that are not its own."""
    ids = [name for name, _ in near(WITH_A_STRANGER, " ".join(words), 9)[0]]
    assert "soup" not in ids
    assert sorted(ids) == sorted(name for name, _ in near(IN_ORDER, " ".join(words), 9)[0])


def test_what_a_question_must_share() -> None:
    """A word of the question, of an alias, of a labelled line or of the answer finds the entry; no other word does."""
    entry = BIKES[0]._replace(aliases=("puncture repair",))
    database = opened(entry, *BIKES[1:], asked=(Line("thorn in the wheel", ("flat-tyre",)),))
    for text in ("tyre", "puncture", "thorn", "hole"):
        found, said = near(database, text)
        assert ("flat-tyre", True) == (found[0][0], said.possible), text
    assert ([("flat-tyre", 100.0)], True) == (
        near(database, "Puncture  repair?")[0][:1],
        near(database, "puncture repair")[1].sure,
    )
    assert [] == near(database, "kettle")[0]
    assert not near(database, "how do kettles boil over hole and why do they whistle")[1].possible


def test_rare_words_tell_more_than_common_ones() -> None:
    """A word that few entries use counts for more than one that all use."""
    entries = [
        Entry(f"e{n}", f"What of the common thing {word}?", "So.") for n, word in enumerate("alpha beta gamma".split())
    ]
    found, _ = near(opened(*entries, Entry("common", "What of the common thing?", "So.")), "beta thing")
    assert "e1" == found[0][0]


def trained() -> tuple[list[Entry], list[Line]]:
    """Return an FAQ with enough labelled lines to be learnt from."""
    subjects = {"flat-tyre": "tyre tube puncture wheel", "squeaky-brake": "brake pad squeal rim",
                "chain-slips": "chain sprocket slip link", "saddle-height": "saddle seat high knee"}  # fmt: skip
    forms = ["my {} is bad", "{} trouble again", "what of a {}", "help with {}", "{}", "the {} is odd", "old {} or new"]
    lines = [
        Line(form.format(word), (name,)) for name, said in subjects.items() for word in said.split() for form in forms
    ]
    others = [Line(form.format(word), other=True) for word in "soup tax kettle holiday".split() for form in forms]
    return BIKES, lines + others


def test_what_is_learnt_from_labelled_lines() -> None:
    """With enough lines of what people type, words are learnt that no entry holds, and what is about something else."""
    entries, lines = trained()
    database = opened(*entries, asked=tuple(lines))
    assert isinstance(database.matcher.scorer, Trained)
    assert isinstance(IN_ORDER.matcher.scorer, Counted)
    for text, wanted in (
        ("squeal when i stop", "squeaky-brake"),
        ("sore knee", "saddle-height"),
        ("a link broke", "chain-slips"),
    ):
        found, said = near(database, text)
        assert (wanted, True, True) == (found[0][0], said.possible, said.calibrated), text
        assert 0 < sum(score.expected for _, score in found) <= 100.0001
    for text in ("soup trouble again", "old tax or new"):
        assert not near(database, text)[1].sure, text


def test_learning_is_the_same_every_time() -> None:
    """The same lines give the same weights, to the last digit, in whichever order they come."""
    entries, lines = trained()
    samples = [learn.Sample(dict.fromkeys(line.text.split(), 0.5), {len(line.wants): 1.0}) for line in lines]
    backwards = learn.train(samples[::-1], 2, passes=4, l2=0.1)
    assert learn.train(samples, 2, passes=4, l2=0.1) == backwards == learn.train(samples, 2, passes=4, l2=0.1)
    stored = [opened(*entries, asked=tuple(lines)).meta("match") for _ in range(2)]
    assert stored[0][0] == "trained"
    assert stored[0] == stored[1]


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=60))
def test_weights_are_kept_to_half_a_step(weights: list[float]) -> None:
    """What a compiled FAQ keeps of a row of weights is each weight to within half of a 127th of the largest."""
    step, kept, _ = unpacked(packed(weights))
    assert len(kept) == len(weights)
    largest = max(map(abs, weights))
    for weight, number in zip(weights, kept, strict=True):
        assert abs(weight - step * number) <= largest / 127 * 0.501 + 1e-300


WEIGHTS = st.lists(st.floats(-9, 9), min_size=3, max_size=3)


@given(WEIGHTS, st.lists(st.tuples(WEIGHTS, st.floats(0, 1)), max_size=400))
def test_lanes_add_up(bias: list[float], known: list[tuple[list[float], float]]) -> None:
    """All classes added up at once give what one after the other does, but for rounding."""
    rows = [(unpacked(packed(weights)), value) for weights, value in known]
    for number, score in enumerate(weighed(bias, rows)):
        plain = bias[number] + sum(row.weights[number] * row.step * value for row, value in rows)
        assert math.isclose(plain, score, abs_tol=1e-4)


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=9))
def test_softmax(scores: list[float]) -> None:
    """Chances sum to 1 and keep the order of the scores, however large these are."""
    chances = learn.softmax(scores)
    assert math.isclose(1.0, sum(chances))
    ranked = sorted(range(len(scores)), key=scores.__getitem__)
    assert all(chances[low] <= chances[high] for low, high in pairwise(ranked))


def test_calibration() -> None:
    """A chance is what came of lines like it: three of four right gives about three quarters."""
    curve = learn.logistic(
        [([x], (number % 4 > 0) if x else number % 4 == 0) for x in (0.0, 1.0) for number in range(400)]
    )
    assert math.isclose(0.25, learn.chance(curve, [0.0]), abs_tol=0.02)
    assert math.isclose(0.75, learn.chance(curve, [1.0]), abs_tol=0.02)
    assert all(0 < learn.chance(curve, [x]) < 1 for x in (-1e9, 1e9))


def test_hash_seed_changes_nothing(spasm: Spasm) -> None:
    """The same question gives the same output under any PYTHONHASHSEED."""
    questions = "my back pain when i run after work\nnumb foot and fever for 2 months\nrhomboid or disc\n"
    module = Spasm(spasm.home, [sys.executable, "-m", "spasmcli"])
    outputs = {
        module("ask", "-", "--json", "--explain", stdin=questions, env={"PYTHONHASHSEED": seed}).check().out
        for seed in ("0", "1", "42")
    }
    assert len(outputs) == 1


def test_hash_seed_changes_no_compiled_file(tmp_path: Path) -> None:
    """An FAQ is compiled to the same file under any PYTHONHASHSEED, learning included."""
    entries, lines = trained()
    asked = {"entries": {e.id: [one.text for one in lines if one.wants == (e.id,)] for e in entries}}
    asked_other = [one.text for one in lines if not one.wants]
    made = [{"id": e.id, "question": e.question, "answer": e.short} for e in entries]
    path = tmp_path / "faq.yaml"
    path.write_text(json.dumps({"entries": made, "asked": {**asked, "other": asked_other}}))
    files = set()
    for seed in ("0", "1", "42"):
        home = tmp_path / seed
        home.mkdir()
        Spasm(home)("ask", "tyre", "--faq", str(path), env={"PYTHONHASHSEED": seed}).check()
        files |= {file.read_bytes() for file in home.rglob("*.db")}
    assert len(files) == 1


def test_documents_name_the_threshold_in_force() -> None:
    """The docs tell from when on an answer counts as close, or as possible."""
    page = (Path(__file__).parent.parent / "docs" / "matching.md").read_text(encoding="utf-8")
    assert f"with a chance of {trained_scorer._SURE:.0f} % or more" in page
    assert f"less than {trained_scorer._NONE:g} times as likely as the leader" in page


@pytest.mark.parametrize("question", [
    "signs your lumbar muscles are in spasm", "how long", "pain at night and in the morning", "what helps my back",
    "is it ok to lift", "tablets for a stiff back", "bed or walking", "why does it keep coming back",
])  # fmt: skip
def test_more_candidates_change_nothing_above_them(bundled: FAQ, question: str) -> None:
    """However many candidates are asked for, the first ones and their scores stay the same."""
    few, more = (bundled.ask(question, top=top) for top in (2, 12))
    assert few._replace(candidates=()) == more._replace(candidates=())
    assert few.candidates == more.candidates[:2]


def test_a_word_in_every_line_is_learnt_from_too(tmp_path: Path) -> None:
    """A file whose every question and alias holds the same word is trained, and answers by the other words."""
    path = tmp_path / "tea.yaml"
    entries = [
        {"id": one, "question": f"tea {one}?", "answer": "Yes.", "aliases": [f"tea {said} {one}" for said in "abcdefg"]}
        for one in ("green", "black", "white")
    ]
    path.write_text(json.dumps({"entries": entries}), encoding="utf-8")
    assert "black" == load(path).ask("any black tea").candidates[0].id


def test_a_small_trained_file_answers(tmp_path: Path) -> None:
    """A file with too few lines to calibrate on, or with signs labelled at a level that they never raise, answers."""
    path = tmp_path / "tea.yaml"
    aliases = ["brew tea", "make tea", "tea pot", "steep leaves", "green tea", "how long does tea brew"]
    asked = {"entries": {"brew": ["tea too strong"]}, "other": ["what is the capital of peru"]}
    entry = {"id": "brew", "question": "How do I brew tea?", "answer": "Three minutes.", "aliases": aliases}
    path.write_text(json.dumps({"entries": [entry], "asked": asked}), encoding="utf-8")
    faq = load(path)
    assert "brew" == faq.ask("strong green tea").candidates[0].id
    assert "no_match" == faq.ask("how not").outcome
    signs = {"scald": {"emergency": [f"scalded {n} fingers {word}" for n in "abcdefghij" for word in "klmnopq"]}}
    flag = {
        "id": "scald",
        "why": "It can be bad.",
        "sign": "a scald",
        "raise": [{"level": "urgent", "lead": "See a doctor today.", "patterns": ["burnt tongue"]}],
    }
    asked = asked | {"signs": signs}
    path.write_text(json.dumps({"entries": [entry], "asked": asked, "red_flags": [flag]}), encoding="utf-8")
    assert "none" == load(path).ask("scalded fingers").urgency
