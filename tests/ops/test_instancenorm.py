import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.instancenorm import InstanceNorm


@settings(max_examples=10, deadline=None, derandomize=True)
@given(shape=st.tuples(*[st.integers(1, 4)] * 4), affine=st.booleans())
def test_three_witnesses_and_the_twin(shape, affine, at, check, normal):
    x, gamma, beta = normal(0, shape, shape[-1:], shape[-1:])
    point = at(InstanceNorm(0.01), [x], [gamma, beta] if affine else [])
    wanted = (x - x.mean((1, 2), keepdims=True)) / np.sqrt(x.var((1, 2), keepdims=True) + 0.01)
    np.testing.assert_allclose(point.y, gamma * wanted + beta if affine else wanted, rtol=1e-11, atol=1e-13)
    check(point)


@pytest.mark.parametrize("affine", [True, False])
def test_pytorch_agrees(affine, at, normal, like_torch):
    x, gamma, beta = normal(0, (2, 9, 8, 3), (3,), (3,))
    point = at(InstanceNorm(), [x], [gamma, beta] if affine else [])
    like_torch(point, lambda F, x, *w: F.instance_norm(x, None, None, *(w or (None, None))))


def test_a_vector_is_refused(refused):
    assert "instancenorm needs an image" in refused(InstanceNorm(), (64,))
