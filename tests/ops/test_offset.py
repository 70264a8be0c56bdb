import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.offset import Offset


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 5), min_size=1, max_size=3))
def test_three_witnesses_and_the_twin_at_odd_shapes(n, shape, at, check, normal):
    assert Offset().shape(tuple(shape)) == tuple(shape)
    x, w = normal(0, (n, *shape), tuple(shape))
    point = at(Offset(), [x], [w])
    np.testing.assert_array_equal(point.y, x + w)
    check(point)


def test_pytorch_agrees(at, normal, like_torch):
    x, w = normal(0, (3, 4, 5), (4, 5))
    like_torch(at(Offset(), [x], [w]), lambda F, x, w: x + w)
