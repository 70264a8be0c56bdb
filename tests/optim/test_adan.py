import numpy as np
import pytest

from fitcli.optim.adan import Adan


def twin(beta1=0.02, beta2=0.08, beta3=0.01, eps=1e-8, decay=0.0):
    """Algorithm 1 of Xie et al. (2022)."""

    def step(p, g, t, lr, memory):
        if not memory:
            memory.update(m=g, v=np.zeros_like(g), n=g**2, before=g)
        else:
            off = g - memory["before"]
            memory["m"] = (1 - beta1) * memory["m"] + beta1 * g
            memory["v"] = (1 - beta2) * memory["v"] + beta2 * off
            memory["n"] = (1 - beta3) * memory["n"] + beta3 * (g + (1 - beta2) * off) ** 2
            memory["before"] = g
        eta = lr / (np.sqrt(memory["n"]) + eps)
        return (p - eta * (memory["m"] + (1 - beta2) * memory["v"])) / (1 + lr * decay)

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.2, "beta2": 0.5, "beta3": 0.1}, {"eps": 0.1}])
def test_the_equations(compare, settings):
    compare(Adan(**settings), twin(**settings))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(Adan(weight_decay=0.5), twin(decay=0.5 * decay), decay)
