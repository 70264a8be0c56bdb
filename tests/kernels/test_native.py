import ctypes

import numpy as np
import pytest
from numba import carray, njit

from fitcli.kernels.native import address_of, call_entry, float_of_bits, pointer, size_of


def test_an_integer_becomes_a_pointer():
    @njit
    def second(address):
        return carray(pointer(address), (3,), np.float32)[1]

    x = np.array([1, 2.5, 4], np.float32)
    assert second(x.ctypes.data) == 2.5


@pytest.mark.parametrize("value", [0.0, -0.0, 1.5, -1e-310, np.inf, np.nan])
def test_bits_become_a_float(value):
    @njit
    def read(bits):
        return float_of_bits(bits)

    bits = int(np.float64(value).view(np.int64))
    assert np.float64(read(bits)).view(np.int64) == bits


def test_the_address_of_an_array_is_that_of_its_first_element():
    @njit
    def address(x):
        return address_of(x), address_of(x[1]), address_of(x[1, 2:])

    x = np.zeros((3, 4), np.float32)
    at = x.ctypes.data
    assert address(x) == (at, at + 16, at + 24)


@pytest.mark.parametrize(("kind", "size"), [(np.float32, 4), (np.float64, 8), (np.int64, 8), (np.uint8, 1)])
def test_the_size_of_a_number(kind, size):
    @njit
    def read(x):
        return size_of(x)

    assert read(kind(0)) == size


def test_an_entry_is_called_with_its_block():
    seen = []

    @ctypes.CFUNCTYPE(None, ctypes.c_int64)
    def entry(block):
        seen.append(block)

    @njit
    def twice(address, block):
        call_entry(address, block)
        call_entry(address, block + 8)

    twice(ctypes.cast(entry, ctypes.c_void_p).value, 1 << 40)
    assert seen == [1 << 40, (1 << 40) + 8]
