import numpy as np
import pytest

from fitcli.optim.radam import RAdam


def twin(beta1=0.9, beta2=0.999, eps=1e-8, decay=0.0, shrink=0.0):
    """Algorithm 2 of Liu et al. (2020)."""

    def step(p, g, t, lr, memory):
        p = p - lr * shrink * p
        g = g + decay * p
        m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
        v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        longest = 2 / (1 - beta2) - 1
        rho = longest - 2 * t * beta2**t / (1 - beta2**t)
        if rho <= 5:
            return p - lr * m_hat
        r = np.sqrt((rho - 4) * (rho - 2) * longest / ((longest - 4) * (longest - 2) * rho))
        return p - lr * r * m_hat * np.sqrt(1 - beta2**t) / (np.sqrt(v) + eps)

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.9}, {"eps": 0.1}, {"beta2": 0.5}])
def test_the_equations(compare, settings):
    compare(RAdam(**settings), twin(**settings))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(RAdam(weight_decay=0.5), twin(decay=0.5 * decay), decay)
    compare(RAdam(weight_decay=0.5, decoupled=True), twin(shrink=0.5 * decay), decay)


@pytest.mark.parametrize("settings", [{}, {"weight_decay": 0.05, "eps": 1e-3}])
def test_pytorch_does_the_same(against_torch, settings):
    against_torch(RAdam(**settings), "RAdam", **settings)
    against_torch(RAdam(weight_decay=0.1, decoupled=True), "RAdam", weight_decay=0.1, decoupled_weight_decay=True)
