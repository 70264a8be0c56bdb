"""Products of whole matrices that are not packed, by the register tiles of `macc`."""

from __future__ import annotations

from fitcli.kernels.kernel import kernel
from fitcli.kernels.macc import ZERO, columns_product, link, panel_width, rows_product
from fitcli.kernels.native import address_of


@kernel(links=link)
def times(y, x, w, x_rows, y_rows):
    """y [n, k] = x [n, k] · w [k, k]."""
    n, k = x.shape
    zero = y.dtype.type(0)
    rows_product(zero, address_of(x), address_of(x_rows), address_of(w), panel_width(zero),
                 address_of(y), address_of(y_rows), 0, n, k, 1, 1, k, 0, 0, 1, 0, 0, k, ZERO, 0)  # fmt: skip


@kernel(links=link)
def gram(s, x, s_rows):
    """s [k, k] = xᵀ x."""
    n, k = x.shape
    zero = s.dtype.type(0)
    columns_product(zero, address_of(x), 0, address_of(x), panel_width(zero),
                    address_of(s), address_of(s_rows), 0, k, k, 1, 1, n, 0, 0, k, 0, 0, k, ZERO, 0)  # fmt: skip
