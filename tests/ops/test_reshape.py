import numpy as np
import pytest

from fitcli.ops.reshape import Reshape


@pytest.mark.parametrize(
    ("x", "to", "y"),
    [
        ((4, 6, 2), (24, 2), (24, 2)),
        ((4, 6, 2), (-1, 2), (24, 2)),
        ((4, 6, 2), (2, -1, 4), (2, 6, 4)),
        ((48,), (4, 6, 2), (4, 6, 2)),
        ((4, 6, 2), (-1,), (48,)),
    ],
)
def test_shapes(x, to, y, at, check, normal):
    assert Reshape(to).shape(x) == y
    point = at(Reshape(to), [normal(0, (3, *x))])
    np.testing.assert_array_equal(point.y, point.xs[0].reshape(3, *y))
    check(point)


def test_it_moves_nothing(at, normal):
    tape = at(Reshape((6, 2)), [normal(0, (3, 12))]).tape()
    one, other = tape.value.values()
    assert np.shares_memory(one, other)


def test_what_does_not_fit(refused):
    assert refused(Reshape((5, 5)), (4, 6, 2)) == (
        "reshape cannot make [5, 5] of 4×6×2: that has 48 numbers\n  try: [-1] for a vector"
    )
    assert "sizes whose product divides 48" in refused(Reshape((-1, 5)), (4, 6, 2))
    assert "leaves more than one size open" in refused(Reshape((-1, 2, -1)), (4, 6, 2))
