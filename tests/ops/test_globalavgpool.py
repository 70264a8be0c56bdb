import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.globalavgpool import GlobalAvgPool, average, spread


def test_against_the_twins(dtype, normal):
    x, y_bar = (a.astype(dtype) for a in normal(0, (2, 3, 5, 7), (2, 7)))
    y, x_bar = np.full((2, 7), np.nan, dtype), np.full_like(x, np.nan)
    average(y, x)
    spread(x_bar, y_bar)
    for n, k in np.ndindex(2, 7):
        total = sum(float(x[n, r, q, k]) for r in range(3) for q in range(5))
        assert abs(y[n, k] - total / 15) < 8 * np.finfo(dtype).eps
        np.testing.assert_allclose(x_bar[n, :, :, k], y_bar[n, k] / 15, atol=np.finfo(dtype).eps)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(shape=st.tuples(*[st.integers(1, 6)] * 4))
def test_three_witnesses_at_odd_shapes(shape, at, check, normal):
    check(at(GlobalAvgPool(), [normal(1, shape)]))


def test_a_vector_is_refused(refused):
    assert GlobalAvgPool().shape((7, 7, 64)) == (64,)
    assert refused(GlobalAvgPool(), (64,)) == (
        "globalavgpool needs an image (height×width×channels), got a vector of 64\n"
        "  try: put `globalavgpool` before `flatten`"
    )


def test_tokens_are_pixels(at, check, normal):
    assert GlobalAvgPool().shape((49, 64)) == (64,)
    x = normal(0, (3, 7, 5))
    point = at(GlobalAvgPool(), [x])
    np.testing.assert_array_equal(point.y, at(GlobalAvgPool(), [x[:, :, None]]).y)
    check(point)
