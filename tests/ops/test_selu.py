import numpy as np

from fitcli.ops.selu import ALPHA, SCALE, SELU


def twin(x):
    return np.where(x > 0, SCALE * x, SCALE * ALPHA * np.expm1(np.minimum(x, 0)))


def slope(x):
    return np.where(x > 0, SCALE, SCALE * ALPHA * np.exp(np.minimum(x, 0)))


def test_against_the_twin(dtype, twins):
    twins(SELU(), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(SELU(), [grid]), lambda F, x: F.selu(x))


def test_mean_and_variance_of_a_standard_normal_stay(normal, at):
    y = at(SELU(), [normal(0, (1000, 1000))]).y
    assert abs(y.mean()) < 4e-3
    assert abs(y.var() - 1) < 6e-3
