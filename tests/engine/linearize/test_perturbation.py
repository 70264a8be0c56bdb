import numpy as np
import pytest

from fitcli.engine.linearize.perturbation import gradient, patch, wave
from fitcli.errors import SpecError


@pytest.fixture
def g():
    g = np.zeros((8, 6, 2))
    g[3:5, 2:4] = -1.0
    g[0, 0] = 1.5
    return g


def test_gradient(g):
    np.testing.assert_array_equal(gradient(g), g / 1.5)
    assert (gradient(0 * g) == 0).all()


def test_the_patch_lies_where_it_is_felt(g):
    d, at = patch(g, 2, None)
    assert at == (3, 2) and d.sum() == 2 * 2 * 2 and (d[3:5, 2:4] == 1).all()


def test_a_patch_where_it_was_wished(g):
    d, at = patch(g, 3, (6, 5))
    assert at == (6, 5) and d.sum() == 2 * 1 * 2
    with pytest.raises(SpecError, match="outside of the image"):
        patch(g, 3, (8, 0))


def test_a_patch_larger_than_the_image(g):
    assert patch(g, 99, None)[0].all(axis=2).sum() >= 36


def test_the_wave_that_is_felt_most():
    x = np.cos(np.pi * 2 * (2 * np.arange(8) + 1) / 16)
    g = 0.3 * np.ones((8, 6, 2)) + x[:, None, None]
    d, at = wave(g, None)
    assert at == (2, 0) and np.abs(d).max() == 1
    np.testing.assert_allclose(d[:, 0, 0], x / np.abs(x).max(), atol=1e-12)


def test_a_wave_that_the_image_does_not_have(g):
    assert wave(g, (7, 5))[0].shape == g.shape
    with pytest.raises(SpecError, match="no such wave") as caught:
        wave(g, (7, 6))
    assert caught.value.problems[0].allowed == "0 to 7, 0 to 5"
