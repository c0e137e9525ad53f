"""Weights learnt from labelled lines: multinomial logistic regression (softmax) with nothing but the standard library.

Plain stochastic gradient descent with L2 (Bottou 2012, "Stochastic gradient descent tricks"): the step falls evenly to
nothing, and the shrinking of all weights is kept in one factor. The order of samples is shuffled with a fixed seed, so
that the same samples give the same weights.

The weights of a feature for all classes are *lanes* of one long whole number, so that one addition adds them all.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from math import exp, log, sqrt
from sys import byteorder
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

#: The first step, divided by the mean squared length of a sample, or by 1 where that is less: what fits few strong
#: features fits many weak ones.
_STEP = 3.0
#: A sample that is missed by less than this is left out of the next pass.
_SETTLED = 0.25
_SEED = 1
#: While weights are learnt, what stands for 1 in a share of a sample, in a value and in a change of weights. A score
#: has room to 4096 in a lane; scores of more than 100 are not seen.
_SHARE, _VALUE, _CHANGE = 1 << 15, 1 << 8, 1 << 16
#: A whole number below 2 ** 51 and this make a float that holds the number in its lowest bits, so that an array of
#: floats is read as lanes, and lanes as an array of floats, without a step for each.
_LANE = 1.5 * 2.0**52
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


def normalised(features: Mapping[str, float], scale: Callable[[str], float | None], length: float) -> dict[str, float]:
    """Return those *features* that have a *scale*, each times its own, together of *length* (the norm of a vector)."""
    scaled = {name: value * found for name, value in features.items() if (found := scale(name)) is not None}
    norm = sqrt(sum([value * value for value in scaled.values()])) or 1.0
    return {name: length * value / norm for name, value in scaled.items()}


def rarity(counts: Mapping[str, int], lines: int, least: int) -> dict[str, float]:
    """Return how rare each feature is, of those that stand in *least* of so many *lines*, but not in all."""
    return {name: log((1 + lines) / (1 + count)) for name, count in counts.items() if least <= count < lines}


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

    ordered = sorted(
        samples, key=lambda one: (" ".join(one.features), [*one.features.values()], [*one.classes.items()])
    )
    numbers: dict[str, int] = {}
    data = [_ready(sample, numbers, scales) for sample in ordered]
    rows = [0] * (len(numbers) + 1)  # weights without their scales, and before shrinking; first the bias
    decay = l2 / max(len(data), 1)
    first = _first_step(ordered)
    scale, seen, order = 1.0, 0, Random(_SEED)  # noqa: S311  (no secret)
    places, settled = list(range(len(data))), bytearray(len(data))
    for _ in range(passes):
        order.shuffle(places)
        for at in places:
            seen += 1
            if settled[at]:
                settled[at] = False
                continue
            step = first * (1.0 - seen / (passes * len(data)))
            unit = scale / (_SHARE * _VALUE * _CHANGE)
            scale *= 1.0 - step * decay
            settled[at] = _learn_from(data[at], rows, classes, unit, step * _CHANGE / scale) < _SETTLED
    floats = [_floats(row + _nothing(classes), classes) for row in rows]
    return _weights(floats, scale / (_VALUE * _CHANGE), [1.0 / scales.get(name, 1.0) for name in numbers], numbers)


def _learn_from(sample: _Ready, rows: list[int], classes: int, unit: float, step: float) -> float:
    """Change *rows* by what *sample* teaches; return by how much it was missed.

    *unit* is what scores are counted in.
    """
    groups, found, values, wanted = sample
    none = _nothing(classes)
    total = sum([share * sum(map(rows.__getitem__, group)) for share, group in groups], none)
    errors = _errors(_floats(total, classes), unit, wanted)
    change = _lanes([step * error for error in errors]) - none
    for number, value in zip(found, values):  # noqa: B905
        rows[number] -= value * change
    return max(*errors, -min(errors))


def _first_step(samples: Sequence[Sample]) -> float:
    length = sum([value * value for one in samples for value in one.features.values()]) / max(len(samples), 1)
    return _STEP / max(length, 1.0)


def _weights(rows: Sequence[Sequence[float]], unit: float, factors: Sequence[float], names: Iterable[str]) -> Weights:
    """Return what stands in *rows*, the bias first, counted in *unit* and times its factor, by name."""
    bias, *learnt = ([unit * (lane - _LANE) for lane in row] for row in rows)
    scaled = ([weight * factor for weight in row] for row, factor in zip(learnt, factors, strict=True))
    return Weights(bias, dict(zip(names, scaled, strict=True)))


#: A sample as it is learnt from: the features of one share, together; every feature, with what changes it; the classes.
_Ready: TypeAlias = tuple[list[tuple[int, list[int]]], list[int], list[int], Mapping[int, float]]


def _ready(sample: Sample, numbers: dict[str, int], scales: Mapping[str, float]) -> _Ready:
    """Return *sample* with its features by their *numbers*, to which new ones are added; 0 is the bias."""
    found, values, groups = [0], [_VALUE], defaultdict(list, {_SHARE: [0]})
    for name, value in sample.features.items():
        number = numbers.setdefault(name, len(numbers) + 1)
        factor = scales.get(name, 1.0)
        found.append(number)
        values.append(round(value * factor * _VALUE))
        groups[round(value / factor * _SHARE)].append(number)
    return list(groups.items()), found, values, sample.classes


@cache
def _nothing(classes: int) -> int:
    """Return as many lanes of zero."""
    return _lanes([0.0] * classes)


def _lanes(numbers: Iterable[float]) -> int:
    """Return *numbers*, rounded, as lanes of one whole number, each raised by what zero is as a lane."""
    return int.from_bytes(array("d", [_LANE + number for number in numbers]).tobytes(), byteorder)


def _floats(lanes: int, classes: int) -> array[float]:
    """Return the numbers in *lanes*, each raised by `_LANE`."""
    return array("d", lanes.to_bytes(8 * classes, byteorder))


def _errors(scores: Sequence[float], unit: float, wanted: Mapping[int, float]) -> list[float]:
    """Return how far the chance of each class is above what is *wanted*; *scores* are counted in *unit*."""
    top = max(scores)
    powers = [exp((score - top) * unit) for score in scores]
    total = sum(powers)
    errors = [power / total for power in powers]
    for number, share in wanted.items():
        errors[number] -= share
    return errors


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
