from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.moments import normalize_chain, normalize_forward, normalize_vjp, take_moments
from fitcli.ops.rowmoments import rows_chain, rows_forward, rows_vjp


@settings(max_examples=20, deadline=None, derandomize=True)
@given(code=st.sampled_from(["f4", "f8"]), rows=st.integers(1, 5), k=st.sampled_from([1, 2, 7, 64, 255, 256, 257, 600]),
       centred=st.booleans(), params=st.integers(0, 2))  # fmt: skip
def test_what_moments_does_where_all_lies_side_by_side(code, rows, k, centred, params, normal):
    x, d, gamma, beta = (a.astype(code) for a in normal(k, (rows, k), (rows, k), (k,), (k,)))
    x += 2
    w = (gamma, beta, None, None)[: params] + (None,) * (2 - params)
    empty = lambda *shape: np.full(shape, np.nan, code)  # noqa: E731
    wide = lambda a: a.reshape(rows, 1, 1, k)  # noqa: E731
    tolerance = {"rtol": 0, "atol": 200 * np.finfo(code).eps}

    wanted, mean, inverse = empty(rows, 1, 1, k), empty(rows, 1), empty(rows, 1)
    take_moments(mean, inverse, wide(x), 0.1, centred)
    normalize_forward(wanted, wide(x), mean, inverse, *w)
    y, own_mean, own_inverse = empty(rows, k), empty(rows, 1), empty(rows, 1)
    rows_forward(y, own_mean, own_inverse, x, 0.1, centred, *w)
    for found, value in ((y, wanted.reshape(rows, k)), (own_mean, mean), (own_inverse, inverse)):
        np.testing.assert_allclose(found, value, **tolerance)

    z = empty(rows, k)
    normalize_chain(wanted, wide(d), wide(x), mean, inverse, w[0], centred, empty(rows, 1), empty(rows, 1))
    rows_chain(z, d, x, mean, inverse, w[0], centred)
    np.testing.assert_allclose(z, wanted.reshape(rows, k), **tolerance)

    sums = [np.ones(k, code) for _ in range(4)]
    normalize_vjp(sums[0], sums[1] if params == 2 else None, wide(d), wide(x), mean, inverse)
    rows_vjp(sums[2], sums[3] if params == 2 else None, d, x, mean, inverse)
    np.testing.assert_allclose(sums[2], sums[0], **tolerance)
    np.testing.assert_allclose(sums[3], sums[1], **tolerance)


@pytest.mark.parametrize("k", [64, 5000])
def test_a_large_mean_does_not_swallow_the_deviation(k, normal):
    x = (normal(0, (2, k)) + 3000).astype("f4")
    y, mean, inverse = np.zeros_like(x), np.zeros((2, 1), "f4"), np.zeros((2, 1), "f4")
    rows_forward(y, mean, inverse, x, 1e-12, True, None, None)
    np.testing.assert_allclose(inverse[:, 0], 1 / x.astype("f8").std(1), rtol=1e-4)
