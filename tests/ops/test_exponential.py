"""eˣ and Φ against the C library's, in float64."""

from __future__ import annotations

from math import erfc

import numpy as np
import pytest

from fitcli.ops.elementwise import logistic
from fitcli.ops.exponential import exponential, gaussian, hyperbolic_tangent, less_one, log_one_more, normal_below

LARGEST = np.log(np.finfo("f4").max)


def all_of(f, x, dtype):
    """f(x) in compiled code, with a loop that may become vectors."""
    import numba

    compiled = f.made

    @numba.njit
    def loop(y, x):
        for i in range(x.size):
            y[i] = compiled(x[i])

    x = np.asarray(x, dtype)
    y = np.full(x.shape, -1, dtype)
    loop(y, x)
    return x.astype("f8"), y


def phi(x):
    import numba

    gauss, below = gaussian.made, normal_below.made

    @numba.njit
    def loop(y, x):
        for i in range(x.size):
            y[i] = below(x[i], gauss(x[i]))

    y = np.full(x.shape, -1, x.dtype)
    loop(y, x)
    return y


NUMBERS = np.concatenate([np.linspace(-86, 88, 20_011), np.linspace(-1, 1, 10_001), [0.0, 1e-30, -1e-30]])


def test_the_exponential_to_a_few_last_bits(dtype):
    x, y = all_of(exponential, NUMBERS, dtype)
    np.testing.assert_allclose(y, np.exp(x), rtol=2 * np.finfo(dtype).eps)
    assert y[-3:].tolist() == [1, 1, 1]


def test_the_ends_of_the_exponential():
    x = np.array([LARGEST - 1e-4, LARGEST + 1e-4, 1e4, np.inf, -86, -88, -1e4, -np.inf, np.nan], "f4")
    _, y = all_of(exponential, x, "f4")
    assert np.isfinite(y[0]) and y[0] > 3.3e38 and np.isinf(y[1:4]).all()
    assert y[4] > 0 and not y[5:8].any() and np.isnan(y[8])


def test_what_the_exponential_is_below_one(dtype):
    """To a few last bits, also where eˣ is 1 but for the last ones."""
    numbers = np.concatenate([-np.geomspace(1e-30, 80, 30_001), [-0.5, -0.499999, -0.500001, -1e4, 0]])
    x, y = all_of(less_one, numbers, dtype)
    np.testing.assert_allclose(y, np.expm1(x), rtol=3 * np.finfo(dtype).eps)
    assert np.isnan(all_of(less_one, [np.nan], dtype)[1]).all()


def test_the_logarithm_of_one_and_more(dtype):
    x, y = all_of(log_one_more, np.concatenate([np.geomspace(1e-30, 1, 30_001), [0]]), dtype)
    np.testing.assert_allclose(y, np.log1p(x), rtol=3 * np.finfo(dtype).eps)
    assert np.isnan(all_of(log_one_more, [np.nan], dtype)[1]).all()


def test_the_hyperbolic_tangent(dtype):
    numbers = np.geomspace(1e-30, 50, 30_001)
    x, y = all_of(hyperbolic_tangent, np.concatenate([-numbers, numbers, [0]]), dtype)
    np.testing.assert_allclose(y, np.tanh(x), rtol=4 * np.finfo(dtype).eps)
    assert np.abs(y).max() <= 1
    _, ends = all_of(hyperbolic_tangent, [np.inf, -np.inf, np.nan, 1e30], dtype)
    np.testing.assert_array_equal(ends, [1, -1, np.nan, 1])


def test_it_never_falls():
    _, y = all_of(exponential, np.linspace(-90, 89, 300_001), "f4")
    assert (np.diff(y[np.isfinite(y)]) >= 0).all()


def test_the_normal_distribution(dtype):
    x = np.concatenate([np.linspace(-12, 12, 20_001), [0]]).astype(dtype)
    wanted = np.vectorize(erfc)(-x.astype("f8") / np.sqrt(2)) / 2
    near = x > -6  # further out x² alone has more than its last bit to lose
    found = phi(x)
    np.testing.assert_allclose(found[near], wanted[near], rtol=40 * np.finfo(dtype).eps)
    np.testing.assert_allclose(found, wanted, rtol=200 * np.finfo(dtype).eps)
    assert found[-1] == 0.5


def test_far_out_and_gone_bad(dtype):
    found = phi(np.array([-1e4, -40, 40, 1e4, np.nan], dtype))
    np.testing.assert_array_equal(found, [0, found[1], 1, 1, np.nan])
    assert 0 <= found[1] < 1e-30


@pytest.mark.parametrize("x", [-1e4, -100, 0, 100, 1e4])
def test_the_logistic_function_neither_overflows_nor_divides_by_nothing(x, dtype):
    _, (y,) = all_of(logistic, [x], dtype)
    np.testing.assert_allclose(y, 1 / (1 + np.exp(-max(-700, min(700, x)))), atol=1e-30)
