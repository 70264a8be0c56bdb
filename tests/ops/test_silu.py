import numpy as np

from fitcli.ops.silu import SiLU


def twin(x):
    return x / (1 + np.exp(-x))


def slope(x):
    s = 1 / (1 + np.exp(-x))
    return s + x * s * (1 - s)


def test_against_the_twin(dtype, twins):
    twins(SiLU(), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(SiLU(), [grid]), lambda F, x: F.silu(x))


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(SiLU(), [[[np.nan]]]).y).all()


def test_far_out_nothing_overflows(at, dtype):
    point = at(SiLU(), [[[-1e4, 1e4]]], dtype=dtype)
    np.testing.assert_allclose(point.y, [[0, 10000.0]], rtol=1e-6)
    np.testing.assert_allclose(point.pull([[1.0, 1.0]])[0][0], [[0, 1]], rtol=1e-6)
