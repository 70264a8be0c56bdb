"""Both products against plain loops, whole and in part."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels.macc import ADD, BIAS, ZERO
from fitcli.kernels.panels import pack, panels_shape
from fitcli.ops.dense_products import add_outer, outer, product, rows


def packed(w):
    out = np.full(panels_shape(w.dtype, *w.shape), np.nan, w.dtype)
    pack(out, w)
    return out


@settings(max_examples=40, deadline=None, derandomize=True)
@given(code=st.sampled_from(["f4", "f8"]), n=st.integers(1, 20), depth=st.integers(1, 30), features=st.integers(1, 40),
       start=st.sampled_from([ZERO, ADD, BIAS]), clip=st.booleans())  # fmt: skip
def test_the_kernels_against_the_twins(code, n, depth, features, start, clip, normal):
    x, w, y, bias, z_bar = (a.astype(code) for a in normal(n, (n, depth), (depth, features), (n, features), (features,),
                                                           (n, features)))  # fmt: skip
    wanted = np.zeros((n, features))
    for i, j in np.ndindex(n, features):
        wanted[i, j] = sum(float(x[i, k]) * float(w[k, j]) for k in range(depth))
        wanted[i, j] += {ZERO: 0, ADD: y[i, j], BIAS: bias[j]}[start]
    product(y, x, packed(w), bias if start == BIAS else None, rows(n, depth), rows(n, features), features, start, clip)
    np.testing.assert_allclose(y, np.maximum(wanted, 0) if clip else wanted, atol=300 * np.finfo(code).eps)

    sums = sum(np.outer(x[i].astype("f8"), z_bar[i]) for i in range(n))
    for low, high in ((0, depth), (depth // 3, depth - depth // 4)):
        for first in (ADD, ZERO):
            found, wanted = w.copy(), w.astype("f8")
            wanted[low:high] = sums[low:high] + (w[low:high] if first == ADD else 0)
            outer(found[low:high], x, packed(z_bar), rows(high - low, features), low, first)
            np.testing.assert_allclose(found, wanted, atol=300 * np.finfo(code).eps)
    found = w.copy()
    add_outer(found, x, z_bar, SimpleNamespace(new=lambda shape: np.full(shape, np.nan, code)))
    np.testing.assert_allclose(found, w + sums, atol=300 * np.finfo(code).eps)


def test_a_range_of_columns_of_the_product(dtype):
    """The second panel alone, written beside what is there."""
    rng = np.random.default_rng(0)
    width = panels_shape(dtype, 5, 1)[2]
    x, w = (rng.standard_normal(shape).astype(dtype) for shape in ((7, 5), (5, 2 * width)))
    y = np.full((7, 2 * width), 9, dtype)
    product(y, x, packed(w)[1:], None, rows(7, 5), rows(7, 2 * width) + width, width, ZERO, False)
    np.testing.assert_allclose(y[:, width:], x.astype("f8") @ w[:, width:], atol=100 * np.finfo(dtype).eps)
    assert (y[:, :width] == 9).all()


def test_offsets_of_rows():
    assert rows(4, 7).tolist() == [0, 7, 14, 21] and rows(4, 7).dtype == np.int64
