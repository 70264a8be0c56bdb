from itertools import permutations

import numpy as np
import pytest

from fitcli.ops.permute import Permute


@pytest.mark.parametrize("order", [o for n in (1, 2, 3) for o in permutations(range(n))])
def test_every_order(order, at, check, normal):
    shape = (2, 3, 4)[: len(order)]
    point = at(Permute(order), [normal(0, (3, *shape))])
    np.testing.assert_array_equal(point.y, point.xs[0].transpose(0, *(1 + axis for axis in order)))
    assert point.y.shape[1:] == Permute(order).shape(shape)
    check(point)


def test_pytorch_agrees(at, normal, like_torch):
    """Its axes are counted with the batch and the channels first."""
    like_torch(at(Permute((1, 2, 0)), [normal(0, (2, 3, 4, 5))]), lambda F, x: x.permute(0, 2, 3, 1))


@pytest.mark.parametrize("order", [(0, 1), (0, 1, 1), (1, 2, 3), (0, 1, 2, 3)])
def test_what_is_no_order(order, refused):
    said = refused(Permute(order), (5, 6, 7))
    assert f"permute {list(order)} is no order of the 3 axes of 5×6×7" in said and "each of [0, 1, 2] once" in said
