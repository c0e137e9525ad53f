"""Weights learnt from labelled lines: multinomial logistic regression (softmax) with nothing but the standard library.

Plain stochastic gradient descent with L2 (Bottou 2012, "Stochastic gradient descent tricks"): the step falls evenly to
nothing, the shrinking of all weights is kept in one factor, and classes that are all but excluded are left alone, which
makes a pass cost little more than reading it. The order of samples is shuffled with a fixed seed, so that the same
samples give the same weights.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import exp, log, sqrt
from sys import byteorder
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

#: The first step, divided by the mean squared length of a sample: what fits few strong features fits many weak ones.
_STEP = 2.2
#: A class whose gradient is smaller than this is left alone.
_NEGLIGIBLE = 0.01
#: A sample that is missed by less than this is left out of the next pass.
_SETTLED = 0.15
_SEED = 1
#: The largest number that a byte holds with its sign, how far lanes are raised, and what stands for 1 in them.
_MOST, _RAISED, _WHOLE = 127, 128, 1 << 30
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


class Row(NamedTuple):
    """The weights of a feature as a compiled FAQ keeps them: whole numbers from -127 to 127, to be taken times *step*.

    A byte a weight is enough: held-out lines come out the same to a thousandth (docs/matching.md). *lanes* holds them
    all in one number, 64 bits each, 128 higher so that none is negative: see `weighed`.
    """

    step: float
    weights: array[int]
    lanes: int


def packed(weights: Sequence[float]) -> bytes:
    """Return the *weights* of a feature as bytes, as `unpacked` reads them."""
    step = max(map(abs, weights)) / _MOST or 1.0
    return array("d", [step]).tobytes() + array("b", [round(weight / step) for weight in weights]).tobytes()


def unpacked(blob: bytes) -> Row:
    """Return the row that `packed` made *blob* of."""
    weights = array("b", blob[8:])
    lanes = array("Q", [weight + _RAISED for weight in weights]).tobytes()
    return Row(array("d", blob[:8])[0], weights, int.from_bytes(lanes, byteorder))


def weighed(bias: Sequence[float], known: Iterable[tuple[Row, float]]) -> list[float]:
    """Return the score of each class: its *bias*, and what each of the *known* rows of weights adds times its value.

    All classes are added up at once, as lanes of one long whole number, ten times as fast as one after the other.
    Values, which are not negative, are rounded to 2 ** -30.
    """
    total = times = 0
    for row, value in known:
        whole = round(value * row.step * _WHOLE)
        total += whole * row.lanes
        times += whole
    lanes = array("Q", total.to_bytes(8 * len(bias), byteorder))
    return [start + (lane - _RAISED * times) / _WHOLE for start, lane in zip(bias, lanes, strict=True)]


def normalised(features: Mapping[str, float], scale: Callable[[str], float | None], length: float) -> dict[str, float]:
    """Return those *features* that have a *scale*, each times its own, together of *length* (the norm of a vector)."""
    scaled = {name: value * found for name, value in features.items() if (found := scale(name)) is not None}
    norm = sqrt(sum([value * value for value in scaled.values()])) or 1.0
    return {name: length * value / norm for name, value in scaled.items()}


def softmax(scores: Sequence[float]) -> list[float]:
    """Return *scores* as chances that sum to 1."""
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def train(
    samples: Sequence[Sample],
    classes: int,
    *,
    passes: int,
    l2: float,
    scales: Mapping[str, float] = MappingProxyType({}),
) -> Weights:
    """Return the weights for *classes* classes learnt from *samples*, the same for the same samples in any order.

    *scales* are factors in the values of features (how rare each is). They change nothing but the time it takes: values
    that are alike without them are added up together.
    """
    from random import Random  # a question needs none

    ordered = sorted(samples, key=lambda sample: (list(sample.features.items()), list(sample.classes.items())))
    names = sorted({name for sample in ordered for name in sample.features})
    rows = {name: array("d", [0.0]) * classes for name in names}  # weights without their scales, and before shrinking
    data = [_ready(sample, rows, scales) for sample in ordered]
    bias = [0.0] * classes
    decay = l2 / max(len(data), 1)
    first = _STEP * len(data) / sum([v * v for one in ordered for v in one.features.values()] or [1.0])
    scale, seen, order = 1.0, 0, Random(_SEED)  # noqa: S311  (no secret)
    numbers, settled = list(range(len(data))), bytearray(len(data))
    for _ in range(passes):
        order.shuffle(numbers)
        for at in numbers:
            seen += 1
            if settled[at]:
                settled[at] = False
                continue
            groups, found, values, wanted = data[at]
            step = first * (1.0 - seen / (passes * len(data)))
            errors = _errors(_forward(bias, groups, scale), wanted)
            scale *= 1.0 - step * decay
            settled[at] = max(errors) < _SETTLED and min(errors) > -_SETTLED
            for number, error in enumerate(errors):
                if not -_NEGLIGIBLE < error < _NEGLIGIBLE:
                    bias[number] -= step * error
                    _shift(found, values, number, step * error / scale)
    return Weights(bias, {n: [scale * w / scales.get(n, 1.0) for w in row] for n, row in rows.items()})


_Row: TypeAlias = "array[float]"
_Ready: TypeAlias = tuple[list[tuple[float, list[_Row]]], list[_Row], Sequence[float], Mapping[int, float]]


def _forward(bias: list[float], groups: Sequence[tuple[float, list[_Row]]], scale: float) -> list[float]:
    """Return the scores of a sample whose rows, all times *scale*, stand in *groups* of one value."""
    scores = bias
    for value, group in groups:
        times = value * scale
        sums = map(sum, zip(*group))  # noqa: B905
        scores = [score + times * total for score, total in zip(scores, sums)]  # noqa: B905
    return scores


def _errors(scores: Sequence[float], wanted: Mapping[int, float]) -> list[float]:
    """Return how far the chance of each class is above what is *wanted*."""
    errors = softmax(scores)
    for number, share in wanted.items():
        errors[number] -= share
    return errors


def _shift(rows: Sequence[_Row], values: Sequence[float], number: int, change: float) -> None:
    for row, value in zip(rows, values):  # noqa: B905
        row[number] -= change * value


def _ready(sample: Sample, rows: Mapping[str, _Row], scales: Mapping[str, float]) -> _Ready:
    """Return a sample as it is learnt from: its rows in groups of one value, its rows with what changes each."""
    found = [rows[name] for name in sample.features]
    values = shares = list(sample.features.values())
    if scales:
        factors = [scales[name] for name in sample.features]
        shares = [round(value / factor, 9) for value, factor in zip(values, factors, strict=True)]
        values = [value * factor for value, factor in zip(values, factors, strict=True)]
    groups: defaultdict[float, list[_Row]] = defaultdict(list)
    for share, row in zip(shares, found, strict=True):
        groups[share].append(row)
    return list(groups.items()), found, values, sample.classes


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
