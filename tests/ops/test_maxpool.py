from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fitcli.ops.maxpool import MaxPool, maxpool_forward, maxpool_pull, maxpool_push

pairs = lambda low, high: st.tuples(st.integers(low, high), st.integers(low, high))  # noqa: E731


def windows(op, shape):
    """(output pixel, [input pixels of its window in order])."""
    h, w = shape
    for r, q in np.ndindex(*op.shape((h, w, 1))[:2]):
        rows = range(r * op.stride[0] - op.padding[0], r * op.stride[0] - op.padding[0] + op.size[0])
        columns = range(q * op.stride[1] - op.padding[1], q * op.stride[1] - op.padding[1] + op.size[1])
        yield (r, q), [(a, b) for a in rows for b in columns if 0 <= a < h and 0 <= b < w]


def twin(op, x, y_bar, x_dot):
    """y, x_bar, y_dot and the place in the window, one number at a time."""
    n, h, w, c = x.shape
    shape = (n, *op.shape(x.shape[1:]))
    y, y_dot, place, x_bar = np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(x.shape)
    for (r, q), pixels in windows(op, (h, w)):
        for i, k in np.ndindex(n, c):
            a, b = max(pixels, key=lambda at: x[i, *at, k])  # the first of equals
            y[i, r, q, k], y_dot[i, r, q, k] = x[i, a, b, k], x_dot[i, a, b, k]
            place[i, r, q, k] = ((a - r * op.stride[0] + op.padding[0]) * op.size[1]
                                 + b - q * op.stride[1] + op.padding[1])  # fmt: skip
            x_bar[i, a, b, k] += y_bar[i, r, q, k]
    return y, x_bar, y_dot, place


