import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.lrn import LRN


def twin(op, x):
    y = np.empty_like(x)
    for c in range(x.shape[-1]):
        window = range(max(c - op.size // 2, 0), min(c + (op.size - 1) // 2 + 1, x.shape[-1]))
        squares = sum(x[..., j] ** 2 for j in window)
        y[..., c] = x[..., c] / (op.k + op.alpha / op.size * squares) ** op.beta
    return y


@settings(max_examples=15, deadline=None, derandomize=True)
@given(n=st.integers(1, 3), c=st.integers(1, 6), size=st.integers(1, 7), beta=st.sampled_from([0.5, 0.75, 2.0]))
def test_three_witnesses_and_the_twin(n, c, size, beta, at, check, normal):
    op = LRN(size, 0.7, beta, 1.5)
    assert op.shape((2, 3, c)) == (2, 3, c)
    point = at(op, [normal(n, (n, 2, 3, c))])
    np.testing.assert_allclose(point.y, twin(op, point.xs[0]), rtol=1e-12)
    check(point)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("strong", [True, False])
def test_pytorch_agrees(size, strong, at, normal, like_torch):
    settings_ = (2.0, 0.75, 2.0) if strong else (1e-4, 0.75, 1.0)
    point = at(LRN(size, *settings_), [normal(0, (2, 3, 4, 6))])
    like_torch(point, lambda F, x: F.local_response_norm(x, size, *settings_))
