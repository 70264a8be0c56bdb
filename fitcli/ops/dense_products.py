"""The two products of a dense layer, whole or in part."""

from __future__ import annotations

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.kernels.macc import ADD, columns_product, link, rows_product
from fitcli.kernels.native import address_of, size_of
from fitcli.kernels.panels import pack, panels_shape


@kernel(links=link)
def product(y, x, packed, bias, x_rows, y_rows, columns, start, clip):
    """y [N, F] = start + x [N, D] · packed matrix [D, columns]; `y_rows` says where a row's first column is written."""
    depth = x.shape[1]
    at_bias = address_of(bias) if bias is not None else 0
    rows_product(y.dtype.type(0), address_of(x), address_of(x_rows), address_of(packed), depth * packed.shape[2],
                 address_of(y), address_of(y_rows), at_bias, x.shape[0], columns,
                 1, 1, depth, 0, 0, 1, 0, 0, packed.shape[2], start, clip)  # fmt: skip


@kernel(links=link)
def outer(w_bar, x, packed, w_rows, first, start):
    """w_bar [m, F] = start + xᵀ · packed z_bar [n, F], for the m columns of x [n, D] from `first` on.

    z_bar is packed because its rows, a power of two apart more often than not, would push each other out of the cache.
    """
    n, depth = x.shape
    width = packed.shape[2]
    zero = w_bar.dtype.type(0)
    columns_product(zero, address_of(x) + first * size_of(zero), 0, address_of(packed), n * width,
                    address_of(w_bar), address_of(w_rows), 0, w_bar.shape[0], w_bar.shape[1],
                    1, 1, n, 0, 0, depth, 0, 0, width, start, 0)  # fmt: skip


def add_outer(w_bar, x, z_bar, s) -> None:
    """w_bar += xᵀ · z_bar."""
    packed = s.new(panels_shape(w_bar.dtype, *z_bar.shape))
    pack(packed, z_bar)
    outer(w_bar, x, packed, rows(*w_bar.shape), 0, ADD)


def rows(n: int, stride: int) -> np.ndarray:
    """Offsets of the rows of a matrix [n, stride]."""
    return np.arange(n, dtype=np.int64) * stride
