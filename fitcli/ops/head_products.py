"""The products of attention, of one head of one image.

A head is the columns [h·d, (h + 1)·d) of Q, K and V, which lie side by side in x [N, T, 3 C]; its rows, T of them, are
3 C numbers apart. s is a matrix [T, T] of scores or weights. `x_rows` and the like are the offsets of rows.
"""

from __future__ import annotations

from fitcli.kernels.lazy import inner
from fitcli.kernels.macc import ZERO, columns_product, panel_width, rows_product
from fitcli.kernels.native import address_of, size_of


@inner
def parts_of(x, i, column):
    """Addresses of one head's Q, K and V in image i of x [N, T, 3 C]."""
    size, c = size_of(x.dtype.type(0)), x.shape[2] // 3
    q = address_of(x) + (i * x.shape[1] * x.shape[2] + column) * size
    return q, q + c * size, q + 2 * c * size


@inner
def pack_columns(packed, x, start):
    """packed[j, k, l] = x[j·width + l, start + k]: T columns of a product from T rows of x."""
    panels, depth, width = packed.shape
    zero = packed.dtype.type(0)
    for j in range(panels):
        for l in range(width):
            token = j * width + l
            for k in range(depth):
                packed[j, k, l] = x[token, start + k] if token < x.shape[0] else zero


@inner
def against_rows(s, x, x_rows, packed, s_rows, start):
    """s [T, T] = start + X · Yᵀ: X [T, d] at an address, the rows of Y [T, d] packed as columns."""
    t, (_, d, width) = s.shape[0], packed.shape
    zero = s.dtype.type(0)
    rows_product(zero, x, address_of(x_rows), address_of(packed), d * width, address_of(s), address_of(s_rows), 0, t, t,
                 1, 1, d, 0, 0, 1, 0, 0, width, start, 0)  # fmt: skip


@inner
def weighted(y, y_rows, s, s_rows, x, stride, d, start):
    """Y = start + s · X: X [T, d] and Y at addresses, a row of X every `stride` numbers."""
    t, zero = s.shape[0], s.dtype.type(0)
    rows_product(zero, address_of(s), address_of(s_rows), x, panel_width(zero), y, address_of(y_rows), 0, t, d,
                 1, 1, t, 0, 0, 1, 0, 0, stride, start, 0)  # fmt: skip


@inner
def weighted_back(y, y_rows, s, x, stride, d):
    """Y = sᵀ · X."""
    t, zero = s.shape[0], s.dtype.type(0)
    columns_product(zero, address_of(s), 0, x, panel_width(zero), y, address_of(y_rows), 0, t, d,
                    1, 1, t, 0, 0, t, 0, 0, stride, ZERO, 0)  # fmt: skip
