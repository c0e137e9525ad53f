"""What the matcher makes of an FAQ on any subject, without vocabulary: beside BM25 (bm25s) on the same texts.

    python bench/any_faq.py [--set TRAIN TEST ...] [--out PAGE]

Our own sets are small FAQs of bicycle repair and of houseplants (bicycle_faq.yaml, plants_faq.yaml) with four
questions an entry. With n aliases, n of the four become aliases and the others are asked, in all four turns.
--set takes pairs of files of {"q", "ids"} lines:
an id is an entry without an answer, its first training line (in a fixed random order) the question, the next ones
the aliases.
Houseplants were written last, and nothing was tuned on them. Early weight searches counted the bicycle questions.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from common import BENCH, TODAY, Item, Line, items, lines, percent, private_cache, show, state, table
from peers import BM25, rank
from slips import slipped

import spasmcli
from spasmcli.text.words import normal_form, stem

#: How many aliases an entry gets, and how many slips a question.
ALIASES, SLIPS = (0, 1, 3, 10), (0, 1, 2)
#: Our own sets.
OWN = ("bicycle", "plants")
#: The answer of entries that have none.
NO_ANSWER = "-"


class Round(NamedTuple):
    """An FAQ and the questions that are put to it."""

    corpus: list[Item]
    questions: list[Line]


def without_repeats(corpus: Sequence[Item]) -> list[Item]:
    """Return *corpus* without phrasings that stand before, in this entry or another; an FAQ file may not repeat one."""
    seen: set[str] = set()
    kept = []
    for item in corpus:
        fresh = []
        for text in item.phrasings:
            if (normal := normal_form(text)) and normal not in seen:
                seen.add(normal)
                fresh.append(text)
        kept.append(item._replace(phrasings=tuple(fresh)))
    return [item for item in kept if item.phrasings]


def own_rounds(name: str, aliases: int) -> Iterator[Round]:
    """Yield our own FAQ of this *name* with every turn of *aliases* questions an entry taken as aliases."""
    corpus, asked = items(BENCH / f"{name}_faq.yaml"), lines(BENCH / f"{name}_questions.jsonl")
    by_entry = {item.id: [line for line in asked if (line.ids or ("",))[0] == item.id] for item in corpus}
    for turn in range(4 if aliases else 1):
        taken = {key: [found[(turn + n) % 4] for n in range(aliases)] for key, found in by_entry.items()}
        yield Round(
            [item._replace(phrasings=(*item.phrasings, *(line.q for line in taken[item.id]))) for item in corpus],
            [line for key, found in by_entry.items() for line in found if line not in taken[key]],
        )


def public_rounds(train: Path, test: Path, aliases: int) -> Iterator[Round]:
    """Yield the FAQ that the first lines of each id in *train* make, with the questions of *test* that have an id."""
    by_entry: dict[str, list[str]] = {}
    for line in lines(train):
        if line.ids:
            by_entry.setdefault(line.ids[0], []).append(line.q)
    for found in by_entry.values():
        random.Random(1).shuffle(found)
    corpus = [Item(_id(key), tuple(found[: aliases + 1]), NO_ANSWER) for key, found in by_entry.items()]
    yield Round(corpus, [line._replace(ids=tuple(map(_id, line.ids))) for line in lines(test) if line.ids])


def _id(label: str) -> str:
    """Return *label* as an id that an FAQ file may have."""
    return re.sub(r"[^\w.-]", "", label)


def ask_ours(corpus: Sequence[Item], questions: Sequence[str]) -> list[str]:
    """Return the first candidate of each question, over an FAQ file as a user would write it."""
    entries = [
        {"id": i.id, "question": i.phrasings[0], "answer": i.answer, "aliases": list(i.phrasings[1:])} for i in corpus
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "faq.yaml"
        path.write_text(json.dumps({"entries": entries}), encoding="utf-8")
        faq = spasmcli.load(str(path))
    found = (faq.ask(question, today=TODAY).candidates for question in questions)
    return [candidates[0].id if candidates else "" for candidates in found]


def ask_bm25(peer: BM25, corpus: Sequence[Item], questions: Sequence[str]) -> list[str]:
    """Return the first entry of each question by BM25."""
    return [one.ids[0] if one.ids else "" for one in rank(peer, corpus, questions)]


def figures(rounds: Sequence[Round]) -> dict[str, list[str]]:
    """Return the share of questions whose first entry is right, by matcher, for each number of slips."""
    right: dict[str, list[int]] = {}
    for corpus, questions in rounds:
        clean = without_repeats(corpus)
        answered = any(item.answer != NO_ANSWER for item in clean)
        peers = [BM25(clean), BM25(clean, stem=stem), *([BM25(clean, stem=stem, answers=True)] if answered else [])]
        for at, slips in enumerate(SLIPS):
            typed = [slipped(line.q, slips) for line in questions]
            found = {"spasm": ask_ours(clean, typed), **{peer.name: ask_bm25(peer, clean, typed) for peer in peers}}
            for name, ids in found.items():
                hits = sum(got in (line.ids or ()) for got, line in zip(ids, questions, strict=True))
                right.setdefault(name, [0] * len(SLIPS))[at] += hits
    total = sum(len(one.questions) for one in rounds)
    return {name: [percent(hits, total) for hits in by_slips] for name, by_slips in right.items()}


def section(name: str, by_aliases: dict[int, list[Round]]) -> str:
    """Return the table of one set: a row per matcher; share right after 0, 1 and 2 slips by number of aliases."""
    cells: dict[str, list[str]] = {}
    for rounds in by_aliases.values():
        for matcher, by_slips in figures(rounds).items():
            cells.setdefault(matcher, []).append(" / ".join(by_slips))
    first = next(iter(by_aliases.values()))[0]
    head = ("P@1 after 0 / 1 / 2 slips", *(f"{n} aliases" if n != 1 else "1 alias" for n in by_aliases))
    rows = [(matcher, *row) for matcher, row in cells.items()]
    return f"### {name}: {len(first.corpus)} entries, {len(first.questions)} questions\n\n{table(head, rows)}"


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", nargs=2, type=Path, default=[], metavar=("TRAIN", "TEST"))
    parser.add_argument("--out", type=Path, help="put the report into this Markdown page")
    options = parser.parse_args()
    private_cache()
    parts = [state()]
    for name in OWN:
        own = {count: list(own_rounds(name, count)) for count in ALIASES if count < 4}
        parts.append(section(name.capitalize(), own))
    for train, test in options.set:
        by_aliases = {count: list(public_rounds(train, test, count)) for count in ALIASES}
        parts.append(section(train.stem, by_aliases))
    show("Any other FAQ", "\n\n".join(parts), "any_faq", options.out)


if __name__ == "__main__":
    main()
