import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.mean_squared_error import (
    MeanSquaredError,
    squared_error_forward,
    squared_error_jvp,
    squared_error_vjp,
)


def test_against_the_twins(dtype, normal):
    x, x_dot, y_bar = (a.astype(dtype) for a in normal(0, (6, 5), (6, 5), (6,)))
    labels = np.array([0, 4, 2, 2, 1, 3])
    y, y_dot, x_bar = (np.full(s, np.nan, dtype) for s in ((6,), (6,), (6, 5)))
    squared_error_forward(y, x, labels)
    squared_error_jvp(y_dot, x_dot, x, labels)
    squared_error_vjp(y_bar, x_bar, x, labels)
    error = x.astype("f8") - np.eye(5)[labels]
    close = {"rtol": 0, "atol": float(30 * np.finfo(dtype).eps)}
    np.testing.assert_allclose(y, (error**2).mean(1), **close)
    np.testing.assert_allclose(y_dot, 2 / 5 * (error * x_dot).sum(1), **close)
    np.testing.assert_allclose(x_bar, 2 / 5 * error * y_bar[:, None], **close)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(n=st.integers(1, 5), classes=st.integers(1, 12))
def test_three_witnesses_at_odd_shapes(n, classes, at, check, normal):
    check(at(MeanSquaredError(), [normal(n, (n, classes))], labels=np.arange(n) * 7 % classes))


def test_the_one_hot_vector_itself_costs_nothing(at):
    point = at(MeanSquaredError(), [np.eye(3)], labels=np.arange(3))
    assert not point.y.any() and not point.pull(np.ones(3))[0][0].any()


def test_nan_reaches_the_loss(at, dtype):
    y = at(MeanSquaredError(), [[[0, 0], [np.nan, 0]]], labels=np.array([0, 1]), dtype=dtype).y
    assert np.isnan(y).tolist() == [False, True]


def test_an_image_is_refused(refused):
    assert MeanSquaredError().shape((10,), ()) == ()
    assert refused(MeanSquaredError(), (2, 2, 3), ()) == (
        "mse needs a flat input, got 2×2×3\n  try: put `flatten` or `globalavgpool` before it"
    )
