import numpy as np
import pytest

from fitcli.optim.bound import bound_columns


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_long_columns_are_scaled_and_short_ones_left(dtype):
    w = np.random.default_rng(0).standard_normal((5, 7)).astype(dtype)
    w[:, 3] = 0
    before, lengths = w.copy(), np.linalg.norm(w, axis=0)
    bound_columns(w, 2.0)
    np.testing.assert_allclose(np.linalg.norm(w, axis=0), np.minimum(lengths, 2), rtol=1e-5)
    np.testing.assert_array_equal(w[:, lengths <= 2], before[:, lengths <= 2])
    assert (lengths > 2).any() and (lengths <= 2).any()
    cosines = (w * before).sum(0)[lengths > 0] / (np.linalg.norm(w, axis=0) * lengths)[lengths > 0]
    np.testing.assert_allclose(cosines, 1, rtol=1e-5)


def test_nan_is_not_hidden():
    w = np.array([[np.nan, 1.0], [1.0, 1.0]])
    bound_columns(w, 1.0)
    assert np.isnan(w[0, 0]) and np.linalg.norm(w[:, 1]) == pytest.approx(1)
