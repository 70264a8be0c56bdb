from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels.quad import max_of_four, put_into_four

QUAD = [(0, 0), (0, 1), (1, 0), (1, 1)]
shapes = st.tuples(st.integers(1, 3), st.integers(2, 7), st.integers(2, 7), st.integers(1, 20))


def twin(x, y_bar):
    n, h, w, c = x.shape
    y, place, x_bar = (np.zeros(s) for s in (y_bar.shape, y_bar.shape, x.shape))
    for i, r, q, k in np.ndindex(n, h // 2, w // 2, c):
        four = [x[i, 2 * r + a, 2 * q + b, k] for a, b in QUAD]
        p = four.index(max(four))  # the first of equals
        y[i, r, q, k], place[i, r, q, k] = four[p], p
        x_bar[i, 2 * r + QUAD[p][0], 2 * q + QUAD[p][1], k] = y_bar[i, r, q, k]
    return y, place, x_bar


@settings(max_examples=40, deadline=None, derandomize=True)
@given(code=st.sampled_from(["f4", "f8"]), shape=shapes)
def test_against_the_twin(code, shape):
    rng = np.random.default_rng(sum(shape))
    n, h, w, c = shape
    x = rng.integers(-2, 3, shape).astype(code)
    y_bar = rng.standard_normal((n, h // 2, w // 2, c)).astype(code)
    y, place, x_bar = (np.full(s, np.nan, code) for s in (y_bar.shape, y_bar.shape, shape))
    max_of_four(y, place, x)
    put_into_four(x_bar, y_bar, place)
    for found, wanted in zip((y, place, x_bar), twin(x, y_bar), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_a_nan_in_any_place_is_the_largest(dtype):
    x = np.full((1, 2, 2, 4), np.inf, dtype)
    for k, (a, b) in enumerate(QUAD):
        x[0, a, b, k] = np.nan
    y, place = np.zeros((1, 1, 1, 4), dtype), np.full((1, 1, 1, 4), -1, dtype)
    max_of_four(y, place, x)
    assert np.isnan(y).all() and place.ravel().tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("shape", [(2, 2, 2, 1), (1, 5, 3, 7), (2, 4, 5, 17)])
def test_nothing_is_touched_outside(shape, dtype, stays_inside):
    n, h, w, c = shape
    x = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    y, place = np.zeros((n, h // 2, w // 2, c), dtype), np.zeros((n, h // 2, w // 2, c), dtype)
    stays_inside(max_of_four, y, place, x)
    stays_inside(put_into_four, x, y, place)
