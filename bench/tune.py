"""Choose the matcher's weights, its calibration and its thresholds on labelled questions.

    python bench/tune.py [--set FILE ...] [--seconds N] [--folds N]

The questions are the tune half of our own and the labelled files named with --set.
A random local search from the weights in force: each step changes one to three of them and is kept if the objective
(below) rises. With --folds the questions are split, the search runs on all but one part and is judged on that part:
what a search gains on questions it has not seen. Then it runs on all of them and prints the constants to write into
ask/match.py, ask/index.py and ask/query.py, with a logistic calibration and thresholds.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Sequence
from math import exp
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from common import FAQ_FILE, QUESTIONS, TODAY, Line, lines
from slips import slipped

from spasmcli import api
from spasmcli.ask import index, match, query
from spasmcli.ask.triage import triage
from spasmcli.faq.check import load_document
from spasmcli.faq.compiled import compile_document
from spasmcli.faq.store import Store
from spasmcli.model import Document

#: Where each weight lives. Those of the index need the FAQ compiled again.
HOMES = {
    "RARITY": index, "ANSWER_RARITY": index, "SHARE": index, "FEW_PHRASINGS": index, "FEW_WORDS": index,
    "FEW_RARITY": index, "WORD_IN_GROUP": query,
    "WORDS": match, "PAIRS": match, "ANSWER": match, "PHRASING": match, "UNKNOWN": match, "ANSWER_ONLY": match,
    "RIVAL": match, "OUTSIDE_ONLY": match, "NEITHER": match, "MIXED": match,
    "LENGTH": match,
}  # fmt: skip
Weights = dict[str, float]


class Asked(NamedTuple):
    """A question asked: was the first candidate right, was one of three, and the lead of the first."""

    line: Line
    first: bool
    third: bool
    lead: float


class Bench:
    """The FAQs that weights are tried on; compiled forms are kept for the index weights last used."""

    def __init__(self) -> None:
        self.document = load_document(str(FAQ_FILE))
        self.bare = Document(tuple(entry._replace(aliases=()) for entry in self.document.entries))
        self._kept: dict[tuple[str, tuple[float, ...]], Store] = {}

    def store(self, name: str, document: Document, weights: Weights) -> Store:
        """Return *document* compiled with *weights*."""
        key = (name, tuple(value for weight, value in weights.items() if HOMES[weight] is not match))
        if key not in self._kept:
            if len(self._kept) > 8:
                self._kept.clear()
            self._kept[key] = Store(compile_document(document))
        return self._kept[key]

    def asked(self, store: Store, questions: Sequence[Line], slips: int = 0) -> list[Asked]:
        """Ask all *questions*, each with so many *slips*."""
        return [_ask(store, line, slipped(line.q, slips, 7) if slips else line.q) for line in questions]

    def objective(self, questions: Sequence[Line], weights: Weights) -> float:
        """Return how good *weights* are: right first and in three, after slips too, refusals, a bare FAQ.

        The bare FAQ is ours without aliases and vocabulary.
        """
        use(weights)
        store = self.store("own", self.document, weights)
        plain, typos = self.asked(store, questions), self.asked(store, questions, 2)
        bare = self.asked(self.store("bare", self.bare, weights), questions)
        good = [one for one in plain if one.line.ids]
        return (
            2.0 * _share(one.first for one in good)
            + 1.0 * _share(one.third for one in good)
            + 1.0 * _share(one.first for one in typos if one.line.ids)
            + 0.8 * min(0.9, rejected(plain))
            + 0.5 * _share(one.first for one in bare if one.line.ids)
        )


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values) if values else 0.0


def _ask(store: Store, line: Line, text: str) -> Asked:
    read = query.read(text, store)
    fired = triage(read, store, TODAY)
    found = match.match(read, store, 3, api.bonus(store, fired))
    ids = [store.entry_id(one.number) for one in found]
    lead = found[0].lead if found else -9.0
    return Asked(line, ids[:1] != [] and ids[0] in line.ids, bool(set(ids) & set(line.ids)), lead)


def rejected(asked: Sequence[Asked]) -> float:
    """Return the share of off-topic questions whose lead is below that of the lowest twentieth of good ones."""
    good = sorted(one.lead for one in asked if one.line.ids)
    limit = good[len(good) // 20] if good else 0.0
    return _share(one.lead < limit for one in asked if not one.line.ids)


def use(weights: Weights) -> None:
    """Put *weights* in force."""
    for name, value in weights.items():
        setattr(HOMES[name], name, value)


def search(bench: Bench, questions: Sequence[Line], start: Weights, seconds: float, seed: int) -> tuple[Weights, float]:
    """Return the best weights found from *start* in so many *seconds*, and their objective."""
    chance = random.Random(seed)
    best, value = start, bench.objective(questions, start)
    until = monotonic() + seconds
    while monotonic() < until:
        tried = dict(best)
        for name in chance.sample(sorted(tried), chance.choice((1, 1, 2, 3))):
            tried[name] = round(max(0.02, tried[name] * chance.choice((0.6, 0.8, 0.9, 1.1, 1.25, 1.6))), 3)
        if max(tried["LENGTH"], tried["NEITHER"], tried["MIXED"], tried["WORD_IN_GROUP"], tried["RIVAL"]) > 1:
            continue
        new = bench.objective(questions, tried)
        if new > value:
            best, value = tried, new
    return best, value


def calibration(asked: Sequence[Asked]) -> tuple[float, float]:
    """Return slope and offset of the logistic curve from lead to the chance of being right (Newton's method)."""
    slope, offset = 1.0, 0.0
    for _ in range(50):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for one in asked:
            chance = 1 / (1 + exp(-max(-30.0, min(30.0, slope * one.lead + offset))))
            gap, spread = one.first - chance, chance * (1 - chance) + 1e-9
            g0, g1 = g0 + gap, g1 + gap * one.lead
            h00, h01, h11 = h00 + spread, h01 + spread * one.lead, h11 + spread * one.lead**2
        determinant = h00 * h11 - h01**2
        offset += (h11 * g0 - h01 * g1) / determinant
        slope += (h00 * g1 - h01 * g0) / determinant
    return slope, offset


def thresholds(asked: Sequence[Asked], slope: float, offset: float) -> tuple[float, float]:
    """Return the score from which 94 % are right, and the one below which 4 % of good questions lie."""
    scores = sorted(((100 / (1 + exp(-(slope * one.lead + offset))), one) for one in asked), key=lambda p: p[0])
    sure = next((s for i, (s, _) in enumerate(scores) if _share(one.first for _, one in scores[i:]) >= 0.94), 99.0)
    good = [score for score, one in scores if one.line.ids]
    return sure, good[len(good) * 4 // 100]


def main() -> None:
    """Search and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--set", type=Path, nargs="*", default=[])
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--folds", type=int, default=0)
    chosen = options.parse_args()
    questions = [*lines(QUESTIONS, "tune"), *(line for path in chosen.set for line in lines(path))]
    random.Random(1).shuffle(questions)
    bench, start = Bench(), {name: float(getattr(home, name)) for name, home in HOMES.items()}
    for fold in range(chosen.folds):
        seen = [line for i, line in enumerate(questions) if i % chosen.folds != fold]
        unseen = questions[fold :: chosen.folds]
        weights, _ = search(bench, seen, start, chosen.seconds, fold)
        print(f"fold {fold + 1}: unseen {bench.objective(unseen, start):.4f} -> {bench.objective(unseen, weights):.4f}")
    weights, value = search(bench, questions, start, chosen.seconds, 0)
    use(weights)
    print(f"objective {value:.4f}", *(f"{name} = {number}" for name, number in weights.items()), sep="\n")
    asked = [one for one in bench.asked(bench.store("own", bench.document, weights), questions) if one.lead > -9]
    slope, offset = calibration(asked)
    sure, possible = thresholds(asked, slope, offset)
    print(f"SLOPE, OFFSET = {slope:.2f}, {offset:.2f}   SURE, POSSIBLE = {sure:.0f}, {possible:.0f}")


if __name__ == "__main__":
    main()
