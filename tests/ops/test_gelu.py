from math import erfc

import numpy as np

from fitcli.ops.gelu import GELU


def twin(x):
    return x * np.vectorize(erfc)(-x / 2**0.5) / 2


def slope(x):
    return np.vectorize(erfc)(-x / 2**0.5) / 2 + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)


def test_against_the_twin(dtype, twins):
    twins(GELU(), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(GELU(), [grid]), lambda F, x: F.gelu(x))


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(GELU(), [[[np.nan]]]).y).all()


def test_far_out_nothing_overflows(at, dtype):
    point = at(GELU(), [[[-1e4, 1e4]]], dtype=dtype)
    np.testing.assert_allclose(point.y, [[0, 10000.0]], rtol=1e-6)
    np.testing.assert_allclose(point.pull([[1.0, 1.0]])[0][0], [[0, 1]], rtol=1e-6)
