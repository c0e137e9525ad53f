"""How well the closest entry fits: spasm and its peers over labelled questions, as one table.

    python bench/quality.py [--peers] [--set FILE ...] [--confusions] [--out docs/quality.md]

Each --set makes one more set of the files after it (a line: {"q", "ids"}, "ids": [] where nothing fits). Questions are
named by file and line, never printed. Peers have no outcome of their own: a question is refused below the 5th
percentile of the best scores of the good questions of its set, so about 5 % of those are refused by that rule.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from common import FAQ_FILE, TODAY, Line, items, sets, show, state, table
from measure import DEPTH, HEAD, Pair, Ranked, fits, row
from peers import Peer, every_peer, rank
from slips import slipped

import spasmcli
from spasmcli.faqfile.check import load_document

#: From which token_sort_ratio on a line of the FAQ nearly repeats a question.
NEARLY = 75
Ask = Callable[[Sequence[str]], list[Ranked]]


def ours() -> Ask:
    """Return the library, opened as a user does."""
    faq = spasmcli.load(FAQ_FILE)

    def ask(questions: Sequence[str]) -> list[Ranked]:
        answers = (faq.ask(question, top=DEPTH, today=TODAY) for question in questions)
        return [Ranked(tuple(c.id for c in a.candidates), a.score, a.outcome) for a in answers]

    return ask


def matchers(with_peers: bool) -> Iterator[tuple[str, Ask]]:
    """Yield the matchers by name, ours first; each is built when it is its turn."""
    yield "spasm", ours()
    if with_peers:
        corpus = items()
        for build in every_peer(corpus):
            peer: Peer = build()
            yield peer.name, lambda questions, peer=peer: rank(peer, corpus, questions)  # type: ignore[misc]


def nearly(questions: Sequence[Line], phrasings: Sequence[str]) -> int:
    """Return how many of *questions* a line of the FAQ nearly repeats."""
    from rapidfuzz import fuzz, process, utils

    scores = (
        process.extractOne(
            line.q, phrasings, scorer=fuzz.token_sort_ratio, score_cutoff=NEARLY, processor=utils.default_process
        )
        for line in questions
    )
    return sum(score is not None for score in scores)


def confusions(pairs: Sequence[Pair]) -> str:
    """Return a table of the entries that are taken for each other, the worst pairs first."""
    found: dict[tuple[str, str], list[str]] = {}
    for line, one in pairs:
        if line.ids and not fits((line, one)):
            found.setdefault((line.ids[0], one.ids[0] if one.ids else "nothing"), []).append(line.place)
    worst = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = [(f"{best} → {got}", str(len(places)), ", ".join(places[:3])) for (best, got), places in worst]
    return table(("the entry that fits → the entry found", "questions", "such as"), rows)


def report(named: Mapping[str, list[Line]], with_peers: bool) -> tuple[str, list[Pair]]:
    """Return the table of all sets and matchers, and what spasm made of every question."""
    by_set: dict[str, list[tuple[str, ...]]] = {name: [] for name in named}
    own: list[Pair] = []
    for matcher, ask in matchers(with_peers):
        for name, questions in named.items():
            clean, after = (
                list(zip(questions, ask([slipped(line.q, count) for line in questions]), strict=True))
                for count in (0, 2)
            )
            by_set[name].append(row(name, matcher, clean, after))
            if with_peers and matcher == "spasm":
                bare = [(line, one._replace(outcome="")) for line, one in clean]
                by_set[name].append(row(name, "spasm, peers' rule", bare, after))
            own += clean if matcher == "spasm" else []
    return table(HEAD, [one for rows in by_set.values() for one in rows]), own


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", action="store_true", help="measure the peers too (pip install -e .[bench])")
    parser.add_argument("--set", action="append", nargs="+", type=Path, default=[], metavar="FILE", help="one more set")
    parser.add_argument("--confusions", action="store_true", help="list the entries that are taken for each other")
    parser.add_argument("--out", type=Path, help="put the table into this Markdown page")
    options = parser.parse_args()
    labelled, left = sets(options.set, load_document(str(FAQ_FILE)))
    named = {name: kept for name, some in labelled.items() if (kept := [line for line in some if line.ids is not None])}
    text, own = report(named, options.peers)
    phrasings = [text for item in items() for text in item.phrasings]
    near = ", ".join(f"{name} {nearly(some, phrasings)} of {len(some)}" for name, some in named.items())
    told = f"{left} Nearly known (token_sort_ratio of {NEARLY} or more to one line), and counted: {near}."
    parts = [state(), text, told, *([confusions(own)] if options.confusions else [])]
    show("Finding the right entry", "\n\n".join(parts), "quality", options.out)


if __name__ == "__main__":
    main()
