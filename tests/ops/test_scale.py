import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.scale import Scale


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_three_witnesses_and_the_twin(n, shape, at, check, normal):
    assert Scale().shape(tuple(shape)) == tuple(shape)
    x, gamma = normal(n, (n, *shape), shape[-1:])
    point = at(Scale(), [x], [gamma])
    np.testing.assert_array_equal(point.y, gamma * x)
    check(point)


def test_pytorch_agrees(at, normal, like_torch):
    x, gamma = normal(0, (2, 3, 4, 5), (5,))
    like_torch(at(Scale(), [x], [gamma]), lambda F, x, gamma: x * gamma[:, None, None])
