import numpy as np

from fitcli.ops.gelu import GELU
from fitcli.ops.gelu_tanh import GELUTanh


def twin(x):
    return x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def slope(x):
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    return (1 + np.tanh(u)) / 2 + x / 2 * (1 - np.tanh(u) ** 2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2)


def test_against_the_twin(dtype, twins):
    twins(GELUTanh(), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(GELUTanh(), [grid]), lambda F, x: F.gelu(x, approximate="tanh"))


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(GELUTanh(), [[[np.nan]]]).y).all()


def test_far_out_nothing_overflows(at, dtype):
    point = at(GELUTanh(), [[[-1e4, 1e4]]], dtype=dtype)
    np.testing.assert_allclose(point.y, [[0, 10000.0]], rtol=1e-6)
    np.testing.assert_allclose(point.pull([[1.0, 1.0]])[0][0], [[0, 1]], rtol=1e-6)


def test_it_is_near_the_exact_one(at, grid):
    assert np.abs(at(GELUTanh(), [grid]).y - at(GELU(), [grid]).y).max() < 1e-3
