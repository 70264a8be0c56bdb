"""Windows of 3 × 3 against numpy, one tap after the other."""

import numpy as np
import pytest

from fitcli.kernels.nine import nine_slide, nine_weights


@pytest.mark.parametrize(("width", "c"), [(1, 1), (2, 8), (4, 3), (7, 19), (9, 8), (70, 130)])  # the last in several blocks
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(("top", "left"), [(-1, -1), (0, 0), (-2, 0), (-5, -1), (1, -1)])
def test_every_tap(width, c, stride, top, left, met_pixels):
    h, height = 5, 3
    across = (width - 1 - left + 1 - 2) // stride + 1  # the last window reaches one column over the edge where it can
    if across < 1:
        pytest.skip("no window fits")
    rng = np.random.default_rng(width)
    x, w, bias = rng.standard_normal((2, h, width, c)), rng.standard_normal((3, 3, c)), rng.standard_normal(c)
    met = met_pixels(x, top, left, (stride, stride), (1, 1), (3, 3), height, across)
    zeros = np.full((width, c), np.nan)
    for turned in (False, True):
        for b, clip in ((bias, False), (None, True)):
            y = np.full((2, height, across, c), np.nan)
            nine_slide(y, x, zeros, w, b, top, left, stride, turned, clip)
            wanted = (0 if b is None else b) + sum(p * (w[::-1, ::-1] if turned else w)[tap] for tap, p in met.items())
            np.testing.assert_allclose(y, np.maximum(wanted, 0) if clip else wanted, rtol=0, atol=1e-13)

    w_bar = np.ones_like(w)
    nine_weights(w_bar, x, zeros, y, top, left, stride)
    for tap, pixels in met.items():
        np.testing.assert_allclose(w_bar[tap], 1 + (pixels * y).sum((0, 1, 2)), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("c", [3, 8, 13])
@pytest.mark.parametrize("stride", [1, 2])
def test_nothing_is_touched_beside_the_arrays(c, stride, dtype, stays_inside):
    rng = np.random.default_rng(c)
    x, w = rng.standard_normal((2, 5, 6, c)).astype(dtype), rng.standard_normal((3, 3, c)).astype(dtype)
    y, zeros = np.zeros((2, 5 // stride, 6 // stride, c), dtype), np.zeros((6, c), dtype)
    stays_inside(nine_slide, y, x, zeros, w, w[0, 0].copy(), -1, -1, stride, False, True)
    stays_inside(nine_weights, w, x, zeros, y, -1, -1, stride)
