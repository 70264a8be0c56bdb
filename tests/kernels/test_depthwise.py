"""The loops against numpy, one tap after the other."""

import numpy as np
import pytest

from fitcli.kernels.depthwise import depthwise_slide, depthwise_weights


@pytest.mark.parametrize(("width", "c"), [(1, 1), (5, 3), (6, 8), (13, 19)])
@pytest.mark.parametrize("rows", [0, 3])  # of a block, beyond those of one window
@pytest.mark.parametrize("clip", [False, True])
def test_blocks_of_rows_and_parts_of_channels(width, c, rows, clip, met_pixels):
    stride, dilation, taps, top, left, height = (2, 1), (1, 2), (3, 2), -1, -2, 4
    rng = np.random.default_rng(width)
    x, w, bias = rng.standard_normal((2, 7, width, c)), rng.standard_normal((*taps, c)), rng.standard_normal(c)
    met = met_pixels(x, top, left, stride, dilation, taps, height, width)
    y, block = np.full((2, height, width, c), np.nan), np.full((3 + rows, width + 2, min(c, 8)), np.nan)
    depthwise_slide(y, x, block, w, bias, top, left, *stride, *dilation, 0, width * c, c, 0, 2 * c, c, *taps, height, width, clip)
    wanted = bias + sum(pixels * w[tap] for tap, pixels in met.items())
    np.testing.assert_allclose(y, np.maximum(wanted, 0) if clip else wanted, rtol=0, atol=1e-13)

    w_bar = np.ones_like(w)
    depthwise_weights(w_bar, x, block, y, top, left, *stride, *dilation)
    for tap, pixels in met.items():
        np.testing.assert_allclose(w_bar[tap], 1 + (pixels * y).sum((0, 1, 2)), rtol=1e-12)


@pytest.mark.parametrize("c", [3, 8, 13])
def test_nothing_is_touched_beside_the_arrays(c, dtype, stays_inside):
    rng = np.random.default_rng(c)
    x, w = rng.standard_normal((2, 5, 6, c)).astype(dtype), rng.standard_normal((2, 3, c)).astype(dtype)
    y, block = np.zeros((2, 6, 6, c), dtype), np.zeros((3, 8, min(c, 8)), dtype)
    stays_inside(depthwise_slide, y, x, block, w, w[0, 0].copy(), -1, -1, 1, 1, 1, 1, 0, 6 * c, c, 0, 3 * c, c, 2, 3, 6, 6, True)
    stays_inside(depthwise_weights, w, x, block, y, -1, -1, 1, 1, 1, 1)
