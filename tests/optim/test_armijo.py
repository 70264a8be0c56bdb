import numpy as np
import pytest

from fitcli.optim.armijo import Armijo

SCALES = np.array([1.0, 10.0])


def bowl(p):
    return SCALES @ p**2 / 2, SCALES * p


def test_the_equations(walk):
    found = walk(Armijo(lr=2.0, c1=0.3, shrink=0.4), bowl, np.array([1.0, -1.0]), steps=12)
    p, t = np.array([1.0, -1.0]), 2.0 * 0.4
    for _ in range(12):
        (f, g), t = bowl(p), t / 0.4
        while bowl(p - t * g)[0] > f - 0.3 * t * g @ g:
            t *= 0.4
        p = p - t * g
    np.testing.assert_allclose(found.p, p, rtol=1e-12)


def test_the_loss_falls_at_every_step(walk):
    losses = walk(Armijo(lr=100.0), bowl, np.array([3.0, -1.0]), steps=40).losses
    assert all(a > b for a, b in zip(losses, losses[1:], strict=False))


def test_weight_decay_is_a_penalty(walk):
    found = walk(Armijo(weight_decay=1.0), lambda p: ((p[0] - 2) ** 2 / 2, p - 2), np.array([5.0]), steps=60)
    assert found.p[0] == pytest.approx(1.0, abs=1e-6)


def test_uphill_everywhere_it_stays(walk):
    found = walk(Armijo(trials=5), lambda p: (abs(p[0]), np.ones(1)), np.zeros(1), steps=2)
    assert found.p[0] == 0 and found.evaluations == 2 * 6


def test_several_iterations_in_a_step_look_at_the_start_once(walk):
    one = walk(Armijo(), bowl, np.array([1.0, 2.0]), steps=10)
    ten = walk(Armijo(iterations=10), bowl, np.array([1.0, 2.0]), steps=1)
    np.testing.assert_array_equal(one.p, ten.p)
    assert ten.evaluations == one.evaluations - 9
