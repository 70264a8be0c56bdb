import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.first import First


@settings(max_examples=8, deadline=None, derandomize=True)
@given(shape=st.tuples(*[st.integers(1, 6)] * 3))
def test_three_witnesses_and_the_twin_at_odd_shapes(shape, at, check, normal):
    point = at(First(), [normal(0, shape)])
    np.testing.assert_array_equal(point.y, point.xs[0][:, 0])
    check(point)


def test_pytorch_agrees(at, normal, like_torch):
    like_torch(at(First(), [normal(0, (3, 4, 5))]), lambda F, x: x[:, 0])


def test_a_vector_is_refused(refused):
    assert First().shape((50, 64)) == (64,)
    assert refused(First(), (64,)) == (
        "first_token needs tokens (tokens×features), got a vector of 64\n  try: put `first_token` before `flatten`"
    )
