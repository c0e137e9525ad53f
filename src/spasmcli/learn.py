"""Weights learnt from labelled lines: multinomial logistic regression (softmax) with nothing but the standard library.

Plain stochastic gradient descent with L2 (Bottou 2012, "Stochastic gradient descent tricks"): the step falls as
1 / (1 + t), the shrinking of all weights is kept in one factor, and classes that are all but excluded are left alone,
which makes a pass cost little more than reading it. The order of samples is shuffled with a fixed seed, so that the
same samples give the same weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from random import Random
from typing import NamedTuple

_PASSES = 4
_STEP = 1.5
#: Strength of L2 for one sample; divided by their number (the C of others is its inverse).
_L2 = 0.02
#: A class whose gradient is smaller than this is left alone.
_NEGLIGIBLE = 0.01
_SEED = 1
#: Rounds of Newton's method, and its L2.
_ROUNDS, _RIDGE = 8, 1.0


class Sample(NamedTuple):
    """Something seen: its *features* with their values, and the classes that fit it with their shares (sum 1)."""

    features: Mapping[str, float]
    classes: Mapping[int, float]


class Weights(NamedTuple):
    """What was learnt: by feature, a weight for each class; *bias* is what every class begins with."""

    bias: list[float]
    rows: dict[str, list[float]]

    def scores(self, features: Mapping[str, float]) -> list[float]:
        """Return the score of each class for these *features*; unknown ones add nothing."""
        scores = self.bias
        for feature, value in features.items():
            if row := self.rows.get(feature):
                scores = [score + value * weight for score, weight in zip(scores, row, strict=True)]
        return scores


def softmax(scores: Sequence[float]) -> list[float]:
    """Return *scores* as chances that sum to 1."""
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def train(samples: Sequence[Sample], classes: int, *, passes: int = _PASSES, l2: float = _L2) -> Weights:
    """Return the weights for *classes* classes learnt from *samples*, the same for the same samples in any order."""
    ordered = sorted(samples, key=lambda sample: (sorted(sample.features.items()), sorted(sample.classes.items())))
    rows = {feature: [0.0] * classes for feature in sorted({name for sample in ordered for name in sample.features})}
    data = [([(value, rows[name]) for name, value in one.features.items()], one.classes) for one in ordered]
    bias = [0.0] * classes
    decay = l2 / max(len(data), 1)
    scale, seen, order = 1.0, 0, Random(_SEED)  # noqa: S311  (no secret)
    for _ in range(passes):
        order.shuffle(data)
        for features, wanted in data:
            step = _STEP / (1.0 + seen / len(data))
            seen += 1
            scores = bias
            for value, row in features:
                times = value * scale
                scores = [score + times * weight for score, weight in zip(scores, row)]  # noqa: B905
            scale *= 1.0 - step * decay
            errors = softmax(scores)
            for number, share in wanted.items():
                errors[number] -= share
            active = [(number, step * error) for number, error in enumerate(errors) if abs(error) > _NEGLIGIBLE]
            for number, change in active:
                bias[number] -= change
                for value, row in features:
                    row[number] -= change * value / scale
    return Weights(bias, {name: [scale * weight for weight in row] for name, row in rows.items()})


def logistic(points: Sequence[tuple[Sequence[float], bool]]) -> list[float]:
    """Return the bias and weights of the logistic curve nearest to *points* (values, and whether it was so).

    Newton's method with a little L2, for a handful of values; meant for calibration (Platt 1999).
    """
    rows = [((1.0, *values), right) for values, right in points]
    size = len(rows[0][0]) if rows else 1
    weights = [0.0] * size
    for _ in range(_ROUNDS):
        slope = [_RIDGE * weight for weight in weights]
        bend = [[_RIDGE * (row == column) for column in range(size)] for row in range(size)]
        for values, right in rows:
            expected = chance(weights, values[1:])
            spread = expected * (1.0 - expected)
            for row, value in enumerate(values):
                slope[row] += (expected - right) * value
                for column in range(row + 1):
                    bend[row][column] += spread * value * values[column]
        for row in range(size):
            bend[row][row + 1 :] = [bend[column][row] for column in range(row + 1, size)]
        weights = [weight - change for weight, change in zip(weights, _solved(bend, slope), strict=True)]
    return weights


def _solved(matrix: list[list[float]], right: Sequence[float]) -> list[float]:
    """Return x of matrix x = right, by Gaussian elimination; *matrix* is symmetric and positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for place, pivot in enumerate(rows):
        for other in rows[place + 1 :]:
            factor = other[place] / pivot[place]
            other[place:] = [a - factor * b for a, b in zip(other[place:], pivot[place:], strict=True)]
    found = [0.0] * len(rows)
    for place in range(len(rows) - 1, -1, -1):
        rest = sum(rows[place][at] * found[at] for at in range(place + 1, len(rows)))
        found[place] = (rows[place][-1] - rest) / rows[place][place]
    return found


def chance(weights: Sequence[float], values: Sequence[float]) -> float:
    """Return the chance that the logistic curve with *weights* (bias first) gives these *values*."""
    total = weights[0] + sum(weight * value for weight, value in zip(weights[1:], values, strict=True))
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


def logit(probability: float) -> float:
    """Return the log odds of *probability*."""
    bounded = min(max(probability, 1e-6), 1.0 - 1e-6)
    return log(bounded / (1.0 - bounded))
