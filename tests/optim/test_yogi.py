import numpy as np
import pytest

from fitcli.optim.yogi import Yogi


def twin(beta1=0.9, beta2=0.999, eps=1e-3, decay=0.0):
    """Algorithm 2 of Zaheer et al. (2018)."""

    def step(p, g, t, lr, memory):
        g = g + decay * p
        m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
        v = memory.get("v", np.zeros_like(g))
        v = memory["v"] = v - (1 - beta2) * np.sign(v - g**2) * g**2
        return p - lr * m / (np.sqrt(v) + eps)

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.8}, {"eps": 0.1}])
def test_the_equations(compare, settings):
    compare(Yogi(**settings), twin(**settings))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(Yogi(weight_decay=0.5), twin(decay=0.5 * decay), decay)
