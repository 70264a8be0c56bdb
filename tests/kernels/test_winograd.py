"""Winograd's transforms against their matrices, and the whole against the plain sum over nine taps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels import winograd
from fitcli.kernels.panels import pack, panels_shape
from fitcli.kernels.winograd import transform_weights, winograd_slide, winograd_weights

# Points 0, 1, −1, 2, −2, ∞, as in the paper.
B_T = np.array([[4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0], [0, -2, -1, 2, 1, 0],
                [0, 2, -1, -2, 1, 0], [0, 4, 0, -5, 0, 1]], float)  # fmt: skip
G = np.array([[1 / 4, 0, 0], [-1 / 6, -1 / 6, -1 / 6], [-1 / 6, 1 / 6, -1 / 6], [1 / 24, 1 / 12, 1 / 6],
              [1 / 24, -1 / 12, 1 / 6], [0, 0, 1]])  # fmt: skip
A_T = np.array([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]], float)


def matrix(f, n):
    return np.array([f(*row) for row in np.eye(n)]).T


def test_the_maps_are_those_of_the_paper():
    np.testing.assert_array_equal(matrix(winograd._input, 6), B_T)
    np.testing.assert_array_equal(matrix(winograd._output, 6), A_T)


def test_the_maps_compute_a_convolution_in_one_dimension():
    """Y = Aᵀ [(G g) ⊙ (Bᵀ d)], and the gradient of g with its own maps."""
    rng = np.random.default_rng(0)
    d, g, z = rng.standard_normal(6), rng.standard_normal(3), rng.standard_normal(4)
    y = A_T @ ((G @ g) * (B_T @ d))
    np.testing.assert_allclose(y, [d[i : i + 3] @ g for i in range(4)], atol=1e-13)
    sums = matrix(winograd._weights, 6) @ ((matrix(winograd._gradient, 4) @ z) * (B_T @ d))
    np.testing.assert_allclose(sums, [d[i : i + 4] @ z for i in range(3)], atol=1e-13)


def transformed(w, dtype):
    """(G g Gᵀ) packed: [36, panel, k, lane]."""
    u = np.einsum("pa,abko,qb->pqko", G, w.astype("f8"), G).reshape(36, *w.shape[2:]).astype(dtype)
    out = np.zeros((36, *panels_shape(dtype, *w.shape[2:])), dtype)
    for p in range(36):
        pack(out[p], np.ascontiguousarray(u[p]))
    return out


@settings(max_examples=20, deadline=None, derandomize=True)
@given(code=st.sampled_from(["f4", "f8"]), c=st.integers(1, 20), o=st.integers(1, 20))
def test_transform_weights(code, c, o):
    dtype, w = np.dtype(code), np.random.default_rng(c).standard_normal((3, 3, c, o)).astype(code)
    turned = np.ascontiguousarray(w[::-1, ::-1].transpose(0, 1, 3, 2))
    for back, wanted in ((False, transformed(w, dtype)), (True, transformed(turned, dtype))):
        u = np.full(wanted.shape, np.nan, dtype)
        transform_weights(u, w, back)
        np.testing.assert_allclose(u, wanted, rtol=0, atol=10 * np.finfo(dtype).eps)


def up(n):
    """In whole tiles."""
    return -(-n // 4) * 4


def rows(n, stride):
    return np.arange(n, dtype=np.int64) * stride


def problem(rng, dtype, n, h, w, c, o, row, column):
    """x with a border in whole tiles after (row, column), NaN before it, which nobody may read."""
    x = np.full((n, row + up(h) + 2, column + up(w) + 2, c), np.nan, dtype)
    x[:, row:, column:] = rng.standard_normal((n, up(h) + 2, up(w) + 2, c))
    return x, rng.standard_normal((3, 3, c, o)).astype(dtype)


def slide_args(x, w, bias, y, most, row, column, clip):
    dtype, (c, o) = x.dtype, w.shape[2:]
    v, m, edge = (np.full(s, np.nan, dtype) for s in ((36, most, c), (36, most, o), (4, 4, o)))
    return (y, x, transformed(w, dtype), bias, v, m, edge, rows(most, c), rows(most, o), row, column, clip)


codes, places = st.sampled_from(["f4", "f8"]), st.tuples(st.integers(0, 2), st.integers(0, 2))
sizes = st.tuples(st.integers(1, 3), st.integers(1, 10), st.integers(1, 10), st.integers(1, 9), st.integers(1, 20))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(code=codes, size=sizes, most=st.integers(1, 9), at=places, biased=st.booleans(), clip=st.booleans())
def test_winograd_slide(code, size, most, at, biased, clip):
    rng, dtype, (n, h, w, c, o), (row, column) = np.random.default_rng(sum(size)), np.dtype(code), size, at
    x, weights = problem(rng, dtype, *size, row, column)
    bias = rng.standard_normal(o).astype(dtype) if biased else None
    wanted = np.zeros((n, h, w, o)) + (0 if bias is None else bias)
    for a, b in np.ndindex(3, 3):
        wanted += x[:, row + a : row + a + h, column + b : column + b + w].astype("f8") @ weights[a, b]
    y = np.full((n, h, w, o), np.nan, dtype)
    winograd_slide(*slide_args(x, weights, bias, y, most, row, column, clip))
    np.testing.assert_allclose(y, np.maximum(wanted, 0) if clip else wanted, rtol=0, atol=2000 * np.finfo(dtype).eps)


def weights_args(x, z_bar, w_bar, most, row, column, h, w):
    c, o = w_bar.shape[2:]
    v, z, sums = (np.full(s, np.nan, x.dtype) for s in ((36, most, c), (36, most, o), (36, c, o)))
    return (w_bar, x, z_bar, v, z, sums, rows(c, o), row, column, h, w)


def gradient_problem(rng, dtype, n, h, w, c, o, row, column):
    """z_bar with zeros up to the end of its tiles; whatever x holds there must not count."""
    x = rng.standard_normal((n, up(h) + 2, up(w) + 2, c)).astype(dtype)
    z_bar = np.full((n, row + up(h), column + up(w), o), np.nan, dtype)
    z_bar[:, row:, column:] = 0
    z_bar[:, row : row + h, column : column + w] = rng.standard_normal((n, h, w, o))
    return x, z_bar, rng.standard_normal((3, 3, c, o)).astype(dtype)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(code=codes, size=sizes, most=st.integers(1, 9), at=places)
def test_winograd_weights(code, size, most, at):
    rng, dtype, (n, h, w, c, o), (row, column) = np.random.default_rng(sum(size)), np.dtype(code), size, at
    x, z_bar, w_bar = gradient_problem(rng, dtype, *size, row, column)
    wanted = w_bar.astype("f8")
    for a, b in np.ndindex(3, 3):
        pixels = x[:, a : a + h, b : b + w].astype("f8")
        wanted[a, b] += np.einsum("nrqk,nrqo->ko", pixels, z_bar[:, row : row + h, column : column + w])
    winograd_weights(*weights_args(x, z_bar, w_bar, most, row, column, h, w))
    np.testing.assert_allclose(w_bar, wanted, rtol=0, atol=4000 * np.finfo(dtype).eps)


@pytest.mark.parametrize(("c", "o"), [(1, 1), (3, 5), (9, 17)])
def test_nothing_is_touched_outside(c, o, dtype, stays_inside):
    rng = np.random.default_rng(3)
    for n, h, w, most in ((1, 4, 4, 1), (2, 5, 7, 3)):
        x, weights = problem(rng, dtype, n, h, w, c, o, 0, 0)
        y, bias = np.full((n, h, w, o), np.nan, dtype), np.ones(o, dtype)
        stays_inside(winograd_slide, *slide_args(x, weights, bias, y, most, 0, 0, True))
        x, z_bar, w_bar = gradient_problem(rng, dtype, n, h, w, c, o, 0, 0)
        stays_inside(winograd_weights, *weights_args(x, z_bar, w_bar, most, 0, 0, h, w))
    stays_inside(transform_weights, transformed(weights, dtype), weights, False)
    stays_inside(transform_weights, np.zeros((36, *panels_shape(dtype, o, c)), dtype), weights, True)
