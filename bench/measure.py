"""Figures of a matcher over labelled questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from common import NOTHING, Line, percent

#: How many entries a matcher is asked for.
DEPTH = 10
HEAD = (
    "set", "matcher", "questions", "right first", "among three", "first, 2 slips", "refused", "sure", "sure right",
    "off-topic", "refused", "far", "near", "shown as close",
)  # fmt: skip


class Ranked(NamedTuple):
    """What a matcher makes of a question: entry *ids*, best first, the *score* of the first, and its *outcome*.

    *outcome* is answered, unsure or no_match, and empty for a matcher that has none.
    """

    ids: tuple[str, ...]
    score: float
    outcome: str = ""


Pair = tuple[Line, Ranked]


def judged(pairs: Sequence[Pair]) -> list[Pair]:
    """Return *pairs* with an outcome: one that has none is refused below the 5th percentile of the good questions."""
    scores = sorted(one.score for line, one in pairs if line.ids)
    limit = scores[len(scores) * 5 // 100] if scores else 0.0
    return [
        (line, one if one.outcome else one._replace(outcome="no_match" if one.score < limit else "unsure"))
        for line, one in pairs
    ]


def row(name: str, matcher: str, pairs: Sequence[Pair], slipped: Sequence[Pair]) -> tuple[str, ...]:
    """Return the cells of `HEAD` for one *matcher* on the set *name*, as typed and after two slips."""
    own = any(one.outcome for _, one in pairs)
    pairs = judged(pairs)
    good, off = [pair for pair in pairs if pair[0].ids], [pair for pair in pairs if not pair[0].ids]
    sure = [pair for pair in good if pair[1].outcome == "answered"]
    close = sum(one.outcome == "answered" for _, one in off)
    return (
        name, matcher, str(len(good)), _right(good), _right(good, 3), _right([p for p in slipped if p[0].ids]),
        _refused(good), percent(len(sure), len(good)) if own else NOTHING, _right(sure) if own else NOTHING,
        str(len(off)), _refused(off), _refused(pair for pair in off if pair[0].near is False),
        _refused(pair for pair in off if pair[0].near), percent(close, len(off)) if own else NOTHING,
    )  # fmt: skip


def fits(pair: Pair, within: int = 1) -> bool:
    """Tell whether an entry that fits stands among the first *within*."""
    line, one = pair
    return not set(line.ids or ()).isdisjoint(one.ids[:within])


def _right(pairs: Sequence[Pair], within: int = 1) -> str:
    return percent(sum(fits(pair, within) for pair in pairs), len(pairs))


def _refused(pairs: Iterable[Pair]) -> str:
    refused = [one.outcome == "no_match" for _, one in pairs]
    return percent(sum(refused), len(refused))
