import numpy as np
import pytest

from fitcli.ops.crop import Crop


@pytest.mark.parametrize("sides", [(1, 1, 1, 1), (2, 0, 1, 3), (0, 0, 0, 0), (4, 0, 0, 5)])
def test_three_witnesses_and_the_twin(sides, at, check, normal, like_torch):
    top, bottom, left, right = sides
    point = at(Crop(sides), [normal(0, (2, 5, 6, 2))])
    np.testing.assert_array_equal(point.y, point.xs[0][:, top : 5 - bottom, left : 6 - right])
    assert point.y.shape[1:] == Crop(sides).shape((5, 6, 2))
    check(point)
    like_torch(point, lambda F, x: F.pad(x, (-left, -right, -top, -bottom)))


def test_nothing_left(refused):
    assert refused(Crop((1, 2, 0, 0)), (3, 4, 2)) == (
        "crop [1, 2, 0, 0] leaves nothing of an image of 3×4×2\n  allowed: less than 3 rows and 4 columns in all"
    )
    assert "leaves nothing" in refused(Crop((0, 0, 9, 0)), (3, 4, 2))
    assert "crop needs an image" in refused(Crop((1, 1, 1, 1)), (64,))
