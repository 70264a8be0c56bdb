from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fitcli.ops.depthwise2d import Depthwise2d
from fitcli.ops.relu import ReLU
from fitcli.ops.window import axis

pairs = lambda low, high: st.tuples(st.integers(low, high), st.integers(low, high))  # noqa: E731


def twin(op, x, w, b=None):
    """One output pixel after the other, one tap after the other."""
    rows, columns = axis(op, 0, x.shape[1]), axis(op, 1, x.shape[2])
    y = np.zeros((len(x), rows.outputs, columns.outputs, x.shape[3]))
    for r, q, i, j in np.ndindex(rows.outputs, columns.outputs, *op.kernel):
        at_r = r * op.stride[0] + i * op.dilation[0] - rows.before
        at_q = q * op.stride[1] + j * op.dilation[1] - columns.before
        if 0 <= at_r < x.shape[1] and 0 <= at_q < x.shape[2]:
            y[:, r, q] += x[:, at_r, at_q] * w[i, j]
    y += 0 if b is None else b
    return np.maximum(y, 0) if op.clip else y


def point_of(at, normal, op, shape, seed=0):
    """The op at random numbers, its value already compared with the twin."""
    x, w, b = normal(seed, shape, (*op.kernel, shape[3]), (shape[3],))
    ws = [w, b] if op.bias else [w]
    point = at(op, [x], ws)
    wanted = twin(op, x, *ws)
    assert op.shape(shape[1:]) == wanted.shape[1:]
    np.testing.assert_allclose(point.y, wanted, rtol=0, atol=1e-12)
    return point


@settings(max_examples=80, deadline=None, derandomize=True)
@given(data=st.data())
def test_three_witnesses_at_odd_shapes(data, at, check, normal):
    draw = data.draw
    padding = draw(st.one_of(st.just("same"), pairs(0, 4)))
    op = Depthwise2d(draw(pairs(1, 4)), draw(pairs(1, 4)), padding, draw(pairs(1, 3)), draw(st.booleans()), draw(st.booleans()))
    n, h, w, c = draw(st.integers(1, 3)), draw(st.integers(1, 15)), draw(st.integers(1, 15)), draw(st.integers(1, 19))
    assume(axis(op, 0, h).outputs > 0 and axis(op, 1, w).outputs > 0)
    check(point_of(at, normal, op, (n, h, w, c), draw(st.integers(0, 99))))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_three_witnesses_of_windows_that_most_networks_use(data, at, check, normal):
    draw = data.draw
    stride = draw(st.integers(1, 2))
    padding = draw(st.one_of(st.just("same"), pairs(0, 1), st.tuples(st.integers(0, 4), st.integers(0, 1))))
    op = Depthwise2d((3, 3), (stride, stride), padding, (1, 1), draw(st.booleans()), draw(st.booleans()))
    n, h, w, c = draw(st.integers(1, 3)), draw(st.integers(1, 15)), draw(st.integers(1, 15)), draw(st.integers(1, 19))
    assume(axis(op, 0, h).outputs > 0 and axis(op, 1, w).outputs > 0)
    check(point_of(at, normal, op, (n, h, w, c), draw(st.integers(0, 99))))


@pytest.mark.parametrize("op", [Depthwise2d((3, 3)), Depthwise2d((5, 4), (3, 2), (4, 0), (2, 3))])
def test_large_images_are_taken_in_parts(op, at, check, normal):
    check(point_of(at, normal, op, (2, 31, 33, 75)))


def test_a_relu_behind_it_is_taken_in(at, normal):
    op = Depthwise2d((3, 3))
    assert op.absorb(ReLU()) == replace(op, clip=True)
    assert op.absorb(ReLU()).absorb(ReLU()) is None


def test_it_takes_a_bias_unless_it_clips():
    op = Depthwise2d((3, 3), (2, 1), bias=False)
    assert op.biased(False) == replace(op, bias=True) and op.biased(True) == replace(op, bias=True, clip=True)
    assert op.biased(True).biased(False) is None


@pytest.mark.parametrize("shape", [(12,), (2, 2, 3)])
def test_what_does_not_fit_is_told(refused, shape):
    op = Depthwise2d((3, 3), padding=(0, 0))
    assert "depthwise" in str(refused(op, shape))


@pytest.mark.parametrize("stride", [1, 2])
def test_gradients_are_those_of_pytorch(stride, at, normal):
    torch = pytest.importorskip("torch")
    op = Depthwise2d((3, 3), (stride, stride), (1, 1))
    x, w, b = normal(3, (2, 9, 8, 11), (3, 3, 11), (11,))
    point = at(op, [x], [w, b])
    theirs = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
    y = torch.nn.functional.conv2d(
        theirs[0].permute(0, 3, 1, 2), theirs[1].permute(2, 0, 1)[:, None], theirs[2], stride, 1, groups=11
    ).permute(0, 2, 3, 1)
    np.testing.assert_allclose(point.y, y.detach(), rtol=0, atol=1e-10)
    y_bar = normal(4, point.y.shape)
    y.backward(torch.tensor(y_bar))
    (x_bar,), w_bars = point.pull(y_bar)
    for ours, their in zip((x_bar, *w_bars), theirs, strict=True):
        np.testing.assert_allclose(ours, their.grad, rtol=0, atol=1e-10)
