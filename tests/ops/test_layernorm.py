import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.layernorm import LayerNorm


def twin(x, gamma, beta, eps):
    mean = x.mean(-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + eps) + beta


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 4), max_size=2), c=st.integers(2, 7))
def test_three_witnesses_and_the_twin(n, shape, c, at, check, normal):
    x, gamma, beta = normal(n, (n, *shape, c), (c,), (c,))
    assert LayerNorm().shape((*shape, c)) == (*shape, c)
    point = at(LayerNorm(0.01), [x], [gamma, beta])
    np.testing.assert_allclose(point.y, twin(x, gamma, beta, 0.01), rtol=1e-11, atol=1e-13)
    check(point)


@pytest.mark.parametrize("shape", [(5, 8), (2, 3, 4, 6), (3, 7, 5)])
def test_pytorch_agrees(shape, at, normal, like_torch):
    """Its channels last: over the last axis, as in ConvNeXt and vision transformers."""
    x, gamma, beta = normal(0, shape, shape[-1:], shape[-1:])

    def f(F, x, gamma, beta):
        if x.ndim != 4:
            return F.layer_norm(x, gamma.shape, gamma, beta)
        return F.layer_norm(x.permute(0, 2, 3, 1), gamma.shape, gamma, beta).permute(0, 3, 1, 2)

    like_torch(at(LayerNorm(), [x], [gamma, beta]), f)


def test_one_channel_is_all_beta(at):
    np.testing.assert_array_equal(at(LayerNorm(), [[[3.0]]], [[2.0], [0.5]]).y, [[0.5]])
