import numpy as np
import pytest

from fitcli.optim.lamb import LAMB


def twin(beta1=0.9, beta2=0.999, eps=1e-6, decay=0.01, adapted=True):
    """Algorithm 2 of You et al. (2020), one layer, φ(z) = z."""

    def step(p, g, t, lr, memory):
        m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
        v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
        r = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps) + decay * p
        ratio = np.linalg.norm(p) / np.linalg.norm(r) if adapted else 1.0
        return p - lr * ratio * r

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.8}, {"eps": 0.1}])
def test_the_equations(compare, settings):
    compare(LAMB(**settings), twin(**settings), shape=(3, 3, 2, 5), scale=0.3)


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(LAMB(weight_decay=0.5), twin(decay=0.5 * decay), decay, shape=(6, 7), scale=0.3)


def test_vectors_are_not_adapted(compare):
    compare(LAMB(), twin(adapted=False))


def test_a_step_is_as_long_as_the_rate_times_the_weights():
    rng = np.random.default_rng(0)
    p, g = rng.standard_normal((5, 4)), 1000 * rng.standard_normal((5, 4))
    before = p.copy()
    LAMB().update(p, g, [np.zeros((5, 4)), np.zeros((5, 4))], np.array([0.25, 1.0]), True)
    assert np.linalg.norm(p - before) == pytest.approx(0.25 * np.linalg.norm(before), rel=1e-12)
