"""Groups against one convolution each, and against PyTorch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fitcli.errors import ShapeError
from fitcli.ops.conv2d import Conv2d
from fitcli.ops.grouped_conv2d import GroupedConv2d
from fitcli.ops.relu import ReLU
from fitcli.ops.tanh import Tanh

pairs = lambda low, high: st.tuples(st.integers(low, high), st.integers(low, high))  # noqa: E731


def weights(normal, op, channels, seed=0):
    conv, outputs = op.conv, op.conv.filters * op.groups
    w, b = normal(seed, (*conv.kernel, channels // op.groups, outputs), (outputs,))
    return [w, b] if conv.bias else [w]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_each_group_is_a_convolution_of_its_own_with_three_witnesses(data, at, check, normal):
    draw = data.draw
    conv = Conv2d(draw(st.integers(1, 5)), draw(pairs(1, 3)), draw(pairs(1, 3)), draw(st.one_of(st.just("same"), pairs(0, 2))),
                  draw(pairs(1, 2)), draw(st.booleans()), draw(st.booleans()))  # fmt: skip
    op = GroupedConv2d(conv, draw(st.integers(1, 4)))
    c = op.groups * draw(st.integers(1, 3))
    n, h, w = draw(st.integers(1, 3)), draw(st.integers(1, 7)), draw(st.integers(1, 7))
    reach = [(k - 1) * d + 1 for k, d in zip(conv.kernel, conv.dilation, strict=True)]
    assume(conv.padding == "same" or all(m + 2 * p >= r for m, p, r in zip((h, w), conv.padding, reach, strict=True)))
    x, ws = normal(1, (n, h, w, c)), weights(normal, op, c)
    point = at(op, [x], ws)
    for g in range(op.groups):
        inputs, outputs = slice(g * c // op.groups, (g + 1) * c // op.groups), slice(g * conv.filters, (g + 1) * conv.filters)
        parts = [np.ascontiguousarray(v[..., outputs]) for v in ws]
        alone = at(conv, [np.ascontiguousarray(x[..., inputs])], parts)
        np.testing.assert_allclose(point.y[..., outputs], alone.y, rtol=0, atol=1e-12)
    check(point)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(("groups", "channels", "filters", "kernel", "stride"), [(2, 4, 6, 3, 1), (4, 32, 64, 3, 1), (3, 3, 9, 5, 2)])
def test_as_pytorch(groups, channels, filters, kernel, stride, dtype, at, normal):
    torch = pytest.importorskip("torch")
    op = GroupedConv2d(Conv2d(filters // groups, (kernel, kernel), (stride, stride), (1, 1)), groups)
    x, ws = normal(2, (3, 9, 8, channels)), weights(normal, op, channels)
    point = at(op, [x], ws, dtype=dtype)
    leaves = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (x.transpose(0, 3, 1, 2), ws[0].transpose(3, 2, 0, 1), ws[1])]
    y = torch.nn.functional.conv2d(*leaves, stride=stride, padding=1, groups=groups)
    y_bar = normal(3, tuple(y.shape))
    y.backward(torch.tensor(y_bar))
    found, (x_bar,), w_bars, _ = point.in_pieces([1, 2], np.ascontiguousarray(y_bar.transpose(0, 2, 3, 1)))
    limit = {"rtol": 0, "atol": 3e-5 * np.abs(y_bar).sum() ** 0.5 if dtype == "f4" else 1e-10}
    np.testing.assert_allclose(found, y.detach().numpy().transpose(0, 2, 3, 1), **limit)
    wanted = [leaf.grad.numpy() for leaf in leaves]
    np.testing.assert_allclose(x_bar, wanted[0].transpose(0, 2, 3, 1), **limit)
    np.testing.assert_allclose(w_bars[0], wanted[1].transpose(2, 3, 1, 0), **limit)
    np.testing.assert_allclose(w_bars[1], wanted[2], **limit)


def test_channels_that_cannot_be_cut():
    op = GroupedConv2d(Conv2d(2, (3, 3)), 3)
    with pytest.raises(ShapeError, match="conv cannot cut 4 channels into 3 equal groups"):
        op.shape((8, 8, 4))
    assert op.shape((8, 8, 6)) == (8, 8, 6)


def test_it_takes_a_bias_unless_it_clips():
    op = GroupedConv2d(Conv2d(2, (3, 3), bias=False), 3)
    assert op.biased(True) == GroupedConv2d(Conv2d(2, (3, 3), clip=True), 3)
    assert op.biased(True).biased(False) is None


def test_it_takes_a_relu_along():
    op = GroupedConv2d(Conv2d(2, (3, 3)), 3)
    assert op.absorb(ReLU()) == GroupedConv2d(Conv2d(2, (3, 3), clip=True), 3)
    assert op.absorb(Tanh()) is None and op.absorb(ReLU()).absorb(ReLU()) is None
    assert op.multiply_adds((8, 8, 6), (3, 3, 2, 6)) == 64 * 9 * 2 * 6
