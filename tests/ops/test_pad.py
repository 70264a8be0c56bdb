import numpy as np
import pytest

from fitcli.ops.pad import Pad

NUMPY = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
TORCH = NUMPY | {"replicate": "replicate", "circular": "circular"}


@pytest.mark.parametrize("mode", NUMPY)
@pytest.mark.parametrize("sides", [(1, 1, 1, 1), (2, 0, 1, 3), (0, 0, 0, 0)])
def test_three_witnesses_and_the_twin(mode, sides, at, check, normal, like_torch):
    op = Pad(sides, mode)
    point = at(op, [normal(0, (2, 3, 4, 2))])
    top, bottom, left, right = sides
    border = ((0, 0), (top, bottom), (left, right), (0, 0))
    np.testing.assert_array_equal(point.y, np.pad(point.xs[0], border, NUMPY[mode]))
    assert point.y.shape[1:] == op.shape((3, 4, 2))
    check(point)
    like_torch(point, lambda F, x: F.pad(x, (left, right, top, bottom), TORCH[mode]))


def test_a_border_wider_than_the_image(at, refused):
    assert refused(Pad((1, 3, 0, 0), "reflect"), (3, 4, 2)) == (
        "pad [1, 3, 0, 0] is too wide to fill by reflect from 3×4×2\n"
        "  allowed: up to 2 rows and 3 columns\n"
        "  try: mode: replicate"
    )
    assert "too wide" in refused(Pad((0, 0, 4, 0), "reflect"), (3, 4, 2))
    assert "too wide" in refused(Pad((0, 0, 5, 0), "circular"), (3, 4, 2))
    assert Pad((0, 0, 4, 3), "circular").shape((3, 4, 2)) == (3, 11, 2)
    assert Pad((9, 9, 9, 9), "replicate").shape((1, 1, 2)) == (19, 19, 2)
    np.testing.assert_array_equal(at(Pad((2, 2, 2, 2), "replicate"), [np.ones((1, 1, 1, 1))]).y, np.ones((1, 5, 5, 1)))


def test_a_vector_is_refused(refused):
    assert "pad needs an image" in refused(Pad((1, 1, 1, 1)), (64,))
