import numpy as np
import pytest

from fitcli.optim.schedule_free_sgd import ScheduleFreeSGD


def twin(beta=0.9, decay=0.0):
    """Equations 3 to 5 of Defazio et al. (2024), with c weighted by the squares of the rates."""

    def step(y, g, t, lr, memory):
        if not memory:
            memory.update(z=y, x=y, total=0.0)
        z = memory["z"] = memory["z"] - lr * (g + decay * y)
        memory["total"] += lr**2
        c = lr**2 / memory["total"]
        x = memory["x"] = (1 - c) * memory["x"] + c * z
        return (1 - beta) * z + beta * x

    return step


@pytest.mark.parametrize("beta", [0.9, 0.5, 0.0])
def test_the_equations(compare, beta):
    compare(ScheduleFreeSGD(beta=beta), twin(beta))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(ScheduleFreeSGD(weight_decay=0.5), twin(decay=0.5 * decay), decay)


def test_x_is_the_mean_of_all_z_at_a_constant_rate(walk):
    seen = []

    def function(y):
        seen.append(y.copy())
        return 0.0, np.array([1.0, -2.0])

    found = walk(ScheduleFreeSGD(), function, np.zeros(2), steps=9, lr=0.5)
    z = -0.5 * np.arange(1, 10)[:, None] * np.array([1.0, -2.0])
    np.testing.assert_allclose(found.evaluated, z.mean(0), rtol=1e-12)


def test_a_rate_of_zero_changes_nothing(walk):
    found = walk(ScheduleFreeSGD(), lambda y: (0.0, np.ones(2)), np.ones(2), steps=3, factor=lambda t, steps: 0.0)
    np.testing.assert_array_equal(found.p, 1)
