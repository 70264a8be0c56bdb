from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.avgpool import AvgPool


def twin(op, x):
    y = np.zeros((len(x), *op.shape(x.shape[1:])))
    (kh, kw), (sh, sw), (ph, pw) = op.size, op.stride, op.padding
    for r, q in np.ndindex(y.shape[1:3]):
        taps = [(r * sh - ph + a, q * sw - pw + b) for a in range(kh) for b in range(kw)]
        inside = [(a, b) for a, b in taps if 0 <= a < x.shape[1] and 0 <= b < x.shape[2]]
        bordered = [(a, b) for a, b in taps if a < x.shape[1] + ph and b < x.shape[2] + pw]
        y[:, r, q] = sum(x[:, a, b] for a, b in inside) / len(bordered if op.count_include_pad else inside)
    return y


@st.composite
def settings_and_shape(draw):
    size, stride = (draw(st.tuples(*[st.integers(1, 4)] * 2)) for _ in range(2))
    padding = tuple(draw(st.integers(0, k // 2)) for k in size)
    h, w = (draw(st.integers(max(1, k - 2 * p), k + 3)) for k, p in zip(size, padding, strict=True))
    op = AvgPool(size, stride, padding, draw(st.booleans()), draw(st.booleans()))
    return op, (draw(st.integers(1, 3)), h, w, draw(st.integers(1, 5)))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(case=settings_and_shape())
def test_three_witnesses_and_the_twin(case, at, check, normal):
    op, shape = case
    point = at(op, [normal(1, shape)])
    np.testing.assert_allclose(point.y, twin(op, point.xs[0]), rtol=1e-13, atol=1e-14)
    check(point)


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize(
    ("size", "stride", "padding"),
    [((2, 2), (2, 2), (0, 0)), ((3, 2), (1, 2), (1, 1)), ((2, 2), (3, 3), (1, 0)), ((4, 4), (3, 5), (2, 1))],
)
def test_pytorch_agrees(size, stride, padding, inside, ceil_mode, at, normal, like_torch):
    point = at(AvgPool(size, stride, padding, inside, ceil_mode), [normal(0, (2, 7, 6, 3))])
    like_torch(point, lambda F, x: F.avg_pool2d(x, size, stride, padding, ceil_mode, inside))


def test_a_window_too_large_is_refused(refused):
    assert "avgpool 3×3 does not fit into 2×2×5" in refused(AvgPool((3, 3), (3, 3)), (2, 2, 5))
