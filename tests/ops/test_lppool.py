from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.lppool import LpPool


def twin(op, x):
    y = np.zeros((len(x), *op.shape(x.shape[1:])))
    (kh, kw), (sh, sw), (ph, pw) = op.size, op.stride, op.padding
    x = np.pad(x, ((0, 0), (ph, ph + kh), (pw, pw + kw), (0, 0)))
    for r, q in np.ndindex(y.shape[1:3]):
        y[:, r, q] = (abs(x[:, r * sh : r * sh + kh, q * sw : q * sw + kw]) ** op.p).sum((1, 2)) ** (1 / op.p)
    return y


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    size=st.tuples(*[st.integers(1, 3)] * 2),
    stride=st.integers(1, 3),
    pad=st.booleans(),
    p=st.sampled_from([1.0, 2.0, 3.5]),
    ceil_mode=st.booleans(),
)
def test_three_witnesses_and_the_twin(size, stride, pad, p, ceil_mode, at, check, normal):
    op = LpPool(size, (stride, stride), tuple(k // 2 for k in size) if pad else (0, 0), p, ceil_mode)
    point = at(op, [normal(2, (2, 5, 4, 3))])
    np.testing.assert_allclose(point.y, twin(op, point.xs[0]), rtol=1e-12)
    check(point)


@pytest.mark.parametrize(("size", "stride", "p"), [((2, 2), (2, 2), 2.0), ((3, 2), (1, 2), 4.0), ((2, 1), (3, 3), 2.0)])
def test_pytorch_agrees(size, stride, p, at, normal, like_torch):
    like_torch(at(LpPool(size, stride, p=p), [normal(0, (2, 7, 6, 3))]), lambda F, x: F.lp_pool2d(x, p, size, stride))


def test_pytorch_agrees_on_odd_powers_of_what_is_positive(at, normal, like_torch):
    """It has no absolute value in its sum: there a window of negative numbers has no root."""
    x = abs(normal(0, (2, 7, 6, 3))) + 0.01
    like_torch(at(LpPool((2, 2), (2, 2), p=3.0), [x]), lambda F, x: F.lp_pool2d(x, 3.0, 2))


def test_a_window_of_zeros_has_the_slope_zero(at):
    point = at(LpPool((2, 2), (2, 2)), [np.zeros((1, 2, 2, 1))])
    assert point.y == 0
    np.testing.assert_array_equal(point.pull(np.ones((1, 1, 1, 1)))[0][0], 0)
    np.testing.assert_array_equal(point.push([np.ones((1, 2, 2, 1))]), 0)


def test_a_large_power_is_nearly_the_maximum(at, normal):
    x = normal(0, (1, 4, 4, 2))
    np.testing.assert_allclose(at(LpPool((4, 4), (4, 4), p=200.0), [x]).y[0, 0, 0], abs(x).max((0, 1, 2)), rtol=0.02)


def test_a_window_too_large_is_refused(refused):
    assert "lppool 3×3 does not fit into 2×2×5" in refused(LpPool((3, 3), (3, 3)), (2, 2, 5))
