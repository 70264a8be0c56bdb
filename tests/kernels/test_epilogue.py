import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels.epilogue import add_columns, pull_epilogue

small, border = st.integers(1, 5), st.integers(0, 3)


def pulled(y_bar, y, top, bottom, left, right, clip):
    """y_bar, without what was clipped, inside a border of zeros; one number at a time."""
    n, h, w, c = y.shape
    z_bar = np.zeros((n, top + h + bottom, left + w + right, c), y.dtype)
    for i, r, q, k in np.ndindex(y.shape):
        if not clip or y[i, r, q, k] > 0:
            z_bar[i, top + r, left + q, k] = y_bar[i, r, q, k]
    return z_bar


def summed(total, z, top, left, height, width):
    out = total.astype("f8")
    for i in range(z.shape[0]):
        for r in range(height):
            for q in range(width):
                out += z[i, top + r, left + q]
    return out


def numbers(rng, shape, dtype):
    """Of both signs, with zeros among them, as behind a clip."""
    x = rng.standard_normal(shape).astype(dtype)
    x[rng.random(shape) < 0.3] = 0
    return x


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(["f4", "f8"]), st.tuples(small, small, small, small), st.tuples(border, border, border, border),
       st.booleans())  # fmt: skip
def test_against_the_twins(code, shape, borders, clip):
    rng, (top, bottom, left, right) = np.random.default_rng(sum(shape)), borders
    y_bar, y = (numbers(rng, shape, code) for _ in range(2))
    wanted = pulled(y_bar, y, *borders, clip)
    z_bar = np.full(wanted.shape, np.nan, code)
    pull_epilogue(z_bar, y_bar, y, top, left, clip)
    np.testing.assert_array_equal(z_bar, wanted)

    start = rng.standard_normal(shape[3]).astype(code)
    total = start.copy()
    add_columns(total, z_bar, top, left, shape[1], shape[2])
    wanted = summed(start, z_bar, top, left, shape[1], shape[2])
    np.testing.assert_allclose(total, wanted, atol=200 * np.finfo(code).eps)


def test_columns_outside_of_the_window_do_not_count(dtype):
    z = np.full((2, 5, 6, 3), np.nan, dtype)
    z[:, 1:3, 2:5] = 1
    total = np.zeros(3, dtype)
    add_columns(total, z, 1, 2, 2, 3)
    np.testing.assert_array_equal(total, 12)


def test_an_infinite_gradient_is_stopped_where_the_value_was_clipped(dtype):
    y, y_bar = np.array([0, 1], dtype).reshape(1, 1, 2, 1), np.full((1, 1, 2, 1), np.inf, dtype)
    z_bar = np.full((1, 1, 2, 1), np.nan, dtype)
    pull_epilogue(z_bar, y_bar, y, 0, 0, True)
    np.testing.assert_array_equal(z_bar.ravel(), [0, np.inf])


@pytest.mark.parametrize("clip", [False, True])
def test_nothing_is_touched_outside(clip, dtype, stays_inside):
    rng = np.random.default_rng(0)
    for c in (1, 3, 8, 17):
        y_bar, y = (numbers(rng, (2, 3, 5, c), dtype) for _ in range(2))
        stays_inside(pull_epilogue, np.full((2, 5, 8, c), np.nan, dtype), y_bar, y, 1, 2, clip)
        stays_inside(add_columns, np.zeros(c, dtype), y, 0, 0, 3, 5)
