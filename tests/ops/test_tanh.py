import math

import numpy as np

from fitcli.ops.tanh import tanh_chain, tanh_forward


def test_against_the_twin(dtype, normal):
    x, d = (3 * a.astype(dtype) for a in normal(0, (3, 7), (3, 7)))
    y, z = np.full_like(x, np.nan), np.full_like(x, np.nan)
    tanh_forward(y, x)
    tanh_chain(z, d, y)
    wanted = np.vectorize(math.tanh)(x.astype("f8"))
    np.testing.assert_allclose(y, wanted, atol=4 * np.finfo(dtype).eps)
    np.testing.assert_allclose(z, (1 - wanted**2) * d, atol=40 * np.finfo(dtype).eps)


def test_far_out(dtype):
    y = np.zeros(5, dtype)
    tanh_forward(y, np.array([1e30, -1e30, np.inf, -np.inf, np.nan], dtype))
    np.testing.assert_array_equal(y, [1, -1, 1, -1, np.nan])
