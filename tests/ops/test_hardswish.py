import numpy as np

from fitcli.ops.hardswish import HardSwish


def twin(x):
    return x * np.clip(x + 3, 0, 6) / 6


def slope(x):
    return np.where(x <= -3, 0, np.where(x >= 3, 1, x / 3 + 0.5))


def test_against_the_twin(dtype, twins):
    twins(HardSwish(), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(HardSwish(), [grid]), lambda F, x: F.hardswish(x))


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(HardSwish(), [[[np.nan]]]).y).all()
