import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.softmax import Softmax


def twin(x):
    e = np.exp(x)
    return e / e.sum(-1, keepdims=True)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_three_witnesses_at_odd_shapes(n, shape, at, check, normal):
    assert Softmax().shape(tuple(shape)) == tuple(shape)
    point = at(Softmax(), [3 * normal(n, (n, *shape))])
    np.testing.assert_allclose(point.y, twin(point.xs[0]), rtol=1e-13)
    check(point)


def test_against_the_jacobian(at, normal):
    x, y_bar = normal(0, (1, 5), (1, 5))
    point = at(Softmax(), [x])
    p = twin(x)[0]
    jacobian = np.diag(p) - np.outer(p, p)
    np.testing.assert_allclose(point.pull(y_bar)[0][0][0], jacobian.T @ y_bar[0], rtol=1e-12)
    np.testing.assert_allclose(point.push([y_bar])[0], jacobian @ y_bar[0], rtol=1e-12)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(Softmax(), [grid]), lambda F, x: F.softmax(x, 1))


def test_large_numbers_do_not_overflow_and_bad_ones_are_not_hidden(at, dtype):
    np.testing.assert_allclose(at(Softmax(), [[[1e4, 1e4, -1e4]]], dtype=dtype).y, [[0.5, 0.5, 0]])
    assert np.isnan(at(Softmax(), [[[0.0, np.nan]]], dtype=dtype).y).all()
    assert np.isnan(at(Softmax(), [[[np.nan, 0.0]]], dtype=dtype).y).all()
