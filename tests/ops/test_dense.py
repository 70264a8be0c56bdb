from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels.target import tile
from fitcli.ops.batchnorm import BatchNorm
from fitcli.ops.dense import Dense
from fitcli.ops.relu import ReLU
from fitcli.ops.tanh import Tanh


@settings(max_examples=30, deadline=None, derandomize=True)
@given(n=st.integers(1, 13), depth=st.integers(1, 20), features=st.integers(1, 36), bias=st.booleans(),
       clip=st.booleans())  # fmt: skip
def test_three_witnesses_at_odd_shapes(n, depth, features, bias, clip, at, check, normal):
    x, w, b = normal(n + depth, (n, depth), (depth, features), (features,))
    point = at(Dense(features, bias, clip), [x], [w, b] if bias else [w])
    wanted = x @ w + (b if bias else 0)
    np.testing.assert_allclose(point.y, np.maximum(wanted, 0) if clip else wanted, atol=1e-13)
    check(point)


@pytest.mark.parametrize("n", [1, 2 * tile().rows + 1])
@pytest.mark.parametrize("bias", [True, False])
def test_by_the_formula(n, bias, at, normal):
    """x_bar = z_bar Wᵀ, W_bar = xᵀ z_bar, b_bar = Σ z_bar, z_bar = y_bar where y > 0."""
    x, w, b, y_bar = normal(3, (n, 7), (7, 11), (11,), (n, 11))
    point = at(Dense(11, bias, clip=True), [x], [w, b] if bias else [w])
    z_bar = np.where(x @ w + (b if bias else 0) > 0, y_bar, 0)
    (x_bar,), w_bars = point.pull(y_bar)
    for found, wanted in zip([x_bar, *w_bars], [z_bar @ w.T, x.T @ z_bar, z_bar.sum(0)], strict=False):
        np.testing.assert_allclose(found, wanted, atol=1e-13)


def test_nan_passes_the_clip(at, dtype):
    x = np.array([[1, np.nan], [1, 2]])
    y = at(Dense(3, clip=True), [x], [np.ones((2, 3)), np.zeros(3)], dtype=dtype).y
    np.testing.assert_array_equal(y, [[np.nan] * 3, [3] * 3])


@pytest.mark.parametrize("clip", [False, True])
def test_tokens_are_rows(clip, at, check, normal):
    x, w, b = normal(0, (3, 7, 5), (5, 4), (4,))
    point = at(Dense(4, clip=clip), [x], [w, b])
    rows_ = at(Dense(4, clip=clip), [x.reshape(21, 5)], [w, b])
    np.testing.assert_array_equal(point.y, rows_.y.reshape(3, 7, 4))
    check(point)


def test_pytorch_agrees_on_tokens(at, normal, like_torch):
    x, w, b = normal(0, (3, 7, 5), (5, 4), (4,))
    like_torch(at(Dense(4), [x], [w, b]), lambda F, x, w, b: F.linear(x, w.T, b))


def test_it_takes_a_relu_along_once():
    assert Dense(5).absorb(ReLU()) == Dense(5, clip=True)
    assert Dense(5, bias=False).absorb(ReLU()) == Dense(5, bias=False, clip=True)
    assert Dense(5, clip=True).absorb(ReLU()) is None
    assert Dense(5).absorb(Tanh()) is None and Dense(5).absorb(BatchNorm()) is None


def test_it_takes_a_bias_unless_it_clips():
    assert Dense(5, bias=False).biased(False) == Dense(5) and Dense(5).biased(True) == Dense(5, clip=True)
    assert Dense(5, clip=True).biased(True) is None


def test_multiply_adds():
    assert Dense(10).multiply_adds((784,), (784, 10), (10,)) == 7840
    assert Dense(10).multiply_adds((50, 784), (784, 10), (10,)) == 50 * 7840


def test_an_image_is_refused(refused):
    assert Dense(10).shape((784,)) == (10,) and Dense(10).shape((50, 784)) == (50, 10)
    assert refused(Dense(10), (28, 28, 1)) == (
        "dense needs a flat input, got 28×28×1\n  try: put `flatten` or `globalavgpool` before it"
    )
