import math

import numpy as np

from fitcli.ops.sigmoid import sigmoid_chain, sigmoid_forward


def test_against_the_twin(dtype, normal):
    x, d = (3 * a.astype(dtype) for a in normal(0, (3, 7), (3, 7)))
    y, z = np.full_like(x, np.nan), np.full_like(x, np.nan)
    sigmoid_forward(y, x)
    sigmoid_chain(z, d, y)
    wanted = np.vectorize(lambda v: 1 / (1 + math.exp(-v)))(x.astype("f8"))
    np.testing.assert_allclose(y, wanted, atol=4 * np.finfo(dtype).eps)
    np.testing.assert_allclose(z, wanted * (1 - wanted) * d, atol=40 * np.finfo(dtype).eps)


def test_far_out_nothing_overflows(dtype):
    """Small values keep their relative precision: e^−50 is no 0."""
    y = np.zeros(6, dtype)
    with np.errstate(all="raise"):
        sigmoid_forward(y, np.array([1e30, -1e30, np.inf, -np.inf, np.nan, -50], dtype))
    np.testing.assert_allclose(y, [1, 0, 1, 0, np.nan, math.exp(-50)], rtol=50 * np.finfo(dtype).eps, atol=0)


def test_the_two_branches_meet_at_zero(dtype):
    y = np.zeros(3, dtype)
    sigmoid_forward(y, np.array([-0.0, 0.0, 1e-30], dtype))
    np.testing.assert_array_equal(y, 0.5)
