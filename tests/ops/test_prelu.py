import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.prelu import PReLU


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 6), min_size=1, max_size=3), channels=st.booleans())
def test_three_witnesses_at_odd_shapes(n, shape, channels, at, check, normal):
    assert PReLU().shape(tuple(shape)) == tuple(shape)
    x, slope = normal(n, (n, *shape), (shape[-1] if channels else 1,))
    point = at(PReLU(), [x], [slope])
    np.testing.assert_array_equal(point.y, np.where(x > 0, x, slope * x))
    check(point)


@pytest.mark.parametrize("slope", [[0.25], [0.1, -0.5, 0.0, 2.0]])
def test_pytorch_agrees(slope, at, grid, like_torch):
    like_torch(at(PReLU(), [grid], [slope]), lambda F, x, a: F.prelu(x, a))


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(PReLU(), [[[np.nan]]], [[0.5]]).y).all()
