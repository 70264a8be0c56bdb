"""The loops against numpy; borders, strides and dilations are met by the op's own tests."""

import numpy as np
import pytest

from fitcli.kernels.depthwise import depthwise_slide, depthwise_weights


@pytest.mark.parametrize(("width", "c"), [(1, 1), (5, 3), (6, 8), (13, 19)])
@pytest.mark.parametrize("clip", [False, True])
def test_rows_of_every_length(width, c, clip):
    rng = np.random.default_rng(width)
    x, w, bias = rng.standard_normal((2, 4, width + 2, c)), rng.standard_normal((3, 3, c)), rng.standard_normal(c)
    y = np.full((2, 2, width, c), np.nan)
    row = (width + 2) * c
    depthwise_slide(y, x, w, bias, 0, 0, 0, c, c, row, width * c, row, c, 3 * c, c, 3, 3, 2, width, clip)
    wanted = bias + sum(x[:, a : a + 2, b : b + width] * w[a, b] for a in range(3) for b in range(3))
    np.testing.assert_allclose(y, np.maximum(wanted, 0) if clip else wanted, rtol=0, atol=1e-13)

    w_bar = np.ones_like(w)
    depthwise_weights(w_bar, x, y, 0, c, row, width * c, row, c, 2, width)
    for a in range(3):
        for b in range(3):
            np.testing.assert_allclose(w_bar[a, b], 1 + (x[:, a : a + 2, b : b + width] * y).sum((0, 1, 2)), rtol=1e-12)
