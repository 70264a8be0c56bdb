import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.multiply_channels import MultiplyChannels


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_three_witnesses_and_the_twin(n, shape, at, check, normal):
    a, b = normal(n, (n, *shape), (n, shape[-1]))
    point = at(MultiplyChannels(), [a, b])
    np.testing.assert_array_equal(point.y, a * b.reshape(n, *[1] * (len(shape) - 1), -1))
    check(point)


def test_pytorch_agrees(at, normal, like_torch):
    point = at(MultiplyChannels(), normal(0, (2, 3, 4, 5), (2, 5)))
    like_torch(point, lambda F, a, b: a * b[:, :, None, None])


@pytest.mark.parametrize("b", [(4,), (1, 1, 5), (5, 5)])
def test_one_factor_for_each_channel(b, refused):
    said = refused(MultiplyChannels(), (3, 4, 5), b)
    assert said.startswith("multiply_channels needs one factor for each channel of 3×4×5, got ")
