import numpy as np
import pytest

from fitcli.optim.lars import LARS


def twin(momentum=0.9, eta=0.001, eps=1e-9, decay=0.0, adapted=True):
    """Algorithm 1 of You, Gitman & Ginsburg (2017), one layer."""

    def step(p, g, t, lr, memory):
        norm = np.linalg.norm(p)
        local = eta * norm / (np.linalg.norm(g) + decay * norm + eps) if adapted else 1.0
        v = memory["v"] = momentum * memory.get("v", 0) + lr * local * (g + decay * p)
        return p - v

    return step


@pytest.mark.parametrize("settings", [{}, {"momentum": 0.0, "eta": 0.02}, {"eps": 1.0}])
def test_the_equations(compare, settings):
    compare(LARS(**settings), twin(**settings), shape=(3, 3, 2, 5), scale=30.0)


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(LARS(weight_decay=0.5), twin(decay=0.5 * decay), decay, shape=(6, 7), scale=30.0)


def test_vectors_are_not_adapted(compare):
    compare(LARS(), twin(adapted=False))


@pytest.mark.parametrize(("p", "g"), [(0.0, 1.0), (1.0, 0.0)])
def test_zeros_are_not_adapted(p, g):
    p, g, v = np.full((2, 3), p), np.full((2, 3), g), np.zeros((2, 3))
    wanted = p - 0.5 * g
    LARS().update(p, g, [v], np.array([0.5, 1.0]), True)
    np.testing.assert_array_equal(p, wanted)
