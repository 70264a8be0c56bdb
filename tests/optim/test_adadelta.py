import numpy as np
import pytest

from fitcli.optim.adadelta import Adadelta


def twin(rho=0.9, eps=1e-6, decay=0.0):
    """Algorithm 1 of Zeiler (2012)."""

    def step(p, g, t, lr, memory):
        g = g + decay * p
        s = memory["s"] = rho * memory.get("s", 0) + (1 - rho) * g**2
        u = memory.get("u", 0)
        x = np.sqrt(u + eps) / np.sqrt(s + eps) * g
        memory["u"] = rho * u + (1 - rho) * x**2
        return p - lr * x

    return step


@pytest.mark.parametrize("settings", [{}, {"rho": 0.5}, {"eps": 0.1}])
def test_the_equations(compare, settings):
    compare(Adadelta(**settings), twin(**settings), scale=100.0)


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(Adadelta(weight_decay=0.5), twin(decay=0.5 * decay), decay, scale=100.0)


@pytest.mark.parametrize("settings", [{}, {"rho": 0.5, "eps": 1e-3, "weight_decay": 0.1}])
def test_pytorch_does_the_same(against_torch, settings):
    against_torch(Adadelta(**settings), "Adadelta", **settings)
