import numpy as np
import pytest

from fitcli.optim.adabelief import AdaBelief


def twin(beta1=0.9, beta2=0.999, eps=1e-8, decay=0.0, shrink=0.0):
    """Algorithm 2 of Zhuang et al. (2020)."""

    def step(p, g, t, lr, memory):
        p = p - lr * shrink * p
        g = g + decay * p
        m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
        s = memory["s"] = beta2 * memory.get("s", 0) + (1 - beta2) * (g - m) ** 2 + eps
        return p - lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.8}, {"eps": 0.01}])
def test_the_equations(compare, settings):
    compare(AdaBelief(**settings), twin(**settings))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(AdaBelief(weight_decay=0.5), twin(shrink=0.5 * decay), decay)
    compare(AdaBelief(weight_decay=0.5, decoupled=False), twin(decay=0.5 * decay), decay)


def test_gradients_as_expected_take_larger_steps_than_adams():
    from fitcli.optim.adam import Adam

    moved = []
    for optimizer in (AdaBelief(), Adam()):
        p, states = np.zeros(1), [np.zeros(1), np.zeros(1)]
        for t in range(1, 101):
            optimizer.update(p, np.array([2.0]), states, np.array([0.01, t]), True)
        moved.append(-p[0])
    assert moved[0] > 2 * moved[1]
