import numpy as np
import pytest

from fitcli.optim.sophia import Sophia, signs

SCALES = np.array([1.0, 4.0, 20.0])


def bowl(p):
    return SCALES @ p**2 / 2, SCALES * p


def twin(p, steps, lr, beta1=0.96, beta2=0.99, gamma=0.01, eps=1e-12, k=10, decay=0.0):
    """Algorithm 3 of Liu et al. (2023) on a bowl, where u ⊙ Hu is the diagonal itself."""
    m, h = np.zeros(3), np.zeros(3)
    for t in range(1, steps + 1):
        m = beta1 * m + (1 - beta1) * bowl(p)[1]
        if t % k == 1 % k:
            h = beta2 * h + (1 - beta2) * SCALES
        p = p - lr * decay * p
        p = p - lr * np.clip(m / np.maximum(gamma * h, eps), -1, 1)
    return p


@pytest.mark.parametrize(
    "settings", [{}, {"k": 1, "gamma": 2.0}, {"beta1": 0.5, "beta2": 0.8, "gamma": 1.0, "k": 3}, {"eps": 1.0}]
)
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_the_equations(walk, settings, decay):
    start = np.array([1.0, -2.0, 0.5])
    found = walk(Sophia(weight_decay=decay, **settings), bowl, start, steps=60, lr=0.01)
    np.testing.assert_allclose(found.p, twin(start, 60, 0.01, decay=decay, **settings), rtol=1e-8)
    assert found.evaluations == 60 + -(-60 // settings.get("k", 10))


def test_a_mixed_hessian_is_met_on_average(walk):
    matrix = np.array([[2.0, 0.7], [0.7, 1.0]])
    found = walk(
        Sophia(k=1, beta2=0.995), lambda p: (p @ matrix @ p / 2, matrix @ p), np.ones(2), steps=3000, lr=1e-6
    )
    np.testing.assert_allclose(found.memory.states["h"], np.diag(matrix), rtol=0.15)


def test_an_estimate_that_is_not_finite_is_left_out(walk):
    found = walk(Sophia(), lambda p: (np.inf if p[0] != 1 else 1.0, np.ones(1)), np.ones(1), steps=1)
    assert found.memory.states["h"] == 0 and found.p[0] == pytest.approx(1 - 1e-3)


def test_signs_are_a_function_of_the_step():
    np.testing.assert_array_equal(signs(3, 1000), signs(3, 1000))
    assert not np.array_equal(signs(3, 1000), signs(4, 1000))
    np.testing.assert_array_equal(signs(3, 70), signs(3, 1000)[:70])
    assert set(signs(3, 70)) == {-1, 1} and abs(signs(5, 10000).sum()) < 400
