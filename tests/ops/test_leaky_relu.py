import numpy as np

from fitcli.ops.leaky_relu import LeakyReLU


def twin(x):
    return np.where(x > 0, x, 0.2 * x)


def slope(x):
    return np.where(x > 0, 1, 0.2)


def test_against_the_twin(dtype, twins):
    twins(LeakyReLU(0.2), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(LeakyReLU(), [grid]), lambda F, x: F.leaky_relu(x))
    like_torch(at(LeakyReLU(0.3), [grid]), lambda F, x: F.leaky_relu(x, 0.3))
    like_torch(at(LeakyReLU(-1.0), [grid]), lambda F, x: F.leaky_relu(x, -1.0))


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(LeakyReLU(), [[[np.nan]]]).y).all()
