import numpy as np
import pytest

from fitcli.optim.nadam import NAdam


def twin(beta1=0.9, beta2=0.999, eps=1e-8, psi=4e-3, decay=0.0, shrink=0.0):
    def mu(t):
        return beta1 * (1 - 0.5 * 0.96 ** (t * psi))

    def step(p, g, t, lr, memory):
        p = p - lr * shrink * p
        g = g + decay * p
        m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
        v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
        product = np.prod([mu(i) for i in range(1, t + 1)])
        m_hat = mu(t + 1) * m / (1 - product * mu(t + 1)) + (1 - mu(t)) * g / (1 - product)
        return p - lr * m_hat / (np.sqrt(v / (1 - beta2**t)) + eps)

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.8}, {"eps": 0.1, "psi": 0.1}])
def test_the_equations(compare, settings):
    compare(NAdam(**settings), twin(**settings))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(NAdam(weight_decay=0.5), twin(decay=0.5 * decay), decay)
    compare(NAdam(weight_decay=0.5, decoupled=True), twin(shrink=0.5 * decay), decay)


@pytest.mark.parametrize("settings", [{}, {"weight_decay": 0.05, "eps": 1e-3}])
def test_pytorch_does_the_same(against_torch, settings):
    against_torch(NAdam(**settings), "NAdam", **settings)
    against_torch(NAdam(weight_decay=0.1, decoupled=True), "NAdam", weight_decay=0.1, decoupled_weight_decay=True)
