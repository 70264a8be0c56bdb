import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.concat import Concat


@settings(max_examples=10, deadline=None, derandomize=True)
@given(shape=st.lists(st.integers(1, 3), max_size=2), channels=st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_three_witnesses_and_the_twin(shape, channels, at, check, normal):
    xs = [normal(c, (2, *shape, c)) for c in channels]
    point = at(Concat(), xs)
    assert point.y.shape == (2, *Concat().shape(*(x.shape[1:] for x in xs)))
    np.testing.assert_array_equal(point.y, np.concatenate(xs, -1))
    check(point)


def test_pytorch_agrees(at, normal, like_torch):
    torch = pytest.importorskip("torch")
    like_torch(at(Concat(), normal(0, (2, 3, 4, 1), (2, 3, 4, 5), (2, 3, 4, 2))), lambda F, *xs: torch.cat(xs, 1))


@pytest.mark.parametrize("other", [(4, 6, 2), (5, 5, 2), (6, 2), (60,)])
def test_branches_of_different_sizes(other, refused):
    said = refused(Concat(), (5, 6, 2), (5, 6, 3), other)
    assert said.startswith("concat needs inputs that differ in their channels only, got 5×6×2 and 5×6×3 and ")
