import numpy as np
import pytest

from fitcli.optim.gd import GD
from fitcli.optim.sgd import SGD


@pytest.mark.parametrize("decay", [True, False])
def test_the_equations(compare, decay):
    compare(GD(weight_decay=0.5), lambda p, g, t, lr, memory: p - lr * (g + 0.5 * decay * p), decay)


@pytest.mark.parametrize(("lr", "falls"), [(1.99, True), (2.01, False)])
def test_it_falls_up_to_twice_the_inverse_of_the_curvature(lr, falls):
    p = np.array([1.0])
    for t in range(1, 400):
        GD().update(p, 1.0 * p, [], np.array([lr, t]), True)
    assert (abs(p[0]) < 0.1) == falls


def logistic(p):
    """Mean log(1 + exp(−m)) over 40 points, and its gradient; its curvature is at most Λ / 4."""
    margins = X @ p
    return np.mean(np.logaddexp(0, -margins)), -(X * (1 / (1 + np.exp(margins)))[:, None]).mean(0)


X = np.random.default_rng(8).standard_normal((40, 5))
CURVATURE = np.linalg.eigvalsh(X.T @ X / len(X)).max() / 4


@pytest.mark.parametrize("decay", [0.0, 0.01])
@pytest.mark.parametrize("part", [1.9, 1.0, 0.1])
def test_a_smooth_loss_never_rises(walk, part, decay):
    """lr < 2 / Λ, Λ the largest curvature anywhere; with weight decay the loss is that of the ridge."""

    def function(p):
        loss, gradient = logistic(p)
        seen.append(loss + decay * p @ p / 2)
        return loss, gradient

    seen = []
    walk(GD(weight_decay=decay), function, 3 * np.ones(5), steps=500, lr=part / (CURVATURE + decay))
    assert np.all(np.diff(seen) <= 1e-15) and seen[-1] < 0.9 * seen[0]


def test_it_asks_for_all_images_at_once():
    assert (GD().full_batch, SGD().full_batch) == (True, False)
