import numpy as np
import pytest

from fitcli.ops.moments import normalize_chain, take_moments


@pytest.mark.parametrize("shape", [(3, 1, 1, 7), (2, 5, 1, 3), (2, 130, 2, 3), (1, 1, 1, 1)])
def test_moments_against_the_twin(shape, dtype, normal):
    x = (normal(0, shape) + 2).astype(dtype)
    mean, inverse = np.zeros((shape[0], shape[2]), dtype), np.zeros((shape[0], shape[2]), dtype)
    wide = x.astype("f8")
    for centred in (True, False):
        take_moments(mean, inverse, x, 1e-3, centred)
        wanted = wide.mean((1, 3)) if centred else np.zeros_like(mean)
        np.testing.assert_allclose(mean, wanted, rtol=8 * np.finfo(dtype).eps)
        var = ((wide - wanted[:, None, :, None]) ** 2).mean((1, 3))
        np.testing.assert_allclose(inverse, 1 / np.sqrt(var + 1e-3), rtol=16 * np.finfo(dtype).eps)


def test_a_large_mean_does_not_swallow_the_deviation(normal):
    """The square of the mean minus the mean of squares would lose every digit here."""
    x = (normal(0, (1, 64, 1, 64)) + 3000).astype("f4")
    mean, inverse = np.zeros((1, 1), "f4"), np.zeros((1, 1), "f4")
    take_moments(mean, inverse, x, 1e-12, True)
    np.testing.assert_allclose(inverse, 1 / x.astype("f8").std(), rtol=1e-4)


@pytest.mark.parametrize("centred", [True, False])
def test_the_derivative_is_a_symmetric_matrix(centred, normal):
    x = normal(0, (1, 3, 1, 2))
    mean, inverse = np.zeros((1, 1)), np.zeros((1, 1))
    take_moments(mean, inverse, x, 1e-3, centred)
    columns = []
    for i in range(6):
        z = np.full_like(x, np.nan)
        normalize_chain(z, np.eye(6)[i].reshape(x.shape), x, mean, inverse, None, centred, mean.copy(), mean.copy())
        columns.append(z.ravel())
    np.testing.assert_allclose(np.array(columns), np.array(columns).T, rtol=1e-12, atol=1e-14)
