import numpy as np
import pytest

from fitcli.kernels.matrix import gram, times


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("n", "k"), [(1, 1), (7, 3), (40, 33), (130, 64)])
def test_products(dtype, n, k):
    rng = np.random.default_rng(n)
    x, w = rng.standard_normal((n, k)).astype(dtype), rng.standard_normal((k, k)).astype(dtype)
    y, s = np.full((n, k), 7, dtype), np.full((k, k), 7, dtype)
    rows = np.arange(max(n, k), dtype=np.int64) * k
    times(y, x, w, rows, rows)
    gram(s, x, rows)
    tolerance = 1e-5 if dtype == np.float32 else 1e-13
    np.testing.assert_allclose(y, x.astype("f8") @ w.astype("f8"), rtol=tolerance, atol=k * tolerance)
    np.testing.assert_allclose(s, x.T.astype("f8") @ x.astype("f8"), rtol=tolerance, atol=n * tolerance)
