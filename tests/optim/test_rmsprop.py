import numpy as np
import pytest

from fitcli.optim.rmsprop import RMSprop


def twin(alpha=0.99, eps=1e-8, momentum=0.0, centered=False, decay=0.0):
    def step(p, g, t, lr, memory):
        g = g + decay * p
        s = memory["s"] = alpha * memory.get("s", 0) + (1 - alpha) * g**2
        a = memory["a"] = alpha * memory.get("a", 0) + (1 - alpha) * g
        variance = s - a**2 if centered else s
        v = memory["v"] = momentum * memory.get("v", 0) + g / (np.sqrt(variance) + eps)
        return p - lr * v

    return step


SETTINGS = [{}, {"alpha": 0.9, "momentum": 0.5}, {"centered": True}, {"centered": True, "momentum": 0.9, "eps": 1e-2}]


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_equations(compare, settings):
    compare(RMSprop(**settings), twin(**settings))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(RMSprop(weight_decay=0.5), twin(decay=0.5 * decay), decay)


@pytest.mark.parametrize("settings", [*SETTINGS, {"weight_decay": 0.1, "eps": 1e-3}])
def test_pytorch_does_the_same(against_torch, settings):
    against_torch(RMSprop(**settings), "RMSprop", **settings)


def test_a_variance_that_rounds_below_zero_is_zero():
    p, states = np.zeros(1, np.float32), [np.full(1, 1.0, np.float32), np.full(1, 1.001, np.float32)]
    RMSprop(centered=True, eps=1.0).update(p, np.ones(1, np.float32), states, np.array([0.5, 2.0, 0.0]), True)
    np.testing.assert_array_equal(p, np.float32(-0.5))


def test_it_keeps_what_its_settings_need():
    assert [RMSprop(centered=c, momentum=m).states for c in (False, True) for m in (0.0, 0.5)] == [
        ("s",), ("s", "v"), ("s", "a"), ("s", "a", "v"),
    ]  # fmt: skip
