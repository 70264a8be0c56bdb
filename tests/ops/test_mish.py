import numpy as np

from fitcli.ops.mish import Mish


def twin(x):
    return x * np.tanh(np.logaddexp(x, 0))


def slope(x):
    t = np.tanh(np.logaddexp(x, 0))
    return t + x * (1 - t * t) / (1 + np.exp(-x))


def test_against_the_twin(dtype, twins):
    twins(Mish(), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(Mish(), [grid]), lambda F, x: F.mish(x))


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(Mish(), [[[np.nan]]]).y).all()


def test_far_out_nothing_overflows(at, dtype):
    point = at(Mish(), [[[-1e4, 1e4]]], dtype=dtype)
    np.testing.assert_allclose(point.y, [[0, 10000.0]], rtol=1e-6)
    np.testing.assert_allclose(point.pull([[1.0, 1.0]])[0][0], [[0, 1]], rtol=1e-6)
