import numpy as np
import pytest

from fitcli.losses.huber import Huber
from fitcli.losses.mse import MSE


@pytest.mark.parametrize("delta", [0.2, 1.0])
def test_square_near_and_straight_far_away(losses, delta):
    outputs, labels = 2 * np.random.default_rng(0).standard_normal((5, 4)), [0, 3, 1, 1, 2]
    e = np.abs(outputs - np.eye(4)[labels])
    wanted = np.where(e <= delta, e**2 / 2, delta * (e - delta / 2)).mean(1)
    np.testing.assert_allclose(losses(Huber(delta), outputs, labels), wanted, rtol=1e-13)


def test_a_wide_one_is_half_the_square(losses):
    outputs, labels = np.random.default_rng(0).standard_normal((5, 4)), [0, 3, 1, 1, 2]
    np.testing.assert_allclose(losses(Huber(1e3), outputs, labels), losses(MSE(), outputs, labels) / 2, rtol=1e-13)
