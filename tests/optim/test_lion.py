import numpy as np
import pytest

from fitcli.optim.lion import Lion


def twin(beta1=0.9, beta2=0.99, decay=0.0):
    """Program 1 of Chen et al. (2023)."""

    def step(p, g, t, lr, memory):
        m = memory.get("m", 0)
        update = np.sign(beta1 * m + (1 - beta1) * g)
        memory["m"] = beta2 * m + (1 - beta2) * g
        return p - lr * (update + decay * p)

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.8}, {"beta1": 0.0}])
def test_the_equations(compare, settings):
    compare(Lion(**settings), twin(**settings))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(Lion(weight_decay=0.5), twin(decay=0.5 * decay), decay)


def test_without_a_gradient_it_stays():
    p = np.ones(3)
    Lion().update(p, np.zeros(3), [np.zeros(3)], np.array([0.01, 1]), True)
    np.testing.assert_array_equal(p, 1)