@st.composite
def pools(draw):
    """Any window that fits, two by two side by side often enough."""
    n, h, w, c = draw(st.integers(1, 3)), draw(st.integers(1, 9)), draw(st.integers(1, 9)), draw(st.integers(1, 9))
    if draw(st.booleans()):
        op = MaxPool((2, 2), (2, 2))
    else:
        size = draw(pairs(1, 4))
        padding = tuple(draw(st.integers(0, k // 2)) for k in size)
        op = MaxPool(size, draw(pairs(1, 5)), padding, draw(st.booleans()))
    assume(all(m + 2 * p >= k for m, k, p in zip((h, w), op.size, op.padding, strict=True)))
    return op, (n, h, w, c)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(pool=pools())
def test_three_witnesses_at_odd_shapes(pool, at, check, normal):
    op, shape = pool
    check(at(op, [normal(sum(shape), shape)]))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(pool=pools(), code=st.sampled_from(["f4", "f8"]))
def test_against_the_twin_with_many_ties(pool, code, at, normal):
    op, shape = pool
    x = np.random.default_rng(sum(shape)).integers(0, 3, shape).astype(code)
    out = (shape[0], *op.shape(shape[1:]))
    y_bar, x_dot = (a.astype(code) for a in normal(1, out, shape))
    wanted = twin(op, x, y_bar, x_dot)
    point = at(op, [x], dtype=code)
    for found, value in zip((point.y, point.pull(y_bar)[0][0], point.push([x_dot])), wanted, strict=False):
        np.testing.assert_allclose(found, value, rtol=0, atol=20 * np.finfo(code).eps)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(pool=pools(), code=st.sampled_from(["f4", "f8"]))
def test_the_kernels_for_any_window(pool, code, normal):
    op, shape = pool
    x = np.random.default_rng(sum(shape)).integers(0, 4, shape).astype(code)
    out = (shape[0], *op.shape(shape[1:]))
    y_bar, x_dot = (a.astype(code) for a in normal(1, out, shape))
    y, place, y_dot = (np.full(out, np.nan, code) for _ in range(3))
    x_bar = np.zeros(shape, code)
    wanted = twin(op, x, y_bar, x_dot)
    maxpool_forward(y, place, x, *op.size, *op.stride, *op.padding)
    maxpool_pull(x_bar, y_bar, place, *op.size, *op.stride, *op.padding)
    maxpool_push(y_dot, x_dot, place, op.size[1], *op.stride, *op.padding)
    for found, value in zip((y, x_bar, y_dot, place), wanted, strict=True):
        np.testing.assert_allclose(found, value, rtol=0, atol=20 * np.finfo(code).eps)


@pytest.mark.parametrize(
    ("size", "stride", "padding", "ceil_mode"),
    [((2, 2), (2, 2), (0, 0), False), ((2, 2), (2, 2), (0, 0), True), ((3, 2), (2, 3), (1, 1), True),
     ((2, 2), (5, 3), (1, 0), True), ((7, 6), (1, 1), (0, 0), False)],
)  # fmt: skip
@pytest.mark.parametrize("ties", [False, True])
def test_pytorch_agrees(size, stride, padding, ceil_mode, ties, at, normal, like_torch):
    """Strides above the size, one-pixel outputs and ties too: among equals both give the gradient to the first."""
    x = normal(0, (2, 7, 6, 3))
    point = at(MaxPool(size, stride, padding, ceil_mode), [np.round(x) if ties else x])
    like_torch(point, lambda F, x: F.max_pool2d(x, size, stride, padding, ceil_mode=ceil_mode))


OPS = [MaxPool((2, 2), (2, 2)), MaxPool((3, 3), (2, 2), (1, 1)), MaxPool((2, 3), (1, 1))]


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize("fill", [0.0, -1e30, -np.inf])
def test_among_equals_the_first_takes_the_gradient(op, fill, at, dtype):
    point = at(op, [np.full((1, 4, 6, 5), fill)], dtype=dtype)
    ones = np.ones(point.y.shape)
    assert (point.y == np.array(fill, dtype)).all()
    wanted = np.zeros((4, 6))
    for _, pixels in windows(op, (4, 6)):
        wanted[pixels[0]] += 1
    np.testing.assert_array_equal(point.pull(ones)[0][0], np.broadcast_to(wanted[..., None], (1, 4, 6, 5)))
    np.testing.assert_array_equal(point.push([np.ones((1, 4, 6, 5))]), ones)


@pytest.mark.parametrize("op", OPS)
def test_a_nan_counts_as_the_largest_number_wherever_it_stands(op, at, normal, dtype):
    for a, b in np.ndindex(4, 6):
        x = np.abs(normal(0, (1, 4, 6, 3)))
        x[0, a, b, 1] = np.nan
        y = at(op, [x], dtype=dtype).y
        wanted = np.zeros(y.shape, bool)
        for place, pixels in windows(op, (4, 6)):
            wanted[0, *place, 1] = (a, b) in pixels
        np.testing.assert_array_equal(np.isnan(y), wanted)


def test_the_border_never_wins(at):
    """It counts as −∞ and not as 0."""
    y = at(MaxPool((2, 2), (2, 2), (1, 1)), [np.full((1, 3, 3, 1), -5.0)]).y
    assert y.shape == (1, 2, 2, 1) and (y == -5).all()


def test_a_single_pixel_and_windows_that_leave_pixels_out(at, check, normal):
    check(at(MaxPool((1, 1), (1, 1)), [normal(0, (1, 1, 1, 1))]))
    check(at(MaxPool((2, 1), (4, 3)), [normal(0, (2, 9, 8, 2))]))
    point = at(MaxPool((2, 2), (2, 2)), [normal(0, (2, 5, 5, 3))])
    x_bar = point.in_pieces([2], np.ones((2, 2, 2, 3)))[1][0]
    assert not x_bar[:, 4].any() and not x_bar[:, :, 4].any()


def test_which_windows_have_loops_of_their_own():
    assert MaxPool((2, 2), (2, 2)).quads
    others = (MaxPool((2, 2), (1, 2)), MaxPool((2, 3), (2, 2)), MaxPool((2, 2), (2, 2), (0, 1)),
              MaxPool((2, 2), (2, 2), ceil_mode=True))  # fmt: skip
    assert not any(op.quads for op in others)


@pytest.mark.parametrize(
    ("op", "shape", "message"),
    [
        (MaxPool((2, 2), (2, 2)), (1, 8, 3), "maxpool 2×2 does not fit into 1×8×3\n"
                                             "  try: a smaller size or fewer pooling layers"),
        (MaxPool((5, 1), (1, 1), (1, 0)), (2, 8, 3), "maxpool 5×1 does not fit into 2×8×3\n"
                                                     "  try: a smaller size or fewer pooling layers"),
        (MaxPool((5000, 5000), (1, 1), (2500, 2500)), (9, 9, 3), "maxpool's window of 5000×5000 is too large\n"
                                                                 "  try: globalmaxpool"),
        (MaxPool((3, 3), (1, 1), (0, 2)), (9, 9, 3), "maxpool's padding 0×2 is more than half of its size 3×3"),
        (MaxPool((2, 2), (2, 2)), (64,), "maxpool needs an image (height×width×channels), got a vector of 64\n"
                                         "  try: put `maxpool` before `flatten` or `globalavgpool`"),
    ],
)  # fmt: skip
def test_shape_errors(op, shape, message, refused):
    assert refused(op, shape) == message


def test_shapes_that_fit():
    assert MaxPool((2, 2), (2, 2)).shape((5, 8, 3)) == (2, 4, 3)
    assert MaxPool((3, 3), (2, 2), (1, 1)).shape((5, 8, 3)) == (3, 4, 3)
