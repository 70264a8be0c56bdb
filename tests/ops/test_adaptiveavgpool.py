import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.adaptiveavgpool import AdaptiveAvgPool, even_spans


@settings(max_examples=10, deadline=None, derandomize=True)
@given(shape=st.tuples(*[st.integers(1, 6)] * 4), size=st.tuples(*[st.integers(1, 6)] * 2))
def test_three_witnesses_and_the_twin(shape, size, at, check, normal):
    point = at(AdaptiveAvgPool(size), [normal(1, shape)])
    x, y = point.xs[0], point.y
    assert y.shape == (shape[0], *size, shape[3])
    for r, q in np.ndindex(*size):
        (a, b), (c, d) = even_spans(shape[1], size[0])[r], even_spans(shape[2], size[1])[q]
        np.testing.assert_allclose(y[:, r, q], x[:, a:b, c:d].mean((1, 2)), rtol=1e-12, atol=1e-14)
    check(point)


def test_windows_of_an_axis():
    assert even_spans(6, 3).tolist() == [[0, 2], [2, 4], [4, 6]]
    assert even_spans(5, 3).tolist() == [[0, 2], [1, 4], [3, 5]]
    assert even_spans(2, 3).tolist() == [[0, 1], [0, 2], [1, 2]]


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (5, 4), (7, 6), (9, 13)])
def test_pytorch_agrees(size, at, normal, like_torch):
    like_torch(at(AdaptiveAvgPool(size), [normal(0, (2, 7, 6, 3))]), lambda F, x: F.adaptive_avg_pool2d(x, size))


def test_a_vector_is_refused(refused):
    assert "adaptiveavgpool needs an image" in refused(AdaptiveAvgPool((2, 2)), (64,))
