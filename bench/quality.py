"""How well the closest entry fits: spasm and its peers over labelled questions.

    python bench/quality.py [--peers] [--set FILE ...] [--half tune|report|all] [--confusions [--names]]
                            [--faq FILE] [--out PAGE]

Each --set makes one more set of the files after it (format: {"q", "ids"} a line, "ids": [] where nothing fits).
Peers have no outcome of their own: a question is refused below the 5th percentile of the best scores of the good
questions of the set as typed (without slips), so about 5 % of them are refused by that rule.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from common import FAQ_FILE, QUESTIONS, TODAY, Line, items, lines, named, percent, private_cache, show, state, table
from measure import DEPTH, HEAD, Ranked, by_peers_rule, confusions, per_entry, reliability, row, threshold
from peers import Peer, every_peer, rank
from slips import slipped

import spasmcli
from spasmcli.text.words import normal_form

SLIPS = (0, 1, 2)
#: From which token_sort_ratio an alias nearly repeats a question.
NEARLY = 75
#: Names a question, and makes a matcher ready to be asked.
Naming = Callable[[Line], str]
Maker = Callable[[], tuple[str, Callable[[Sequence[str]], list[Ranked]]]]


class Set(NamedTuple):
    """Labelled questions measured together, and as typed with 0, 1 and 2 slips."""

    name: str
    questions: list[Line]
    typed: list[list[str]]


class Run(NamedTuple):
    """What a matcher made of every set, by number of slips, and its questions a second."""

    name: str
    found: list[list[list[Ranked]]]
    speed: float


def ours(path: Path | None = None) -> tuple[str, Callable[[Sequence[str]], list[Ranked]]]:
    """Open the library as a user does."""
    faq = spasmcli.load(str(path) if path else None)

    def ask(questions: Sequence[str]) -> list[Ranked]:
        answers = (faq.ask(question, top=DEPTH, today=TODAY) for question in questions)
        return [Ranked(tuple(c.id for c in a.candidates), a.score, a.outcome) for a in answers]

    return "spasm", ask


def makers(with_peers: bool, path: Path | None) -> list[Maker]:
    """Return the matchers to measure, ours first."""

    def made(build: Callable[[], Peer]) -> Maker:
        def make() -> tuple[str, Callable[[Sequence[str]], list[Ranked]]]:
            peer = build()
            return peer.name, lambda questions: rank(peer, corpus, questions)

        return make

    corpus = items(path or FAQ_FILE)
    return [lambda: ours(path), *(map(made, every_peer(corpus)) if with_peers else ())]


def run(make: Maker, sets: Sequence[Set]) -> Run:
    """Ask one matcher everything; the time is that of the questions, without loading and indexing."""
    name, ask = make()
    asked, spent = 0, 0.0
    found = []
    for one in sets:
        by_slips = []
        for typed in one.typed:
            start = time.perf_counter()
            by_slips.append(ask(typed))
            spent += time.perf_counter() - start
            asked += len(typed)
        found.append(by_slips)
    return Run(name, found, asked / spent)


def rows(runs: Sequence[Run], sets: Sequence[Set], at: int, slips: int) -> list[tuple[str, ...]]:
    """Return the rows of the table of set number *at*."""
    questions = sets[at].questions
    found = []
    for one in runs:
        ranked = one.found[at][slips]
        limit = threshold(zip(questions, one.found[at][0], strict=True))
        speed = f"{one.speed:,.0f}"
        if ranked and ranked[0].outcome:
            found.append((*row(one.name, questions, ranked), speed))
        name = f"{one.name}, peers' rule" if one.name == "spasm" else one.name
        found.append((*row(name, questions, by_peers_rule(ranked, limit)), speed))
    return found


def report(runs: Sequence[Run], sets: Sequence[Set], phrasings: Sequence[str], naming: Naming | None) -> str:
    """Return the whole report; *naming* says how to name questions in the list of confusions, None leaves it out."""
    parts = []
    for at, one in enumerate(sets):
        good = sum(bool(line.ids) for line in one.questions)
        parts.append(f"### {one.name}: {good} good questions, {len(one.questions) - good} off-topic")
        for slips in SLIPS:
            parts.append(("As typed", "One keyboard slip a question", "Two keyboard slips a question")[slips] + ":")
            parts.append(table((*HEAD, "questions/s"), rows(runs, sets, at, slips)))
        if not good:
            continue
        parts.append("What the score means, as typed:")
        parts.append(reliability(one.questions, runs[0].found[at][0]))
        parts.append(closeness(one.questions, runs[0].found[at][0], phrasings))
        if naming:
            parts += confused_pairs(one.questions, runs[0].found[at][0], naming)
    return "\n\n".join(parts)


def closeness(questions: Sequence[Line], ranked: Sequence[Ranked], phrasings: Sequence[str]) -> str:
    """Return how many questions an alias nearly repeats, and the figure without them: those test memory alone."""
    from rapidfuzz import fuzz, process

    known = [normal_form(text) for text in phrasings]
    good = [pair for pair in zip(questions, ranked, strict=True) if pair[0].ids]
    far = [
        pair for pair in good
        if not process.extractOne(normal_form(pair[0].q), known, scorer=fuzz.token_sort_ratio, score_cutoff=NEARLY)
    ]  # fmt: skip
    right = sum(one.ids[:1] != () and one.ids[0] in line.ids for line, one in far)
    return (
        f"{len(good) - len(far)} of the {len(good)} good questions are nearly an alias (token_sort_ratio of {NEARLY} "
        f"or more). Top-1 of spasm on the {len(far)} others: {percent(right, len(far))}."
    )


def confused_pairs(questions: Sequence[Line], ranked: Sequence[Ranked], naming: Naming) -> list[str]:
    """Return the pairs of entries that are taken for each other, with the questions, and the entries most missed."""
    pairs = confusions(questions, ranked)
    listed = [
        (f"{best} → {got}", str(len(found)), " / ".join(naming(line) for line in found[:3]))
        for best, got, found in pairs
    ]
    head = ("the entry that fits → the entry found", "questions", "such as")
    return ["Pairs taken for each other, worst first:", table(head, listed), "By entry:", per_entry(questions, ranked)]


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", action="store_true", help="measure the peers too (pip install -e .[bench])")
    parser.add_argument("--set", action="append", nargs="+", type=Path, default=[], metavar="FILE", help="one more set")
    parser.add_argument("--half", choices=("tune", "report", "all"), default="report", help="of our own questions")
    parser.add_argument("--confusions", action="store_true", help="list the pairs of entries taken for each other")
    parser.add_argument("--names", action="store_true", help="with --confusions: name questions of the report half too")
    parser.add_argument("--faq", type=Path, help="another FAQ file than the bundled one")
    parser.add_argument("--out", type=Path, help="put the report into this Markdown page")
    options = parser.parse_args()
    private_cache()
    halves = ("tune", "report") if options.half == "all" else (options.half,)
    named_lines = [(f"own questions, {half} half", lines(QUESTIONS, half)) for half in halves]
    for files in options.set:
        name = " + ".join(path.stem for path in files)
        named_lines.append((name, [line for path in files for line in lines(path)]))
    sets = [Set(name, found, [[slipped(line.q, n) for line in found] for n in SLIPS]) for name, found in named_lines]
    runs = [run(make, sets) for make in makers(options.peers, options.faq)]
    phrasings = [text for item in items(options.faq or FAQ_FILE) for text in item.phrasings]
    naming: Naming = lambda line: named(line, bool(options.out), options.names)  # noqa: E731
    text = report(runs, sets, phrasings, naming if options.confusions else None)
    show("Finding the right entry", f"{state(options.faq or FAQ_FILE)}\n\n{text}", "quality", options.out)


if __name__ == "__main__":
    main()
