"""What kernels do by address, on complex numbers in Python: the twins of a few intrinsics."""

from __future__ import annotations

import math

import numpy as np

from fitcli.kernels.macc import ADD, BIAS
from fitcli.kernels.target import tile


class Address:
    """A place in an array's memory; a number is 8 bytes long, as it is for floats."""

    def __init__(self, array: np.ndarray, at: int = 0):
        self.numbers, self.at = array.reshape(-1), at

    def __add__(self, more: int) -> Address:
        return Address(self.numbers, self.at + more // 8)


def view(address: Address, shape: tuple[int, ...], dtype) -> np.ndarray:
    return address.numbers[address.at : address.at + math.prod(shape)].reshape(shape)


def largest(zero, y: Address, place: Address, x: Address, row: int, channels: int) -> None:
    """The maximum of a window of two by two, channel by channel, and which it is: the first of equals."""
    for k in range(channels):
        four = [x.numbers[x.at + k + step] for step in (0, channels, row, row + channels)]
        best = max(range(4), key=lambda i: four[i].real)
        y.numbers[y.at + k], place.numbers[place.at + k] = four[best], best


def panel_width(zero: np.generic) -> int:
    return tile().columns(zero.itemsize)


def rows_product(zero, a: Address, a_rows: Address, b: Address, panel: int, c: Address, c_rows: Address, bias, m, n,
                 n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip) -> None:  # fmt: skip
    """That of fitcli/kernels/macc.py, but for products of two imaginary parts, which are 0 to a complex step."""
    k0, k1, k2 = (k.reshape(-1) for k in np.indices((n0, n1, n2)))
    in_a, in_b = k0 * sa0 + k1 * sa1 + k2 * sa2, k0 * sb0 + k1 * sb1 + k2 * sb2
    j, width = np.arange(n), panel_width(zero)
    left = a.numbers[a.at + _offsets(a_rows, m) + in_a]
    right = b.numbers[b.at + in_b[:, None] + j // width * panel + j % width]
    at = c.at + _offsets(c_rows, m) + j
    found = left.real @ right.real + 1j * (left.real @ right.imag + left.imag @ right.real)
    if start == ADD:
        found = found + c.numbers[at]
    elif start == BIAS:
        found = found + bias.numbers[bias.at + j]
    c.numbers[at] = np.where(found.real > 0, found, 0) if clip else found


def _offsets(rows: Address, m: int) -> np.ndarray:
    return rows.numbers[rows.at : rows.at + m, None]
