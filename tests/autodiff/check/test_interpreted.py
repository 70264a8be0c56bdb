import math
from math import erfc, exp, sqrt

import numpy as np
import pytest

from fitcli.autodiff.check.interpreted import Interpreter, Uninterpretable, interpreted
from fitcli.kernels.kernel import kernel
from fitcli.kernels.lazy import inner
from fitcli.kernels.native import address_of, call_entry, flat, local, rows_of, size_of, view
from fitcli.kernels.quad import max_of_four
from fitcli.kernels.random import stream_key, uniform
from fitcli.kernels.recording import recording

H = 1e-200
X = np.linspace(-2, 2, 12) + 0.01


def slope(f, x=X):
    """Im f(x + i h) / h of a kernel f(y, x)."""
    y = np.empty(x.shape, np.complex128)
    interpreted(f)(y, x + 1j * H)
    return y.imag / H


@inner
def half(x):
    return x / size_of(x) * 4


def branches(y, x):
    for i in range(x.size):
        y[i] = max(abs(x[i]), half(x[i]) + 1) if x[i] <= 1 else math.tanh(x[i])


def transcendental(y, x):
    for i in range(x.size):
        y[i] = exp(x[i]) * sqrt(x[i] * x[i] + 1) + erfc(x[i])


def in_double_precision(y, x):
    y, x = flat(y), flat(x)
    part = local(x.dtype)
    for i in range(x.size):
        part[0] += np.float64(x[i]) * x[i]
    for i in range(x.size):
        y[i] = part[0]


def by_address(y, x):
    rows = view(address_of(x) + 2 * size_of(x[0]), (5, 2), x.dtype)
    for r in range(5):
        y[r] = rows[r, 0] * rows[r, 1]


def test_branches_read_the_real_part():
    wanted = np.where(X > 1, 1 / np.cosh(X) ** 2, np.where(np.abs(X) >= X / 2 + 1, np.sign(X), 0.5))
    np.testing.assert_allclose(slope(branches), wanted, rtol=1e-15)


def test_functions_of_complex_numbers():
    root = np.sqrt(X * X + 1)
    wanted = np.exp(X) * (root + X / root) - 2 / np.sqrt(np.pi) * np.exp(-X * X)
    np.testing.assert_allclose(slope(transcendental), wanted, rtol=1e-14, atol=1e-15)


def test_sums_in_double_precision_are_complex():
    np.testing.assert_allclose(slope(in_double_precision), np.full(12, 2 * X.sum()), atol=1e-14)


def test_addresses():
    np.testing.assert_allclose(slope(by_address)[:5], X[2:12:2] + X[3:12:2], rtol=1e-15)


def test_the_largest_of_four():
    x = np.random.default_rng(0).standard_normal((2, 4, 4, 3))
    y, place = (np.empty((2, 2, 2, 3), np.complex128) for _ in range(2))
    interpreted(max_of_four.function)(y, place, x + 1j * H * x)
    wanted = x.reshape(2, 2, 2, 2, 2, 3).max((2, 4))
    np.testing.assert_array_equal(y.real, wanted)
    np.testing.assert_allclose(y.imag / H, wanted, rtol=1e-15)
    real = [np.empty((2, 2, 2, 3)) for _ in range(2)]
    max_of_four(*real, x)
    np.testing.assert_array_equal(place.real, real[1])


def drawn(y, x, clock):
    key = stream_key(clock[0], 5, clock[1])
    for i in range(x.size):
        y[i] = x[i] * uniform(key, i)


def test_random_numbers_are_those_of_the_kernel():
    wanted, y = np.empty(12), np.empty(12, np.complex128)
    for seed in range(4):
        kernel(drawn)(wanted, np.ones(12), np.array([seed, 3]))
        interpreted(drawn)(y, np.ones(12) + 0j, np.array([seed, 3]))
        np.testing.assert_array_equal(y.real, wanted)


def test_what_has_no_complex_numbers_is_named():
    def copies(y, x):
        call_entry(address_of(y), address_of(x))

    with pytest.raises(Uninterpretable, match="call_entry"):
        slope(copies)


@kernel
def doubled(y, x):
    y, x = rows_of(y), rows_of(x)
    for i in range(x.shape[0]):
        for k in range(x.shape[1]):
            y[i, k] = 2 * x[i, k]


def test_kernels_are_interpreted_while_it_records():
    x, y = np.ones((2, 3)) + 5j, np.empty((2, 3), np.complex128)
    with recording(Interpreter()):
        doubled(y, x)
    np.testing.assert_array_equal(y, 2 * x)
