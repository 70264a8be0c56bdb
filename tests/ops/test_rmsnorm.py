import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.rmsnorm import RMSNorm


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 4), max_size=2), c=st.integers(1, 7))
def test_three_witnesses_and_the_twin(n, shape, c, at, check, normal):
    x, gamma = normal(n, (n, *shape, c), (c,))
    assert RMSNorm().shape((*shape, c)) == (*shape, c)
    point = at(RMSNorm(0.01), [x], [gamma])
    np.testing.assert_allclose(point.y, gamma * x / np.sqrt((x**2).mean(-1, keepdims=True) + 0.01), rtol=1e-12)
    check(point)


@pytest.mark.parametrize("shape", [(5, 8), (2, 3, 4, 6)])
def test_pytorch_agrees(shape, at, normal, like_torch):
    x, gamma = normal(0, shape, shape[-1:])

    def f(F, x, gamma):
        if x.ndim != 4:
            return F.rms_norm(x, gamma.shape, gamma, 1e-5)
        return F.rms_norm(x.permute(0, 2, 3, 1), gamma.shape, gamma, 1e-5).permute(0, 3, 1, 2)

    like_torch(at(RMSNorm(), [x], [gamma]), f)
