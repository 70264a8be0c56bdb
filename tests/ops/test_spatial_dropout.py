from __future__ import annotations

import numpy as np
import pytest

from fitcli.ops.spatial_dropout import SpatialDropout


def test_whole_channels_of_single_images(at):
    y = at(SpatialDropout(0.5), [np.ones((6, 3, 4, 20))]).y
    assert set(np.unique(y)) == {0, 2}
    np.testing.assert_array_equal(y, np.broadcast_to(y[:, :1, :1], y.shape))
    assert len({image[0, 0].tobytes() for image in y}) == 6


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.8])
def test_the_rate_is_respected_and_the_mean_kept(rate, at):
    y = at(SpatialDropout(rate), [np.ones((100, 1, 1, 100))]).y
    assert abs((y == 0).mean() - rate) <= 4 * np.sqrt(rate * (1 - rate) / 10000)
    np.testing.assert_allclose(y[y != 0], 1 / (1 - rate), rtol=1e-15)


@pytest.mark.parametrize("shape", [(5, 3, 2, 4), (4, 7)])
def test_three_witnesses_and_any_microbatches(shape, at, check, normal):
    assert SpatialDropout().shape(shape[1:]) == shape[1:]
    check(at(SpatialDropout(0.5), [normal(0, shape)]))


def test_seeds_and_steps_draw_anew(at):
    x = [np.ones((4, 1, 1, 100))]
    masks = [at(SpatialDropout(0.5), x, seed=seed).y for seed in (0, 1)]
    later = at(SpatialDropout(0.5), x)
    later.eager.clock[1] = 1
    for one, other in ((masks[0], masks[1]), (masks[0], later.y)):
        assert 0.3 < (one == other).mean() < 0.7


def test_outside_of_training_it_is_the_identity(at, normal):
    x = normal(0, (3, 2, 2, 5))
    np.testing.assert_array_equal(at(SpatialDropout(0.9), [x], train=False).y, x)
