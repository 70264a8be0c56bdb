import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.log_softmax import LogSoftmax


def twin(x):
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_three_witnesses_at_odd_shapes(n, shape, at, check, normal):
    assert LogSoftmax().shape(tuple(shape)) == tuple(shape)
    point = at(LogSoftmax(), [3 * normal(n, (n, *shape))])
    np.testing.assert_allclose(point.y, twin(point.xs[0]), rtol=1e-12, atol=1e-14)
    check(point)


def test_against_the_jacobian(at, normal):
    x, y_bar = normal(0, (1, 5), (1, 5))
    point = at(LogSoftmax(), [x])
    jacobian = np.eye(5) - np.exp(twin(x)[0])
    np.testing.assert_allclose(point.pull(y_bar)[0][0][0], jacobian.T @ y_bar[0], rtol=1e-12)
    np.testing.assert_allclose(point.push([y_bar])[0], jacobian @ y_bar[0], rtol=1e-12)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(LogSoftmax(), [grid]), lambda F, x: F.log_softmax(x, 1))


def test_improbable_is_not_impossible(at, dtype):
    np.testing.assert_allclose(at(LogSoftmax(), [[[1e4, 0, -1e4]]], dtype=dtype).y, [[0, -1e4, -2e4]])
    assert np.isnan(at(LogSoftmax(), [[[0.0, np.nan]]], dtype=dtype).y).all()
    assert np.isnan(at(LogSoftmax(), [[[np.nan, 0.0]]], dtype=dtype).y).all()
