import numpy as np

from fitcli.ops.relu import ReLU, relu_chain, relu_forward


def test_against_the_twin(dtype, normal):
    x, d = (a.astype(dtype) for a in normal(0, (3, 7), (3, 7)))
    y, z = np.full_like(x, np.nan), np.full_like(x, np.nan)
    relu_forward(y, x)
    relu_chain(z, d, x)
    for i in np.ndindex(x.shape):
        assert y[i] == (x[i] if x[i] > 0 else 0)
        assert z[i] == (d[i] if x[i] > 0 else 0)


def test_zero_has_the_derivative_zero(at):
    point = at(ReLU(), [[[-1.0, -0.0, 0.0, 1e-300, 1.0]]])
    np.testing.assert_array_equal(point.push([np.ones((1, 5))]), [[0, 0, 0, 1, 1]])
    np.testing.assert_array_equal(point.pull(np.ones((1, 5)))[0][0], [[0, 0, 0, 1, 1]])


def test_nan_and_infinity_are_not_lost(dtype):
    x = np.array([np.nan, np.inf, -np.inf, 1, -1] * 5, dtype)
    y = np.zeros_like(x)
    relu_forward(y, x)
    np.testing.assert_array_equal(y, [np.nan, np.inf, 0, 1, 0] * 5)


def test_a_gradient_is_stopped_not_multiplied_by_zero(dtype):
    """0 · inf would be NaN."""
    z = np.full(2, np.nan, dtype)
    relu_chain(z, np.array([np.inf, np.inf], dtype), np.array([-1, 1], dtype))
    np.testing.assert_array_equal(z, [0, np.inf])
