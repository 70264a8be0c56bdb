"""L X Lᵀ by emitted vector code against matrices."""

from __future__ import annotations

import numpy as np
import pytest

from fitcli.kernels.grid import ADD, BIAS, SET, grid_map
from fitcli.kernels.lazy import inner
from fitcli.kernels.target import tile

CANARY = -321.0


def linear(a, b, c):
    return a + 2 * b, a - c, 0.5 * c - b, b


MATRIX = np.array([linear(*row) for row in np.eye(3)]).T
to_set, to_add, to_bias = (grid_map(linear, 3, 4, mode) for mode in (SET, ADD, BIAS))


@inner
def run_set(zero, x, xr, xc, y, yr, yc, bias, clip, channels):
    to_set(zero, x, xr, xc, y, yr, yc, bias, clip, channels)


@inner
def run_add(zero, x, xr, xc, y, yr, yc, bias, clip, channels):
    to_add(zero, x, xr, xc, y, yr, yc, bias, clip, channels)


@inner
def run_bias(zero, x, xr, xc, y, yr, yc, bias, clip, channels):
    to_bias(zero, x, xr, xc, y, yr, yc, bias, clip, channels)


RUNS = {SET: run_set, ADD: run_add, BIAS: run_bias}


def call(mode, x, y, bias, clip, channels):
    """x [3, 3, ≥ channels] and y [4, 4, ≥ channels] with whatever lies between their channels."""
    size = x.itemsize
    strides = [x.strides[0] // size, x.strides[1] // size], [y.strides[0] // size, y.strides[1] // size]
    at_bias = 0 if bias is None else bias.ctypes.data
    RUNS[mode](x.dtype.type(0), x.ctypes.data, *strides[0], y.ctypes.data, *strides[1], at_bias, int(clip), channels)


def wanted(mode, x, y, bias, clip, channels):
    out = np.einsum("pi,ijk,qj->pqk", MATRIX, x[..., :channels].astype("f8"), MATRIX)
    if mode == ADD:
        out += y[..., :channels]
    if mode == BIAS:
        out += 0 if bias is None else bias[:channels]
        out = np.maximum(out, 0) if clip else out
    return out


MODES = [(SET, 0, 0), (ADD, 0, 0), (BIAS, 0, 0), (BIAS, 1, 0), (BIAS, 0, 1), (BIAS, 1, 1)]


@pytest.mark.parametrize(("mode", "biased", "clip"), MODES)
def test_every_remainder_of_channels(mode, biased, clip, dtype):
    rng = np.random.default_rng(0)
    for channels in range(1, 3 * tile().lanes(dtype.itemsize) + 2):
        x, y = rng.standard_normal((3, 3, channels + 2)).astype(dtype), np.full((4, 4, channels + 3), CANARY, dtype)
        y[..., :channels] = rng.standard_normal((4, 4, channels))
        bias = rng.standard_normal(channels).astype(dtype) if biased else None
        expected = wanted(mode, x, y, bias, clip, channels)
        call(mode, x, y, bias, clip, channels)
        np.testing.assert_allclose(y[..., :channels], expected, rtol=0, atol=100 * np.finfo(dtype).eps)
        assert (y[..., channels:] == CANARY).all()


def test_rows_and_columns_are_not_exchanged(dtype):
    """An x that is not symmetric, at a place of its own."""
    x, y = np.zeros((3, 3, 1), dtype), np.zeros((4, 4, 1), dtype)
    x[0, 2] = 1
    call(SET, x, y, None, False, 1)
    np.testing.assert_array_equal(y[..., 0], np.outer(MATRIX[:, 0], MATRIX[:, 2]))


@pytest.mark.parametrize("clip", [False, True])
def test_a_nan_stays_in_its_channel_and_passes_the_clip(clip, dtype):
    x, y = np.ones((3, 3, 5), dtype), np.zeros((4, 4, 5), dtype)
    x[1, 1, 2] = np.nan
    call(BIAS, x, y, None, clip, 5)
    meets = MATRIX[:, 1] != 0
    assert np.isnan(y[np.ix_(meets, meets)][..., 2]).all()
    assert np.isfinite(y[..., [0, 1, 3, 4]]).all()


@pytest.mark.parametrize("channels", [1, 3, 8, 9])
def test_nothing_is_touched_outside(channels, dtype, fenced, in_child):
    rng = np.random.default_rng(1)
    x, y, bias = (rng.standard_normal(s).astype(dtype) for s in ((3, 3, channels), (4, 4, channels), (channels,)))
    for mode in RUNS:
        call(mode, x, y.copy(), bias, True, channels)

    def run():
        for mode in RUNS:
            for side in ("end", "start"):
                call(mode, fenced(x, side), fenced(y, side), fenced(bias, side), True, channels)

    assert in_child(run) == ""
