from __future__ import annotations

import numpy as np
import pytest

from fitcli.ops.gaussian_noise import GaussianNoise


@pytest.mark.parametrize("std", [0.1, 2.0])
def test_it_is_normal(std, at):
    e = at(GaussianNoise(std), [np.zeros((40, 1000))]).y.ravel() / std
    assert abs(e.mean()) < 4 / np.sqrt(e.size)
    assert abs(e.var() - 1) < 4 * np.sqrt(2 / e.size)
    assert abs((e**3).mean()) < 4 * np.sqrt(15 / e.size)
    assert abs((e**4).mean() - 3) < 4 * np.sqrt(96 / e.size)
    for width, share in ((1, 0.682689), (2, 0.954500), (3, 0.997300)):
        assert abs((abs(e) < width).mean() - share) < 4 * np.sqrt(share * (1 - share) / e.size)
    assert abs((e[:-1] * e[1:]).mean()) < 4 / np.sqrt(e.size)


def test_images_seeds_and_steps_draw_anew(at):
    point = at(GaussianNoise(1.0), [np.zeros((2, 50))])
    first = point.y
    point.eager.clock[1] = 1
    draws = [first[0], first[1], point.y[0], at(GaussianNoise(1.0), [np.zeros((2, 50))], seed=1).y[0]]
    assert np.abs(np.corrcoef(draws) - np.eye(4)).max() < 0.6
    np.testing.assert_array_equal(at(GaussianNoise(1.0), [np.zeros((2, 50))]).y, first)


def test_the_same_noise_in_both_types(at, normal):
    x = normal(0, (3, 2, 2, 4))
    one, other = (at(GaussianNoise(0.5), [x], dtype=dtype).y for dtype in ("f4", "f8"))
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_any_microbatches(at, check, normal):
    check(at(GaussianNoise(0.3), [normal(0, (5, 3, 2, 4))]))


def test_none_at_0_and_outside_of_training(at, normal):
    x = normal(0, (3, 2, 2, 5))
    np.testing.assert_array_equal(at(GaussianNoise(0.0), [x]).y, x)
    np.testing.assert_array_equal(at(GaussianNoise(2.0), [x], train=False).y, x)
