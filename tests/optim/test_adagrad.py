import numpy as np
import pytest

from fitcli.optim.adagrad import Adagrad


def twin(rate_decay=0.0, initial=0.0, eps=1e-10, decay=0.0):
    def step(p, g, t, lr, memory):
        g = g + decay * p
        s = memory["s"] = memory.get("s", initial) + g**2
        return p - lr / (1 + (t - 1) * rate_decay) * g / (np.sqrt(s) + eps)

    return step


@pytest.mark.parametrize("settings", [{}, {"rate_decay": 0.01}, {"initial": 0.5, "eps": 0.1}])
def test_the_equations(compare, settings):
    compare(Adagrad(**settings), twin(**settings))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(Adagrad(weight_decay=0.5), twin(decay=0.5 * decay), decay)


@pytest.mark.parametrize("settings", [{}, {"rate_decay": 0.01, "weight_decay": 0.1}, {"initial": 0.3, "eps": 1e-3}])
def test_pytorch_does_the_same(against_torch, settings):
    words = {"rate_decay": "lr_decay", "initial": "initial_accumulator_value"}
    against_torch(Adagrad(**settings), "Adagrad", **{words.get(k, k): v for k, v in settings.items()})
