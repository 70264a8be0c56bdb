"""Windows that slide over images, one tap at a time in plain loops."""

from __future__ import annotations

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


def offsets(*strides_and_counts):
    """Every sum of index · stride, the first index slowest."""
    grids = np.meshgrid(*(np.arange(n) * s for s, n in strides_and_counts), indexing="ij")
    return np.ascontiguousarray(sum(grids).ravel(), np.int64)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(codes, st.tuples(small, small, small, small), st.tuples(border, border, border, border))
def test_halo(code, shape, borders):
    top, bottom, left, right = borders
    n, h, w, c = shape
    x = np.random.default_rng(1).standard_normal(shape).astype(code)
    out = np.full((n, top + h + bottom, left + w + right, c), np.nan, code)
    halo(out, x, top, left)
    np.testing.assert_array_equal(out, np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0))))


def windows(x, w, stride, dilation, h, q):
    """Σ over taps of x[pixel · stride + tap · dilation] · w[tap]: [N, h, q, O] in float64."""
    y = np.zeros((len(x), h, q, w.shape[3]))
    for r, s, a, b in np.ndindex(h, q, *w.shape[:2]):
        y[:, r, s] += x[:, r * stride[0] + a * dilation[0], s * stride[1] + b * dilation[1]].astype("f8") @ w[a, b]
    return y


def slide_args(y, x, w, stride, dilation, bias, block, group, start, clip):
    """The whole of y as windows of x, `block` rows of `group` images at a time."""
    n, h, q, o = y.shape
    kh, kw, c, _ = w.shape
    row = x.shape[2] * c
    packed = np.full(panels_shape(y.dtype, kh * kw * c, o), np.nan, y.dtype)
    pack(packed, w.reshape(-1, o))
    x_rows = offsets((x[0].size, group), (stride[0] * row, block), (stride[1] * c, q))
    y_rows = offsets((h * q * o, group), (q * o, block), (o, q))
    n1, n2 = (1, kw * c) if dilation[1] == 1 else (kw, c)
    return (y, x, packed, bias, x_rows, y_rows, q, block, group, h, 0, 0, stride[0] * row, q * o,
            kh, n1, n2, dilation[0] * row, dilation[1] * c, start, clip)  # fmt: skip


def problem(rng, code, n, h, q, c, o, kernel, stride, dilation, slack=0):
    """x just large enough (and `slack` more), w, and y to be filled."""
    axes = zip(kernel, dilation, stride, (h, q), strict=True)
    size = [(k - 1) * d + 1 + (out - 1) * s + slack for k, d, s, out in axes]
    x = rng.standard_normal((n, *size, c)).astype(code)
    return x, rng.standard_normal((*kernel, c, o)).astype(code), rng.standard_normal((n, h, q, o)).astype(code)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.data())
def test_slide(data):
    code, pair = data.draw(codes), st.tuples(st.integers(1, 3), st.integers(1, 3))
    n, h, q, c = data.draw(st.tuples(small, small, small, small))
    o = data.draw(st.integers(1, 20))
    kernel, stride, dilation = (data.draw(pair) for _ in range(3))
    block = data.draw(st.integers(1, h))
    group = data.draw(st.integers(1, n)) if block == h else 1
    start, clip = data.draw(st.sampled_from([ZERO, ADD, BIAS])), data.draw(st.booleans())
    rng = np.random.default_rng(n + 10 * h)
    x, w, y = problem(rng, code, n, h, q, c, o, kernel, stride, dilation, data.draw(st.integers(0, 2)))
    bias = rng.standard_normal(o).astype(code) if start == BIAS else None
    wanted = windows(x, w, stride, dilation, h, q) + (y if start == ADD else 0 if bias is None else bias)
    slide(*slide_args(y, x, w, stride, dilation, bias, block, group, start, clip))
    np.testing.assert_allclose(y, np.maximum(wanted, 0) if clip else wanted, rtol=0, atol=500 * np.finfo(code).eps)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.data())
def test_slide_weights(data):
    code, pair = data.draw(codes), st.tuples(st.integers(1, 3), st.integers(1, 3))
    n, h, q, c = data.draw(st.tuples(small, small, small, small))
    o = data.draw(st.integers(1, 20))
    kernel, stride, dilation = (data.draw(pair) for _ in range(3))
    top, bottom, left, right = data.draw(st.tuples(border, border, border, border))
    rng = np.random.default_rng(n + 10 * h)
    x, w_bar, z = problem(rng, code, n, h, q, c, o, kernel, stride, dilation)
    z_bar = np.full((n, top + h + bottom, left + q + right, o), np.nan, code)
    z_bar[:, top : top + h, left : left + q] = z
    wanted = w_bar.astype("f8")
    for a, b in np.ndindex(*kernel):
        for r, s in np.ndindex(h, q):
            pixel = x[:, r * stride[0] + a * dilation[0], s * stride[1] + b * dilation[1]]
            wanted[a, b] += pixel.T.astype("f8") @ z[:, r, s]
    w_rows = offsets((o, kernel[1] * c))
    block = data.draw(st.integers(1, h))
    packed = np.full(panels_shape(np.dtype(code), block * q, o), np.nan, code) if data.draw(st.booleans()) else None
    slide_weights(w_bar, x, z_bar, packed, w_rows, top, left, block, h, q, *stride, *dilation)
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
def test_nothing_is_touched_outside(c, o, stride, dilation, dtype, stays_inside):
    rng = np.random.default_rng(3)
    x, w, y = problem(rng, dtype, 3, 4, 5, c, o, (3, 2), stride, dilation)
    bias = np.ones(o, dtype)
    for block, group in ((4, 3), (4, 2), (3, 1)):
        stays_inside(slide, *slide_args(y, x, w, stride, dilation, bias, block, group, BIAS, True))
    for packed in (None, np.zeros(panels_shape(dtype, 15, o), dtype)):
        stays_inside(slide_weights, w, x, y, packed, offsets((o, 2 * c)), 0, 0, 3, 4, 5, *stride, *dilation)
    stays_inside(halo, np.full((3, x.shape[1] + 3, x.shape[2] + 1, c), np.nan, dtype), x, 1, 1)
    packed = np.full(panels_shape(dtype, 6 * o, c), np.nan, dtype)
    stays_inside(pack_window, packed, w, 2, 1, 1, 1, 2)
