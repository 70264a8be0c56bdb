"""Windows with few outputs, against one tap at a time in plain loops."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels.dots import NARROW, pack_dots, pack_window_dots, slide_dots
from fitcli.kernels.macc import ADD, BIAS, ZERO

small = st.integers(1, 5)


def packed_of(w):
    packed = np.full((w.shape[3], prod(w.shape[:3])), np.nan, w.dtype)
    pack_dots(packed, w.reshape(-1, w.shape[3]))
    return packed


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_windows_of_any_kind(sliding, data):
    code, pair = data.draw(st.sampled_from(["f4", "f8"])), st.tuples(st.integers(1, 3), st.integers(1, 3))
    n, h, q = data.draw(st.tuples(small, small, small))
    c, o = data.draw(st.integers(1, 20)), data.draw(st.integers(1, NARROW))
    kernel, stride, dilation = (data.draw(pair) for _ in range(3))
    block = data.draw(st.integers(1, h))
    group = data.draw(st.integers(1, n)) if block == h else 1
    start, clip = data.draw(st.sampled_from([ZERO, ADD, BIAS])), data.draw(st.booleans())
    rng = np.random.default_rng(c)
    x, w, y = sliding.problem(rng, code, n, h, q, c, o, kernel, stride, dilation)
    bias = rng.standard_normal(o).astype(code) if start == BIAS else None
    wanted = sliding.windows(x, w, stride, dilation, h, q) + (y if start == ADD else 0 if bias is None else bias)
    slide_dots(*sliding.slide_args(y, x, w, packed_of(w), stride, dilation, bias, block, group, start, clip))
    np.testing.assert_allclose(y, np.maximum(wanted, 0) if clip else wanted, rtol=0, atol=400 * np.finfo(code).eps)


@pytest.mark.parametrize("outputs", range(1, NARROW + 1))
def test_every_number_of_pixels_and_channels_and_nothing_outside(outputs, dtype, stays_inside, sliding):
    rng = np.random.default_rng(0)
    for pixels in range(1, 20):
        x, w, y = sliding.problem(rng, dtype, 1, 1, pixels, pixels, outputs, (1, 1), (1, 1), (1, 1))
        args = sliding.slide_args(y, x, w, packed_of(w), (1, 1), (1, 1), None, 1, 1, ZERO, False)
        slide_dots(*args)
        wanted = sliding.windows(x, w, (1, 1), (1, 1), 1, pixels)
        np.testing.assert_allclose(y, wanted, rtol=0, atol=400 * np.finfo(dtype).eps)
        if pixels in (1, 7, 13):
            stays_inside(slide_dots, *args)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("clip", [False, True])
def test_bad_numbers_are_not_hidden(bad, clip, dtype, sliding):
    x, w, y = sliding.problem(np.random.default_rng(0), dtype, 1, 1, 3, 9, 2, (1, 1), (1, 1), (1, 1))
    x[0, 0, 1, 8], w[:] = bad, 1
    slide_dots(*sliding.slide_args(y, x, w, packed_of(w), (1, 1), (1, 1), None, 1, 1, ZERO, clip))
    assert not np.isfinite(y[0, 0, 1]).any() and np.isfinite(y[0, 0, [0, 2]]).all()


@settings(max_examples=30, deadline=None, derandomize=True)
@given(small, small, st.data())
def test_packing(k, columns, data):
    matrix = np.random.default_rng(k).standard_normal((k, columns))
    start = data.draw(st.integers(0, k))
    stop = data.draw(st.integers(start, k))
    wanted = np.full((columns, k), 7.0)
    wanted[:, start:stop] = matrix[start:stop].T
    packed = np.full((columns, k), 7.0)
    pack_dots(packed, matrix, start, stop)
    np.testing.assert_array_equal(packed, wanted)
    pack_dots(packed, matrix)
    np.testing.assert_array_equal(packed, matrix.T)


def test_packing_a_window_turned_round(dtype):
    w = np.random.default_rng(0).standard_normal((5, 4, 3, 6)).astype(dtype)
    wanted = np.stack([w[4 - 2 * a, 3 - b].reshape(3, 6) for a in range(3) for b in range(2)], 1)  # [j, tap, k]
    for parts in (1, 2, 9):
        packed = np.full((3, 3 * 2 * 6), np.nan, dtype)
        for part in range(parts):
            pack_window_dots(packed, w, 4, 2, 3, 1, 2, part, parts)
        np.testing.assert_array_equal(packed, wanted.reshape(3, -1))
