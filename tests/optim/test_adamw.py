import numpy as np
import pytest

from fitcli.optim.adamw import AdamW


def twin(beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
    """Algorithm 2 of Loshchilov & Hutter (2019), the decay multiplied by the learning rate."""

    def step(p, g, t, lr, memory):
        m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
        v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        return p - lr * (m_hat / (np.sqrt(v_hat) + eps) + decay * p)

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.9, "eps": 1e-4}])
def test_the_equations(compare, settings):
    compare(AdamW(**settings), twin(**settings))


def test_weight_decay(compare):
    compare(AdamW(weight_decay=0.5), twin(decay=0.5))


def test_weights_decay_only_where_asked(compare):
    compare(AdamW(weight_decay=0.5), twin(decay=0.0), decay=False)


@pytest.mark.parametrize("settings", [{}, {"weight_decay": 0.0}, {"weight_decay": 0.3, "eps": 1e-3}])
def test_pytorch_does_the_same(against_torch, settings):
    against_torch(AdamW(**settings), "AdamW", **({"weight_decay": 0.01} | settings))


def test_without_a_gradient_weights_shrink_by_the_rate_times_the_decay():
    p, states = np.ones(3), [np.zeros(3), np.zeros(3)]
    AdamW(weight_decay=0.1).update(p, np.zeros(3), states, np.array([0.01, 1]), True)
    np.testing.assert_allclose(p, 1 - 0.001, rtol=1e-15)


def test_it_keeps_two_moments():
    assert AdamW().states == ("m", "v")
