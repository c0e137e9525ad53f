"""Figures of a matcher over labelled questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from common import NOTHING, Line, percent, table

#: How far down the order the right entry is looked for: below, its reciprocal rank counts as 0.
DEPTH = 10
HEAD = (
    "matcher", "top-1", "top-3", "MRR", "good refused", "off-topic rejected", "far", "near",
    "sure, right", "sure, share", "sure, right of good",
)  # fmt: skip


class Ranked(NamedTuple):
    """What a matcher makes of a question: entry *ids*, best first, the *score* of the first, and its *outcome*.

    *outcome* is answered, unsure or no_match, and empty for a matcher that has none.
    """

    ids: tuple[str, ...]
    score: float
    outcome: str = ""


def threshold(pairs: Iterable[tuple[Line, Ranked]]) -> float:
    """Return the 5th percentile of the best scores of the good questions: below it the peers' rule refuses."""
    scores = sorted(ranked.score for line, ranked in pairs if line.ids)
    return scores[len(scores) * 5 // 100] if scores else 0.0


def by_peers_rule(ranked: Sequence[Ranked], limit: float) -> list[Ranked]:
    """Return *ranked* with the outcome that a single threshold gives: no_match below *limit*, else unsure."""
    return [one._replace(outcome="no_match" if one.score < limit else "unsure") for one in ranked]


def row(name: str, questions: Sequence[Line], ranked: Sequence[Ranked]) -> tuple[str, ...]:
    """Return the cells of `HEAD` for one matcher."""
    good = [(line, one) for line, one in zip(questions, ranked, strict=True) if line.ids]
    off = [(line, one) for line, one in zip(questions, ranked, strict=True) if not line.ids]
    ranks = [_rank(line, one) for line, one in good]
    sure = [(line, one) for line, one in (*good, *off) if one.outcome == "answered"]
    sure_good = [(line, one) for line, one in sure if line.ids]
    right = sum(_rank(line, one) == 1 for line, one in sure)
    judged = any(one.outcome not in {"unsure", "no_match"} for one in ranked)
    return (
        name,
        percent(sum(rank == 1 for rank in ranks), len(good)),
        percent(sum(0 < rank <= 3 for rank in ranks), len(good)),
        f"{sum(1 / rank for rank in ranks if rank) / len(good):.3f}" if good else NOTHING,
        _refused(good), _refused(off),
        _refused([pair for pair in off if pair[0].near is False]), _refused([pair for pair in off if pair[0].near]),
        percent(right, len(sure)) if judged else NOTHING,
        percent(len(sure_good), len(good)) if judged else NOTHING,
        percent(right, len(sure_good)) if judged else NOTHING,
    )  # fmt: skip


def _rank(line: Line, one: Ranked) -> int:
    """Return the place of the first entry that fits, from 1, or 0."""
    return next((at for at, found in enumerate(one.ids[:DEPTH], 1) if found in line.ids), 0)


def _refused(pairs: Sequence[tuple[Line, Ranked]]) -> str:
    return percent(sum(one.outcome == "no_match" for _, one in pairs), len(pairs))


def reliability(questions: Sequence[Line], ranked: Sequence[Ranked]) -> str:
    """Return a table of score bands: what the score says and how often the first entry is right.

    An off-topic question has no right entry, so it counts as wrong.
    """
    bands: dict[int, list[tuple[Line, Ranked]]] = {}
    for line, one in zip(questions, ranked, strict=True):
        bands.setdefault(min(int(one.score // 10), 9), []).append((line, one))
    rows = []
    for band, pairs in sorted(bands.items()):
        good = [pair for pair in pairs if pair[0].ids]
        right = sum(_rank(*pair) == 1 for pair in pairs)
        mean = sum(one.score for _, one in pairs) / len(pairs)
        rows.append((
            f"{band * 10} to {band * 10 + 10}", str(len(pairs)), f"{mean:.1f}", percent(right, len(pairs)),
            str(len(good)), percent(right, len(good)),
        ))  # fmt: skip
    return table(("score", "questions", "mean score", "right", "good questions", "right of good"), rows)


def confusions(questions: Sequence[Line], ranked: Sequence[Ranked]) -> list[tuple[str, str, list[Line]]]:
    """Return (the best entry, the entry found instead, the questions), the worst pairs first."""
    pairs: dict[tuple[str, str], list[Line]] = {}
    for line, one in zip(questions, ranked, strict=True):
        if line.ids and _rank(line, one) != 1:
            pairs.setdefault((line.ids[0], one.ids[0] if one.ids else "(nothing)"), []).append(line)
    return [(*pair, found) for pair, found in sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0]))]


def per_entry(questions: Sequence[Line], ranked: Sequence[Ranked]) -> str:
    """Return a table of the entries whose questions are missed most."""
    asked: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for line, one in zip(questions, ranked, strict=True):
        if line.ids:
            asked[line.ids[0]] += 1
            missed[line.ids[0]] += _rank(line, one) != 1
    rows = [(name, str(asked[name]), str(count)) for name, count in missed.most_common() if count]
    return table(("entry", "questions", "not first"), rows)
