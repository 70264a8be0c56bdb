from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fitcli.kernels.target import tile
from fitcli.ops.conv2d import Conv2d
from fitcli.ops.relu import ReLU
from fitcli.ops.sliding import Direct
from fitcli.ops.tanh import Tanh
from fitcli.ops.winograd import Winograd

pairs = lambda low, high: st.tuples(st.integers(low, high), st.integers(low, high))  # noqa: E731


def border(op, axis, n):
    """(before, outputs) along an axis."""
    reach = (op.kernel[axis] - 1) * op.dilation[axis] + 1
    if op.padding == "same":
        out = -(-n // op.stride[axis])
        return max((out - 1) * op.stride[axis] + reach - n, 0) // 2, out
    return op.padding[axis], (n + 2 * op.padding[axis] - reach) // op.stride[axis] + 1


def twin(op, x, w, b=None):
    """One output pixel after the other, one tap after the other."""
    (top, h), (left, q) = border(op, 0, x.shape[1]), border(op, 1, x.shape[2])
    y = np.zeros((len(x), h, q, w.shape[3]))
    for r, s, i, j in np.ndindex(h, q, *op.kernel):
        at_r = r * op.stride[0] + i * op.dilation[0] - top
        at_s = s * op.stride[1] + j * op.dilation[1] - left
        if 0 <= at_r < x.shape[1] and 0 <= at_s < x.shape[2]:
            y[:, r, s] += x[:, at_r, at_s] @ w[i, j]
    y += 0 if b is None else b
    return np.maximum(y, 0) if op.clip else y


def point_of(at, normal, op, shape, seed=0):
    """The op at random numbers, its value already compared with the twin."""
    x, w, b = normal(seed, shape, (*op.kernel, shape[3], op.filters), (op.filters,))
    ws = [w, b] if op.bias else [w]
    point = at(op, [x], ws)
    wanted = twin(op, x, *ws)
    assert op.shape(shape[1:]) == wanted.shape[1:]
    np.testing.assert_allclose(point.y, wanted, rtol=0, atol=1e-12)
    return point


@settings(max_examples=120, deadline=None, derandomize=True)
@given(data=st.data())
def test_three_witnesses_at_odd_shapes(data, at, check, normal):
    draw = data.draw
    kernel, stride, dilation = draw(pairs(1, 4)), draw(pairs(1, 4)), draw(pairs(1, 3))
    padding = draw(st.one_of(st.just("same"), pairs(0, 4)))
    op = Conv2d(draw(st.integers(1, 18)), kernel, stride, padding, dilation, draw(st.booleans()), draw(st.booleans()))
    n, h, w, c = draw(st.integers(1, 4)), draw(st.integers(1, 9)), draw(st.integers(1, 9)), draw(st.integers(1, 5))
    assume(min(border(op, 0, h)[1], border(op, 1, w)[1]) >= 1)
    check(point_of(at, normal, op, (n, h, w, c), seed=h + 10 * w))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(data=st.data())
def test_three_witnesses_by_winograd(data, at, check, normal):
    """Tiles of 4 × 4 outputs, cut off anywhere, inside any border; the sums pushed forward are direct ones."""
    draw = data.draw
    padding = draw(st.one_of(st.just("same"), pairs(0, 4)))
    op = Conv2d(draw(st.integers(1, 18)), (3, 3), padding=padding, bias=draw(st.booleans()), clip=draw(st.booleans()),
                algorithm="winograd")  # fmt: skip
    n, h, w, c = draw(st.integers(1, 4)), draw(st.integers(1, 11)), draw(st.integers(1, 11)), draw(st.integers(1, 18))
    assume(min(border(op, 0, h)[1], border(op, 1, w)[1]) >= 1)
    check(point_of(at, normal, op, (n, h, w, c), seed=h + 10 * w), tolerance=1e-4)


def test_the_algorithm_goes_by_the_shape():
    def chosen(op, shape):
        return type(op.sums_for(shape))

    assert chosen(Conv2d(16, (3, 3)), (8, 8, 16)) is Winograd
    assert chosen(Conv2d(16, (3, 3), algorithm="direct"), (8, 8, 16)) is Direct
    assert chosen(Conv2d(1, (3, 3), algorithm="winograd"), (1, 1, 1)) is Winograd
    others = [Conv2d(16, (3, 1)), Conv2d(16, (5, 5)), Conv2d(16, (3, 3), (1, 2)), Conv2d(16, (3, 3), dilation=(2, 1)),
              Conv2d(3, (3, 3))]  # fmt: skip
    assert {chosen(op, (8, 8, 16)) for op in others} == {Direct}
    assert chosen(Conv2d(16, (3, 3)), (8, 8, 3)) is Direct  # few channels
    assert chosen(Conv2d(16, (3, 3)), (5, 5, 16)) is Direct  # most of each tile would be cut off


EDGES = {
    "stride beyond the kernel": (Conv2d(3, (2, 1), (3, 4), (0, 0)), (2, 9, 10, 2)),
    "stride beyond the image": (Conv2d(3, (2, 2), (7, 7)), (2, 3, 4, 2)),
    "dilated taps in the border only": (Conv2d(3, (3, 3), (1, 1), (2, 2), (2, 2)), (2, 2, 3, 2)),
    "dilation and stride with a common factor": (Conv2d(3, (3, 3), (2, 4), (3, 2), (2, 2)), (2, 8, 9, 2)),
    "one pixel out": (Conv2d(5, (4, 3), (1, 1), (0, 0)), (3, 4, 3, 2)),
    "one pixel in": (Conv2d(5, (3, 3)), (2, 1, 1, 3)),
    "one of everything": (Conv2d(1, (1, 1)), (1, 1, 1, 1)),
    "an even kernel, same": (Conv2d(3, (4, 2)), (2, 5, 6, 2)),
    "a border wider than the kernel": (Conv2d(3, (1, 2), (1, 1), (3, 3)), (2, 2, 2, 2)),
    "one row": (Conv2d(3, (1, 5), (1, 2)), (2, 1, 11, 2)),
    "rows longer than a block": (Conv2d(2, (3, 3)), (1, 2, 203, 1)),
    "many small images": (Conv2d(2, (2, 2), (1, 1), (0, 0)), (41, 3, 3, 1)),
    "more channels than a panel": (Conv2d(tile().columns(8) + 1, (2, 2)), (2, 3, 3, tile().columns(8) + 1)),
    "pixels that no window reaches": (Conv2d(2, (2, 2), (4, 4), (0, 0)), (2, 8, 8, 3)),
}


@pytest.mark.parametrize("clip", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("edge", EDGES)
def test_three_witnesses_at_the_edges(edge, bias, clip, at, check, normal):
    op, shape = EDGES[edge]
    op = replace(op, bias=bias, clip=clip)
    check(point_of(at, normal, op, shape))


def test_pixels_that_no_window_reaches_get_a_gradient_of_zero(at, normal):
    op, shape = EDGES["pixels that no window reaches"]
    x_bar = point_of(at, normal, op, shape).in_pieces([2], np.ones((2, 2, 2, 2)))[1][0]
    untouched = np.ones((8, 8), bool)
    untouched[np.ix_([0, 1, 4, 5], [0, 1, 4, 5])] = False
    assert (x_bar[:, untouched] == 0).all() and (x_bar[:, ~untouched] != 0).all()


def test_same_puts_the_odd_row_last(at):
    """ONNX SAME_UPPER: two outputs of four pixels by a kernel of three start at pixel 0."""
    op = Conv2d(1, (3, 1), (2, 1), bias=False)
    y = at(op, [np.arange(4.0).reshape(1, 4, 1, 1)], [np.array([1.0, 10, 100]).reshape(3, 1, 1, 1)]).y
    assert y.ravel().tolist() == [210, 32]


def test_cross_correlation_not_convolution(at):
    x, w = [[[[1.0], [2.0], [4.0]]]], [[[[1.0]], [[10.0]]]]
    y = at(Conv2d(1, (1, 2), padding=(0, 0), bias=False), [x], [w]).y
    assert y.ravel().tolist() == [21, 42]


@pytest.mark.parametrize("clip", [False, True])
def test_a_nan_is_not_lost_between_transforms(clip, at, normal, dtype):
    """It may reach more of the tiles it lies in, but never fewer outputs than directly."""
    for r, q in ((0, 0), (3, 4), (7, 7), (5, 2)):
        x, w = normal(0, (2, 8, 8, 3), (3, 3, 3, 5))
        x[1, r, q, 1] = np.nan
        y = at(Conv2d(5, (3, 3), bias=False, clip=clip, algorithm="winograd"), [x], [w], dtype=dtype).y
        assert np.isnan(y[1, max(r - 1, 0) : r + 2, max(q - 1, 0) : q + 2]).all()
        assert np.isfinite(y[0]).all()


@pytest.mark.parametrize("clip", [False, True])
def test_nan_reaches_every_window_that_holds_it_and_no_other(clip, at, normal, dtype):
    x, w = normal(0, (2, 5, 5, 2), (3, 3, 2, 4))
    x[1, 2, 1, 0] = np.nan
    y = at(Conv2d(4, (3, 3), bias=False, clip=clip), [x], [w], dtype=dtype).y
    wanted = np.zeros(y.shape, bool)
    wanted[1, 1:4, 0:3] = True
    np.testing.assert_array_equal(np.isnan(y), wanted)


def test_it_takes_a_relu_along_once():
    assert Conv2d(5, (3, 3)).absorb(ReLU()) == Conv2d(5, (3, 3), clip=True)
    assert Conv2d(5, (3, 3), clip=True).absorb(ReLU()) is None
    assert Conv2d(5, (3, 3)).absorb(Tanh()) is None


def test_it_takes_a_bias_unless_it_clips():
    assert Conv2d(5, (3, 3), bias=False).biased(True) == Conv2d(5, (3, 3), clip=True)
    assert Conv2d(5, (3, 3)).biased(False) == Conv2d(5, (3, 3))
    assert Conv2d(5, (3, 3), clip=True).biased(False) is None


def test_multiply_adds():
    assert Conv2d(32, (3, 3)).multiply_adds((28, 28, 1), (3, 3, 1, 32), (32,)) == 28 * 28 * 9 * 32
    assert Conv2d(8, (3, 5), (2, 2), (0, 0)).multiply_adds((9, 9, 4), (3, 5, 4, 8)) == 4 * 3 * 3 * 5 * 4 * 8


@pytest.mark.parametrize(
    ("op", "shape", "message"),
    [
        (Conv2d(8, (5, 5), padding=(0, 0)), (4, 9, 3), "kernel 5×5 does not fit into an image of 4×9×3"),
        (Conv2d(8, (1, 7), padding=(0, 1)), (4, 4, 3), "kernel 1×7 does not fit into an image of 4×4×3"),
        (Conv2d(8, (3, 3), (1, 1), (0, 0), (2, 2)), (4, 4, 3), "kernel 3×3 does not fit into an image of 4×4×3"),
    ],
)  # fmt: skip
def test_a_kernel_that_does_not_fit(op, shape, message, refused):
    assert refused(op, shape) == f"conv with {message}\n  try: padding: same, or a smaller kernel"


def test_a_vector_is_refused(refused):
    assert refused(Conv2d(8, (3, 3)), (784,)) == (
        "conv needs an image (height×width×channels), got a vector of 784\n"
        "  try: put `conv` before `flatten` or `globalavgpool`"
    )
