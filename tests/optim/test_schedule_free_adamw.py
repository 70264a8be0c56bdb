import numpy as np
import pytest

from fitcli.optim.schedule_free_adamw import ScheduleFreeAdamW


def twin(beta1=0.9, beta2=0.999, eps=1e-8, decay=0.0):
    """Algorithm 1 of Defazio et al. (2024), its warm-up left to the rate."""

    def step(y, g, t, lr, memory):
        if not memory:
            memory.update(z=y, x=y, v=0.0, total=0.0)
        v = memory["v"] = beta2 * memory["v"] + (1 - beta2) * g**2
        z = memory["z"] = memory["z"] - lr * (g / (np.sqrt(v / (1 - beta2**t)) + eps) + decay * y)
        memory["total"] += lr**2
        c = lr**2 / memory["total"]
        x = memory["x"] = (1 - c) * memory["x"] + c * z
        return (1 - beta1) * z + beta1 * x

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.8}, {"eps": 0.1}])
def test_the_equations(compare, settings):
    compare(ScheduleFreeAdamW(**settings), twin(**settings))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(ScheduleFreeAdamW(weight_decay=0.5), twin(decay=0.5 * decay), decay)


def test_what_is_validated_is_the_average():
    assert ScheduleFreeAdamW().evaluation == "x"
