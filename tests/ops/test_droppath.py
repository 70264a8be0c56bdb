from __future__ import annotations

import numpy as np
import pytest

from fitcli.ops.droppath import DropPath


def test_whole_images(at, normal):
    x = normal(0, (40, 3, 4, 2))
    y = at(DropPath(0.5), [x]).y
    kept = y.reshape(40, -1).any(1)
    assert 5 < kept.sum() < 35
    np.testing.assert_array_equal(y, np.where(kept[:, None, None, None], 2 * x, 0))


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.8])
def test_the_rate_is_respected_and_the_mean_kept(rate, at):
    y = at(DropPath(rate), [np.ones((10000, 1))]).y
    assert abs((y == 0).mean() - rate) <= 4 * np.sqrt(rate * (1 - rate) / 10000)
    np.testing.assert_allclose(y[y != 0], 1 / (1 - rate), rtol=1e-15)


@pytest.mark.parametrize("shape", [(9, 3, 2, 4), (8, 7)])
def test_three_witnesses_and_any_microbatches(shape, at, check, normal):
    assert DropPath().shape(shape[1:]) == shape[1:]
    check(at(DropPath(0.5), [normal(0, shape)]))


def test_seeds_and_steps_draw_anew(at):
    x = [np.ones((400, 1))]
    masks = [at(DropPath(0.5), x, seed=seed).y for seed in (0, 1)]
    later = at(DropPath(0.5), x)
    later.eager.clock[1] = 1
    for one, other in ((masks[0], masks[1]), (masks[0], later.y)):
        assert 0.3 < (one == other).mean() < 0.7


def test_outside_of_training_it_is_the_identity(at, normal):
    x = normal(0, (3, 2, 2, 5))
    np.testing.assert_array_equal(at(DropPath(0.9), [x], train=False).y, x)
