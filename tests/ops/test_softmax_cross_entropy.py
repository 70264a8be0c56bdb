import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.softmax_cross_entropy import (
    SoftmaxCrossEntropy,
    cross_entropy_forward,
    cross_entropy_jvp,
    cross_entropy_vjp,
)


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def test_against_the_twins(dtype, normal):
    x, x_dot, y_bar = (a.astype(dtype) for a in normal(0, (6, 5), (6, 5), (6,)))
    labels = np.array([0, 4, 2, 2, 1, 3])
    y, y_dot, x_bar = (np.full(s, np.nan, dtype) for s in ((6,), (6,), (6, 5)))
    cross_entropy_forward(y, x, labels)
    cross_entropy_jvp(y_dot, x_dot, x, labels)
    cross_entropy_vjp(y_bar, x_bar, x, labels)
    p, one_hot = softmax(x.astype("f8")), np.eye(5)[labels]
    close = {"rtol": 0, "atol": float(30 * np.finfo(dtype).eps)}
    for n, label in enumerate(labels):
        assert y[n] == pytest.approx(-math.log(p[n, label]), abs=close["atol"])
    np.testing.assert_allclose(x_bar, (p - one_hot) * y_bar[:, None], **close)
    np.testing.assert_allclose(y_dot, ((p - one_hot) * x_dot).sum(1), **close)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(n=st.integers(1, 5), classes=st.integers(1, 12))
def test_three_witnesses_at_odd_shapes(n, classes, at, check, normal):
    labels = np.arange(n) * 7 % classes
    check(at(SoftmaxCrossEntropy(), [3 * normal(n, (n, classes))], labels=labels))


def test_guessing_costs_ln_of_the_classes(at):
    np.testing.assert_allclose(at(SoftmaxCrossEntropy(), [np.full((1, 10), 4.0)], labels=np.array([3])).y, math.log(10))


@pytest.mark.parametrize("shift", [-1e4, -500, 0, 500, 1e4])
def test_large_outputs_neither_overflow_nor_lose_the_loss(shift, at, dtype):
    x = np.array([[shift, shift + 2, shift - 1]], dtype)
    point = at(SoftmaxCrossEntropy(), [x], labels=np.array([0]), dtype=dtype)
    assert point.y[0] == pytest.approx(math.log(1 + math.exp(2) + math.exp(-1)), rel=1e-6 if dtype == "f4" else 1e-11)


def test_a_hopeless_prediction_is_not_clamped(at, dtype):
    """A clamp would hold the loss at 87.3365 and its gradient at 0."""
    point = at(SoftmaxCrossEntropy(), [[[0.0, 5000.0]]], labels=np.array([0]), dtype=dtype)
    assert point.y[0] == 5000
    np.testing.assert_allclose(point.pull([1.0])[0][0], [[-1, 1]], atol=1e-6 if dtype == "f4" else 1e-12)


def test_a_masked_class_has_probability_zero(at, dtype):
    point = at(SoftmaxCrossEntropy(), [[[0.0, -np.inf, 0.0]]], labels=np.array([0]), dtype=dtype)
    np.testing.assert_allclose(point.y, math.log(2), rtol=1e-6)
    np.testing.assert_allclose(point.pull([1.0])[0][0], [[-0.5, 0, 0.5]], rtol=1e-6)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_reach_the_loss(place, bad, at, dtype):
    x = np.zeros((2, 3))
    x[1, place] = bad
    y = at(SoftmaxCrossEntropy(), [x], labels=np.array([0, 1]), dtype=dtype).y
    assert np.isfinite(y[0]) and not np.isfinite(y[1])


def test_gradients_sum_to_zero(at, normal):
    """Adding the same number to all outputs changes nothing."""
    x_bar = at(SoftmaxCrossEntropy(), [normal(0, (4, 6))], labels=np.array([0, 5, 2, 1])).pull(normal(1, (4,)))[0][0]
    np.testing.assert_allclose(x_bar.sum(1), 0, atol=1e-15)


def test_an_image_is_refused(refused):
    assert SoftmaxCrossEntropy().shape((10,), ()) == ()
    assert refused(SoftmaxCrossEntropy(), (2, 2, 3), ()) == (
        "cross_entropy needs a flat input, got 2×2×3\n  try: put `flatten` or `globalavgpool` before it"
    )
