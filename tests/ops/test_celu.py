import numpy as np

from fitcli.ops.celu import CELU


def twin(x):
    return np.where(x > 0, x, 0.7 * np.expm1(np.minimum(x, 0) / 0.7))


def slope(x):
    return np.where(x > 0, 1, np.exp(np.minimum(x, 0) / 0.7))


def test_against_the_twin(dtype, twins):
    twins(CELU(0.7), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(CELU(), [grid]), lambda F, x: F.celu(x))
    like_torch(at(CELU(2.5), [grid]), lambda F, x: F.celu(x, 2.5))


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(CELU(), [[[np.nan]]]).y).all()


def test_far_out_nothing_overflows(at, dtype):
    point = at(CELU(), [[[-1e4, 1e4]]], dtype=dtype)
    np.testing.assert_allclose(point.y, [[-1, 10000.0]], rtol=1e-6)
    np.testing.assert_allclose(point.pull([[1.0, 1.0]])[0][0], [[0, 1]], rtol=1e-6)
