#!/usr/bin/env python3
"""Makes the series beside it and figures.csv, what NumPy finds for them by the rules of model/scoring/promotion.hpp.

signal and noise are drawn as the network's own tests of its evaluation draw them (allora-forge-builder-kit,
tests/test_evaluation.py: the strong model, which must pass, and the random one, which must not); overlapping is an AR(1)
truth, whose rows are worth far less than their number. Needs numpy; its legacy generator gives the same numbers in every
version."""
import math
from pathlib import Path

import numpy as np

here = Path(__file__).parent


def signal():
    draw = np.random.RandomState(12)
    truth = draw.randn(500)
    return truth, truth * 0.8 + draw.randn(500) * 0.2


def noise():
    draw = np.random.RandomState(42)
    return draw.randn(500), draw.randn(500)


def overlapping():
    draw = np.random.RandomState(1)
    truth = [0.0]
    for step in draw.randn(1999) * 0.01:
        truth.append(0.9 * truth[-1] + step)
    truth = np.array(truth)
    return truth, 0.5 * truth + draw.randn(2000) * 0.01


def czar(z, q):
    side = np.where(z < 0, -1, 1) * q
    size, angle = abs(z), np.arctan(abs(z))
    core = np.select([side <= 0, side <= size], [angle - side, angle - np.arctan(side)], (side - size) / (1 + z * z))
    margin = (1 - angle / (math.pi / 4)) / 0.1
    return core + math.pi / 4 * np.logaddexp(0, margin) / np.logaddexp(0, 10)


def figures(truth, prediction, rows, minutes):
    n = len(truth)
    centred = truth - truth.mean()
    rho = [centred[k:] @ centred[:-k] / (centred @ centred) for k in range(1, rows)]
    effective = n / (1 + 2 * sum(r for k, r in enumerate(rho, 1) if r > 1.96 / math.sqrt(n - k)))
    scale = math.sqrt(max(1, minutes / 20))
    trials, z = effective * scale, 1.645
    hits = np.mean((truth * prediction > 0)[truth != 0])
    share = hits - 0.5 / trials
    low = (share + z * z / 2 / trials - z * math.sqrt(share * (1 - share) / trials + (z / 2 / trials) ** 2)) / (1 + z * z / trials)
    r = np.corrcoef(truth, prediction)[0, 1]
    fisher = math.tanh(math.atanh(r) - 1.96 / math.sqrt(effective - 3))
    weight, deviation = abs(truth), truth.std(ddof=1)

    def gain(losses, base, power):
        ratio = losses.sum() / base.sum()
        influence = power * ratio ** (power - 1) * (losses - ratio * base) / base.mean()
        value = 1 - ratio ** power
        return value, value - z * influence.std(ddof=1) / math.sqrt(effective) / math.sqrt(scale)

    squares = gain(weight * (truth - prediction) ** 2, weight * truth ** 2, 0.5)
    zeta = truth / deviation
    angles = gain(weight * czar(zeta, prediction / deviation), weight * czar(zeta, 0 * zeta), 1)
    aspect = math.log10(prediction.std(ddof=1) / deviation)
    return [effective, hits, low, r, fisher, *squares, *angles, aspect, math.sqrt((1 - r * r) / effective) / math.log(10)]


NAMES = ["case", "horizon", "minutes", "effective", "directional", "directional_bound", "pearson", "pearson_bound", "weighted_gain",
         "weighted_gain_bound", "czar_gain", "czar_gain_bound", "log_aspect", "log_aspect_error"]
with (here / "figures.csv").open("w") as out:
    print(*NAMES, sep=",", file=out)
    for case, rows, minutes in ((signal, 1, 60), (noise, 1, 60), (overlapping, 24, 1440), (overlapping, 1, 5)):
        truth, prediction = case()
        print(case.__name__, rows, minutes, *(repr(float(f)) for f in figures(truth, prediction, rows, minutes)), sep=",", file=out)
        with (here / f"{case.__name__}.csv").open("w") as series:
            print("truth,prediction", file=series)
            for pair in zip(truth, prediction):
                print(*(repr(float(x)) for x in pair), sep=",", file=series)
