"""Every registered optimizer on functions whose minima are known: a new one is in the table as soon as it has its file.

Each is tried at rates a factor 10 apart that fall to zero, and has to come down, at the best of them, to `share` of
the height that it starts from.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi

import numpy as np
import pytest

from fitcli.optim import OPTIMIZERS

STEPS = 2000
SETTINGS = {"ema": {"decay": 0.99}}  # by default it averages over half of these steps
STEEP = "its rate is bounded by the steepest place, and so it crawls along the valley"
EXPECTED = {  # documented behaviour: the share that may be left, and why
    ("gd", "rosenbrock 2"): (3e-2, STEEP),
    ("sgd", "rosenbrock 2"): (3e-2, STEEP),
    ("schedule_free_sgd", "rosenbrock 2"): (0.2, STEEP),
    ("radam", "rosenbrock 2"): (0.2, STEEP),  # by its first steps, which are not adapted
    ("radam", "rosenbrock 20"): (3e-2, STEEP),
    ("radam", "beale"): (2e-3, STEEP),
}
RATES = (1.0, 0.1, 0.01, 1e-3, 10.0, 1e-4, 100.0)


@dataclass(frozen=True)
class Classic:
    function: object  # p -> (value, gradient)
    start: tuple
    least: tuple  # values of its minima
    share: float = 1e-3


def bowl(size):
    scales = np.geomspace(1e-4, 1, size)  # condition 1e4
    return lambda p: (scales @ (p * p) / 2, scales * p)


def rosenbrock(p):
    a, b = p[:-1], p[1:]
    off, left = b - a * a, 1 - a
    gradient = np.zeros_like(p)
    gradient[:-1] = -400 * a * off - 2 * left
    gradient[1:] += 200 * off
    return 100 * off @ off + left @ left, gradient


def beale(p):
    x, y = p
    terms = np.array([1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3])
    jacobian = np.array([[y - 1, x], [y**2 - 1, 2 * x * y], [y**3 - 1, 3 * x * y**2]])
    return terms @ terms, 2 * terms @ jacobian


def booth(p):
    x, y = p
    a, b = x + 2 * y - 7, 2 * x + y - 5
    return a * a + b * b, np.array([2 * a + 4 * b, 4 * a + 2 * b])


def himmelblau(p):
    x, y = p
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b, np.array([4 * a * x + 2 * b, 2 * a + 4 * b * y])


def styblinski_tang(p):
    return np.sum(p**4 - 16 * p**2 + 5 * p) / 2, (4 * p**3 - 32 * p + 5) / 2


WELLS = [(p**4 - 16 * p**2 + 5 * p) / 2 for p in np.roots([4, 0, -32, 5]).real if abs(p) > 1]
CLASSICS = {
    "bowl": Classic(bowl(6), (1.0, -1.0, 1.0, -1.0, 1.0, -1.0), (0.0,)),
    "rosenbrock 2": Classic(rosenbrock, (-1.2, 1.0), (0.0,), 1e-2),
    "rosenbrock 20": Classic(rosenbrock, (-1.2, 1.0) * 10, (0.0, 3.986), 2e-2),
    "beale": Classic(beale, (1.0, 1.0), (0.0,)),
    "booth": Classic(booth, (-5.0, 5.0), (0.0,)),
    "himmelblau": Classic(himmelblau, (0.5, 0.5), (0.0,)),
    "styblinski-tang": Classic(styblinski_tang, (0.5, -0.5), tuple(a + b for a in WELLS for b in WELLS)),
}


def fall(t, steps):
    return (1 + cos(pi * (t - 1) / steps)) / 2


@pytest.mark.parametrize("classic", CLASSICS)
@pytest.mark.parametrize("name", OPTIMIZERS.names())
def test_it_reaches_a_known_minimum(walk, name, classic):
    case = CLASSICS[classic]
    start = np.array(case.start)
    height = case.function(start)[0]
    optimizer = OPTIMIZERS[name](**SETTINGS.get(name, {}))
    share, _ = EXPECTED.get((name, classic), (case.share, ""))
    left = {}
    for rate in RATES:
        with np.errstate(all="ignore"):
            found = walk(optimizer, case.function, start, STEPS, rate, fall).evaluated
            value = case.function(found)[0]
        left[rate] = min(abs(value - least) / abs(height - least) for least in case.least)
        if left[rate] <= share:
            return
    pytest.fail(f"{name} on {classic}: part of the height left by rate {left}")


@pytest.mark.parametrize("classic", CLASSICS)
def test_the_gradients_are_right(classic):
    case = CLASSICS[classic]
    p, h = np.array(case.start) + 0.1, 1e-6
    steps = h * np.eye(len(p))
    slopes = [(case.function(p + e)[0] - case.function(p - e)[0]) / (2 * h) for e in steps]
    np.testing.assert_allclose(case.function(p)[1], slopes, rtol=1e-6, atol=1e-6)
