import numpy as np
import pytest

from fitcli.optim.adafactor import Adafactor


def rms(x):
    return np.sqrt(np.mean(x**2))


def twin(exponent=0.8, eps1=1e-30, eps2=1e-3, d=1.0, decay=0.0, factored=True):
    """Algorithms 4 and 5 of Shazeer & Stern (2018)."""

    def step(p, g, t, lr, memory):
        beta, shape = 1 - t**-exponent, p.shape
        if factored:
            p, g = p.reshape(-1, shape[-1]), g.reshape(-1, shape[-1])
            square = g**2 + eps1
            r = memory["r"] = beta * memory.get("r", 0) + (1 - beta) * square.mean(1)
            c = memory["c"] = beta * memory.get("c", 0) + (1 - beta) * square.mean(0)
            v = np.outer(r, c) / r.mean()
        else:
            v = memory["v"] = beta * memory.get("v", 0) + (1 - beta) * (g**2 + eps1)
        u = g / np.sqrt(v)
        alpha = max(eps2, rms(p)) * min(lr, 1 / np.sqrt(t))
        return (p * (1 - lr * decay) - alpha * u / max(1, rms(u) / d)).reshape(shape)

    return step


@pytest.mark.parametrize("settings", [{}, {"exponent": 0.5, "d": 0.5}, {"eps1": 0.1, "eps2": 3.0}])
def test_the_equations(compare, settings):
    compare(Adafactor(**settings), twin(**settings), shape=(3, 3, 2, 5))


@pytest.mark.parametrize("shape", [(37,), (9, 1), (1, 9), (1, 1)])
def test_what_cannot_be_factored(compare, shape):
    compare(Adafactor(), twin(factored=False), shape=shape)


def test_the_smallest_that_can_be(compare):
    compare(Adafactor(), twin(), shape=(2, 2))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(Adafactor(weight_decay=0.5), twin(decay=0.5 * decay), decay, shape=(6, 7))


@pytest.mark.parametrize("shape", [(6, 7), (37,)])
@pytest.mark.parametrize("settings", [{}, {"exponent": 0.6, "d": 1.1, "weight_decay": 0.1}])
def test_pytorch_does_the_same(against_torch, shape, settings):
    theirs = {k: v for k, v in settings.items() if k != "exponent"}
    beta2_decay = -settings.get("exponent", 0.8)
    against_torch(Adafactor(**settings), "Adafactor", shape, beta2_decay=beta2_decay, eps=(1e-30, 1e-3), **theirs)
