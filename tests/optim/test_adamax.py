import numpy as np
import pytest

from fitcli.optim.adamax import AdaMax


def twin(beta1=0.9, beta2=0.999, eps=1e-8, decay=0.0):
    """Algorithm 2 of Kingma & Ba (2015)."""

    def step(p, g, t, lr, memory):
        g = g + decay * p
        m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
        u = memory["u"] = np.maximum(beta2 * memory.get("u", 0), np.abs(g) + eps)
        return p - lr / (1 - beta1**t) * m / u

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.8}, {"eps": 0.1}])
def test_the_equations(compare, settings):
    compare(AdaMax(**settings), twin(**settings))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(AdaMax(weight_decay=0.5), twin(decay=0.5 * decay), decay)


@pytest.mark.parametrize("settings", [{}, {"weight_decay": 0.05, "eps": 1e-3}])
def test_pytorch_does_the_same(against_torch, settings):
    against_torch(AdaMax(**settings), "Adamax", **settings)
