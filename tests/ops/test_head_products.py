"""The products of one head against plain matrices."""

from __future__ import annotations

import numpy as np
import pytest

from fitcli.kernels.kernel import kernel
from fitcli.kernels.macc import ADD, ZERO, link
from fitcli.kernels.panels import panels_shape
from fitcli.ops.dense_products import rows
from fitcli.ops.head_products import against_rows, pack_columns, parts_of, weighted, weighted_back


@kernel(links=link)
def products(s, y, x, packed, i, d, x_rows, s_rows, start):
    """Of the second head of image i: s = start + Q Kᵀ, y[i] = s V and sᵀ V beside it, each in its columns."""
    c = x.shape[2] // 3
    q, _, v = parts_of(x, i, d)
    pack_columns(packed, x[i], c + d)
    against_rows(s, q, x_rows, packed, s_rows, start)
    out, back, _ = parts_of(y, i, d)
    weighted(out, x_rows, s, s_rows, v, 3 * c, d, ZERO)
    weighted_back(back, x_rows, s, v, 3 * c, d)


@pytest.mark.parametrize(("t", "d"), [(1, 1), (5, 3), (17, 8), (40, 21)])
@pytest.mark.parametrize("start", [ZERO, ADD])
def test_against_matrices(t, d, start, dtype, normal):
    x, s, y = (a.astype(dtype) for a in normal(t, (3, t, 6 * d), (t, t), (3, t, 6 * d)))
    before, s_before, part = y.copy(), s.astype("f8"), x[1].astype("f8")
    q, k, v = (part[:, j * 2 * d + d : (j + 1) * 2 * d] for j in range(3))
    packed = np.full(panels_shape(dtype, d, t), np.nan, dtype)
    products(s, y, x, packed, 1, d, rows(t, 6 * d), rows(t, t), start)
    limit = 40 * d * t * np.finfo(dtype).eps
    np.testing.assert_allclose(s, q @ k.T + (s_before if start == ADD else 0), rtol=0, atol=limit)
    wanted = before.copy()
    wanted[1, :, d : 2 * d], wanted[1, :, 3 * d : 4 * d] = s.astype("f8") @ v, s.T.astype("f8") @ v
    np.testing.assert_allclose(y, wanted, rtol=0, atol=10 * limit)
    np.testing.assert_array_equal(np.delete(y, 1, 0), np.delete(before, 1, 0))


def test_a_packed_panel_is_filled_up_with_zeros(dtype, normal):
    x = normal(0, (3, 7)).astype(dtype)
    packed = np.full(panels_shape(dtype, 2, 3), np.nan, dtype)
    pack_columns(packed, x, 4)
    panels, _, width = packed.shape
    wanted = np.zeros((2, panels * width))
    wanted[:, :3] = x[:, 4:6].T
    np.testing.assert_array_equal(packed.transpose(1, 0, 2).reshape(2, -1), wanted.astype(dtype))
