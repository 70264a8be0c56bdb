import numpy as np
import pytest

from fitcli.layers.dropout import Dropout


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.9])
def test_in_training_a_share_is_dropped_and_the_mean_kept(build, rate):
    y = build(Dropout(rate), (1000,))(np.ones((50, 1000)), train=True)
    np.testing.assert_allclose(np.unique(y), [0, 1 / (1 - rate)], rtol=1e-14)
    assert (y == 0).mean() == pytest.approx(rate, abs=0.01)


def test_outside_of_training_and_at_rate_0_nothing_happens(build):
    x = np.random.default_rng(0).standard_normal((3, 4, 4, 2))
    np.testing.assert_array_equal(build(Dropout(), (4, 4, 2))(x), x)
    np.testing.assert_array_equal(build(Dropout(0.0), (4, 4, 2))(x, train=True), x)


def test_images_and_seeds_have_drops_of_their_own(build):
    built = build(Dropout(), (100,))
    one, other = (built(np.ones((2, 100)), train=True, seed=seed) for seed in (0, 1))
    assert np.any(one[0] != one[1]) and np.any(one != other)


def test_it_has_a_stream_of_its_own_by_name():
    from fitcli.kernels.random import stream_of

    assert stream_of("2.dropout") != stream_of("4.dropout")
