"""The two products of a dense layer, whole or a range of columns."""

from __future__ import annotations

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.kernels.macc import columns_product, link, panel_width, rows_product
from fitcli.kernels.native import address_of, size_of


@kernel(links=link)
def product(y, x, packed, bias, x_rows, y_rows, columns, start, clip):
    """y [N, F] = start + x [N, D] · packed matrix [D, columns]; `y_rows` says where a row's first column is written."""
    depth = x.shape[1]
    at_bias = address_of(bias) if bias is not None else 0
    rows_product(y.dtype.type(0), address_of(x), address_of(x_rows), address_of(packed), depth * packed.shape[2],
                 address_of(y), address_of(y_rows), at_bias, x.shape[0], columns,
                 1, 1, depth, 0, 0, 1, 0, 0, packed.shape[2], start, clip)  # fmt: skip


@kernel(links=link)
def outer(w_bar, x, z_bar, w_rows, low, high, start):
    """w_bar [D, F] = start + xᵀ · z_bar in the columns [low, high); `w_rows` says where a row's column `low` is."""
    n, depth = x.shape
    features = z_bar.shape[1]
    zero = w_bar.dtype.type(0)
    columns_product(zero, address_of(x), 0, address_of(z_bar) + low * size_of(zero), panel_width(zero),
                    address_of(w_bar), address_of(w_rows), 0, depth, high - low,
                    1, 1, n, 0, 0, depth, 0, 0, features, start, 0)  # fmt: skip


def rows(n: int, stride: int) -> np.ndarray:
    """Offsets of the rows of a matrix [n, stride]."""
    return np.arange(n, dtype=np.int64) * stride
