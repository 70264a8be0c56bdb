import numpy as np

from fitcli.ops.relu6 import ReLU6


def twin(x):
    return np.clip(x, 0, 6)


def slope(x):
    return ((x > 0) & (x < 6)).astype("f8")


def test_against_the_twin(dtype, twins):
    twins(ReLU6(), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(ReLU6(), [grid]), lambda F, x: F.relu6(x))


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(ReLU6(), [[[np.nan]]]).y).all()
