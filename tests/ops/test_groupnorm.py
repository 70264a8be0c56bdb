import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.groupnorm import GroupNorm


def twin(x, groups, gamma, beta, eps):
    y = np.empty_like(x)
    size = x.shape[-1] // groups
    for j in range(groups):
        part = x[..., j * size : (j + 1) * size]
        axes = tuple(range(1, x.ndim))
        mean, var = part.mean(axes, keepdims=True), part.var(axes, keepdims=True)
        y[..., j * size : (j + 1) * size] = (part - mean) / np.sqrt(var + eps)
    return gamma * y + beta


@settings(max_examples=10, deadline=None, derandomize=True)
@given(shape=st.tuples(*[st.integers(1, 4)] * 3), groups=st.integers(1, 3), size=st.integers(2, 3))
def test_three_witnesses_and_the_twin(shape, groups, size, at, check, normal):
    c = groups * size
    x, gamma, beta = normal(0, (*shape, c), (c,), (c,))
    point = at(GroupNorm(0.01, groups), [x], [gamma, beta])
    np.testing.assert_allclose(point.y, twin(x, groups, gamma, beta, 0.01), rtol=1e-11, atol=1e-13)
    check(point)


@pytest.mark.parametrize("groups", [1, 2, 6])
@pytest.mark.parametrize("shape", [(2, 5, 4, 6), (3, 9, 8, 6)])
def test_pytorch_agrees(shape, groups, at, normal, like_torch):
    x, gamma, beta = normal(0, shape, (6,), (6,))
    like_torch(at(GroupNorm(groups=groups), [x], [gamma, beta]), lambda F, x, *w: F.group_norm(x, groups, *w))


def test_channels_that_do_not_divide(refused):
    said = refused(GroupNorm(groups=4), (5, 5, 6))
    assert said == (
        "groupnorm cannot cut 6 channels into 4 equal groups\n"
        "  allowed: a divisor of the number of channels\n"
        "  try: groups: 3"
    )
