"""Windows that slide over images, one tap at a time in plain loops."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels.macc import ADD, BIAS, ZERO
from fitcli.kernels.panels import pack, panels_shape
from fitcli.kernels.slide import halo, pack_window, slide, slide_weights
from fitcli.kernels.target import tile

small, border = st.integers(1, 5), st.integers(0, 3)
codes = st.sampled_from(["f4", "f8"])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(codes, st.tuples(small, small, small, small), st.tuples(border, border, border, border))
def test_halo(code, shape, borders):
    top, bottom, left, right = borders
    n, h, w, c = shape
    x = np.random.default_rng(1).standard_normal(shape).astype(code)
    out = np.full((n, top + h + bottom, left + w + right, c), np.nan, code)
    halo(out, x, top, left)
    np.testing.assert_array_equal(out, np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0))))


def packed_of(w):
    packed = np.full(panels_shape(w.dtype, prod(w.shape[:3]), w.shape[3]), np.nan, w.dtype)
    pack(packed, w.reshape(-1, w.shape[3]))
    return packed


@settings(max_examples=80, deadline=None, derandomize=True)
@given(data=st.data())
def test_slide(sliding, data):
    code, pair = data.draw(codes), st.tuples(st.integers(1, 3), st.integers(1, 3))
    n, h, q, c = data.draw(st.tuples(small, small, small, small))
    o = data.draw(st.integers(1, 20))
    kernel, stride, dilation = (data.draw(pair) for _ in range(3))
    block = data.draw(st.integers(1, h))
    group = data.draw(st.integers(1, n)) if block == h else 1
    start, clip = data.draw(st.sampled_from([ZERO, ADD, BIAS])), data.draw(st.booleans())
    rng = np.random.default_rng(n + 10 * h)
    x, w, y = sliding.problem(rng, code, n, h, q, c, o, kernel, stride, dilation, data.draw(st.integers(0, 2)))
    bias = rng.standard_normal(o).astype(code) if start == BIAS else None
    wanted = sliding.windows(x, w, stride, dilation, h, q) + (y if start == ADD else 0 if bias is None else bias)
    slide(*sliding.slide_args(y, x, w, packed_of(w), stride, dilation, bias, block, group, start, clip))
    np.testing.assert_allclose(y, np.maximum(wanted, 0) if clip else wanted, rtol=0, atol=500 * np.finfo(code).eps)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(data=st.data())
def test_slide_weights(sliding, data):
    code, pair = data.draw(codes), st.tuples(st.integers(1, 3), st.integers(1, 3))
    n, h, q, c = data.draw(st.tuples(small, small, small, small))
    o = data.draw(st.integers(1, 20))
    kernel, stride, dilation = (data.draw(pair) for _ in range(3))
    top, bottom, left, right = data.draw(st.tuples(border, border, border, border))
    rng = np.random.default_rng(n + 10 * h)
    x, w_bar, z = sliding.problem(rng, code, n, h, q, c, o, kernel, stride, dilation)
    z_bar = np.full((n, top + h + bottom, left + q + right, o), np.nan, code)
    z_bar[:, top : top + h, left : left + q] = z
    wanted = w_bar.astype("f8")
    for a, b in np.ndindex(*kernel):
        for r, s in np.ndindex(h, q):
            pixel = x[:, r * stride[0] + a * dilation[0], s * stride[1] + b * dilation[1]]
            wanted[a, b] += pixel.T.astype("f8") @ z[:, r, s]
    w_rows = sliding.offsets((o, kernel[1] * c))
    block = data.draw(st.integers(1, h))
    group = data.draw(st.integers(1, n)) if block == h else 1
    packed = np.full(panels_shape(np.dtype(code), group * block * q, o), np.nan, code) if data.draw(st.booleans()) else None
    slide_weights(w_bar, x, z_bar, packed, w_rows, top, left, block, group, h, q, *stride, *dilation)
    np.testing.assert_allclose(w_bar, wanted, rtol=0, atol=500 * np.finfo(code).eps)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data())
def test_pack_window(data):
    code = data.draw(codes)
    taps, steps = data.draw(st.tuples(small, small)), data.draw(st.tuples(small, small))
    c, o = data.draw(st.integers(1, 20)), data.draw(small)
    last = [(t - 1) * s for t, s in zip(taps, steps, strict=True)]
    w = np.random.default_rng(2).standard_normal((last[0] + 1, last[1] + 1, c, o)).astype(code)
    width = tile().columns(np.dtype(code).itemsize)
    wanted = np.zeros((-(-c // width), taps[0] * taps[1] * o, width))
    for a, b, channel, k in np.ndindex(*taps, c, o):
        row = (a * taps[1] + b) * o + k
        wanted[channel // width, row, channel % width] = w[last[0] - a * steps[0], last[1] - b * steps[1], channel, k]
    packed = np.full(wanted.shape, np.nan, code)
    pack_window(packed, w, last[0], steps[0], last[1], steps[1], taps[1])
    np.testing.assert_array_equal(packed, wanted)


@pytest.mark.parametrize(("c", "o"), [(1, 1), (3, 5), (4, 17)])
@pytest.mark.parametrize(("stride", "dilation"), [((1, 1), (1, 1)), ((2, 3), (2, 2))])
def test_nothing_is_touched_outside(c, o, stride, dilation, dtype, stays_inside, sliding):
    rng = np.random.default_rng(3)
    x, w, y = sliding.problem(rng, dtype, 3, 4, 5, c, o, (3, 2), stride, dilation)
    bias = np.ones(o, dtype)
    for block, group in ((4, 3), (4, 2), (3, 1)):
        args = sliding.slide_args(y, x, w, packed_of(w), stride, dilation, bias, block, group, BIAS, True)
        stays_inside(slide, *args)
    for block, group in ((3, 1), (4, 2)):
        for packed in (None, np.zeros(panels_shape(dtype, group * block * 5, o), dtype)):
            w_rows = sliding.offsets((o, 2 * c))
            stays_inside(slide_weights, w, x, y, packed, w_rows, 0, 0, block, group, 4, 5, *stride, *dilation)
    stays_inside(halo, np.full((3, x.shape[1] + 3, x.shape[2] + 1, c), np.nan, dtype), x, 1, 1)
    packed = np.full(panels_shape(dtype, 6 * o, c), np.nan, dtype)
    stays_inside(pack_window, packed, w, 2, 1, 1, 1, 2)
