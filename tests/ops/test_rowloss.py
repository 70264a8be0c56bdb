from dataclasses import dataclass

import numpy as np
import pytest

from fitcli.ops.rowloss import RowLoss, row_products, scale_rows


def test_against_the_twins(dtype, normal):
    a, b, f = (x.astype(dtype) for x in normal(0, (4, 5), (4, 5), (4,)))
    y, scaled = np.full(4, np.nan, dtype), a.copy()
    row_products(y, a, b)
    scale_rows(scaled, f)
    np.testing.assert_allclose(y, (a * b).sum(1), rtol=1e-5 if dtype == "f4" else 1e-13)
    np.testing.assert_allclose(scaled, a * f[:, None], rtol=1e-6)


def test_slopes_are_all_that_an_op_has_to_say(at, check, normal):
    @dataclass(frozen=True)
    class Square(RowLoss):
        def forward(self, y, x, labels, s):
            y[...] = (x**2).sum(1) + x[np.arange(len(x)), labels]

        def slopes(self, d, x, labels):
            d[...] = 2 * x
            d[np.arange(len(x)), labels] += 1

    check(at(Square(), [normal(0, (3, 4))], labels=np.array([0, 3, 3])))


def test_nothing_is_not_silent():
    with pytest.raises(NotImplementedError):
        RowLoss().slopes(None, None, None)
