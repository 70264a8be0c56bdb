import numpy as np
import pytest

from fitcli.autodiff.check.cosine import cosine_matrix, to_pixels, to_waves


@pytest.mark.parametrize("n", [1, 2, 7, 32])
def test_orthonormal(n):
    c = cosine_matrix(n)
    np.testing.assert_allclose(c @ c.T, np.eye(n), atol=1e-13)


def test_a_constant_picture_is_one_wave():
    z = to_waves(np.full((1, 3, 4, 2), 5.0))
    assert z[0, 0, 0] == pytest.approx(5 * np.sqrt(12)) and np.abs(z).sum() == pytest.approx(np.abs(z[0, 0, 0]).sum())


def test_there_and_back():
    x = np.random.default_rng(0).standard_normal((2, 5, 6, 3))
    z = to_waves(x)
    np.testing.assert_allclose(to_pixels(z), x, atol=1e-14)
    assert (z * z).sum() == pytest.approx((x * x).sum()) and np.abs(z - x).max() > 0.5


def test_rows_and_columns_are_not_mixed_up():
    x = np.zeros((1, 4, 5, 1))
    x[0, :, :, 0] = np.cos(np.pi * 2 * (2 * np.arange(5) + 1) / 10)  # the second wave along columns
    assert np.flatnonzero(np.abs(to_waves(x)[0, :, :, 0]) > 1e-12).tolist() == [2]
