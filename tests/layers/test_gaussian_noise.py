import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.gaussian_noise import GaussianNoise
from fitcli.spec import parse_spec


def test_in_training_noise_of_that_deviation_is_added(build):
    x = np.full((40, 1000), 3.0)
    y = build(GaussianNoise(0.5), (1000,))(x, train=True)
    assert y.mean() == pytest.approx(3, abs=0.01) and y.std() == pytest.approx(0.5, rel=0.02)


def test_outside_of_training_nothing_happens(build):
    x = np.random.default_rng(0).standard_normal((3, 4, 4, 2))
    np.testing.assert_array_equal(build(GaussianNoise(), (4, 4, 2))(x), x)


def test_the_short_form_and_its_limit():
    assert parse_spec("{data: {path: x}, model: [{gaussian_noise: 0.3}]}").model == [GaussianNoise(0.3)]
    with pytest.raises(SpecError, match=r"model\[0\]\.gaussian_noise"):
        parse_spec("{data: {path: x}, model: [{gaussian_noise: -0.1}]}")
