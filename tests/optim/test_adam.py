import numpy as np
import pytest

from fitcli.optim.adam import Adam


def twin(beta1=0.9, beta2=0.999, eps=1e-8, decay=0.0):
    """Algorithm 1 of Kingma & Ba (2015), line by line."""

    def step(p, g, t, lr, memory):
        g = g + decay * p
        m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
        v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        return p - lr * m_hat / (np.sqrt(v_hat) + eps)

    return step


@pytest.mark.parametrize(
    "settings", [{}, {"beta1": 0.5, "beta2": 0.9}, {"eps": 0.1}, {"beta1": 0.0}, {"beta2": 0.99999}]
)
def test_the_equations(compare, settings):
    compare(Adam(**settings), twin(**settings))


def test_weight_decay_is_part_of_the_gradient(compare):
    compare(Adam(weight_decay=0.5), twin(decay=0.5))


def test_weights_decay_only_where_asked(compare):
    compare(Adam(weight_decay=0.5), twin(), decay=False)


@pytest.mark.parametrize("settings", [{}, {"weight_decay": 0.05}, {"eps": 1e-3}])
def test_pytorch_does_the_same(against_torch, settings):
    against_torch(Adam(**settings), "Adam", **settings)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_the_first_step_is_as_long_as_the_rate_whatever_the_gradient(dtype, scale):
    p, states = np.zeros(2, dtype), [np.zeros(2, dtype), np.zeros(2, dtype)]
    Adam().update(p, np.array([scale, -scale], dtype), states, np.array([0.01, 1]), True)
    np.testing.assert_allclose(p, [-0.01, 0.01], rtol=2e-5)


def test_without_a_gradient_it_stays():
    p, states = np.ones(3), [np.zeros(3), np.zeros(3)]
    Adam().update(p, np.zeros(3), states, np.array([0.01, 1]), True)
    np.testing.assert_array_equal(p, 1)


def test_it_keeps_two_moments():
    assert Adam().states == ("m", "v")
