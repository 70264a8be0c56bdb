import numpy as np
import pytest

from fitcli.ops.upsample_nearest import UpsampleNearest


@pytest.mark.parametrize("factor", [(2, 2), (1, 3), (4, 1), (1, 1)])
def test_three_witnesses_and_the_twin(factor, at, check, normal, like_torch):
    point = at(UpsampleNearest(factor), [normal(0, (2, 3, 4, 2))])
    np.testing.assert_array_equal(point.y, point.xs[0].repeat(factor[0], 1).repeat(factor[1], 2))
    assert point.y.shape[1:] == UpsampleNearest(factor).shape((3, 4, 2))
    check(point)
    like_torch(point, lambda F, x: F.interpolate(x, scale_factor=factor, mode="nearest"))


def test_a_vector_is_refused(refused):
    assert "upsample needs an image" in refused(UpsampleNearest(), (64,))
