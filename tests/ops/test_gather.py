from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from fitcli.ops.gather import Gather


@dataclass(frozen=True)
class Table(Gather):
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    def shape(self, x):
        return self._gathered(x)

    def places(self, axis, n):
        return np.array((self.rows, self.columns)[axis])


@pytest.mark.parametrize(
    ("rows", "columns"), [((0, 0, 2), (1,)), ((-1, 1, -1), (3, 3, 0, 3)), ((-1,), (0,)), ((2, 1, 0), (-1, 2))]
)
def test_copies_and_zeros(rows, columns, at, check, normal):
    op = Table(rows, columns)
    point = at(op, [normal(0, (2, 3, 4, 2))])
    assert op.shape((3, 4, 2)) == point.y.shape[1:] == (len(rows), len(columns), 2)
    for r, q in np.ndindex(len(rows), len(columns)):
        wanted = point.xs[0][:, rows[r], columns[q]] if min(rows[r], columns[q]) >= 0 else 0
        np.testing.assert_array_equal(point.y[:, r, q], np.broadcast_to(wanted, (2, 2)))
    check(point)


def test_the_gradient_of_a_pixel_sums_over_its_copies(at):
    point = at(Table((1, 1, 1, -1), (0, 0)), [np.zeros((1, 2, 1, 1))])
    np.testing.assert_array_equal(point.pull(np.ones((1, 4, 2, 1)))[0][0].ravel(), [0, 6])
