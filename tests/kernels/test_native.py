import ctypes

import numpy as np
import pytest

from fitcli.kernels.lazy import inner
from fitcli.kernels.native import CHANNELS, address_of, call_entry, flat, float_of_bits, local, rows_of, size_of, view


def test_an_address_becomes_an_array():
    @inner
    def second(address):
        return view(address, (3,), np.float32)[1]

    x = np.array([1, 2.5, 4], np.float32)
    assert second(x.ctypes.data) == 2.5


@pytest.mark.parametrize("value", [0.0, -0.0, 1.5, -1e-310, np.inf, np.nan])
def test_bits_become_a_float(value):
    @inner
    def read(bits):
        return float_of_bits(bits)

    bits = int(np.float64(value).view(np.int64))
    assert np.float64(read(bits)).view(np.int64) == bits


def test_the_address_of_an_array_is_that_of_its_first_element():
    @inner
    def address(x):
        return address_of(x), address_of(x[1]), address_of(x[1, 2:])

    x = np.zeros((3, 4), np.float32)
    at = x.ctypes.data
    assert address(x) == (at, at + 16, at + 24)


@pytest.mark.parametrize(("kind", "size"), [(np.float32, 4), (np.float64, 8), (np.int64, 8), (np.uint8, 1)])
def test_the_size_of_a_number(kind, size):
    @inner
    def read(x):
        return size_of(x)

    assert read(kind(0)) == size


def test_an_entry_is_called_with_its_block():
    seen = []

    @ctypes.CFUNCTYPE(None, ctypes.c_int64)
    def entry(block):
        seen.append(block)

    @inner
    def twice(address, block):
        call_entry(address, block)
        call_entry(address, block + 8)

    twice(ctypes.cast(entry, ctypes.c_void_p).value, 1 << 40)
    assert seen == [1 << 40, (1 << 40) + 8]


def test_vectors_and_rows_of_an_array_are_its_own_memory():
    @inner
    def fill(x):
        flat(x)[1] = 5
        rows_of(x)[2, 1] = 7

    x = np.zeros((2, 2, 3), np.float32)
    fill(x)
    assert x[0, 0, 1] == 5 and x[1, 0, 1] == 7 and x.sum() == 12


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_local_arrays_are_apart(kind):
    @inner
    def work(out):
        a, b = local(out.dtype), local(out.dtype)
        for i in range(a.size):
            a[i] = i
            b[i] = -2 * i
        for i in range(a.size):
            out[i] = a[i] + b[i]

    out = np.zeros(CHANNELS, kind)
    work(out)
    np.testing.assert_array_equal(out, -np.arange(CHANNELS))
