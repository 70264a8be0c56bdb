import numpy as np

from fitcli.ops.hardsigmoid import HardSigmoid


def twin(x):
    return np.clip(x + 3, 0, 6) / 6


def slope(x):
    return np.where(abs(x) < 3, 1 / 6, 0)


def test_against_the_twin(dtype, twins):
    twins(HardSigmoid(), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    # Its own hardsigmoid takes 1/6 from float32 even for the derivative in float64, which leaves 8 digits.
    like_torch(at(HardSigmoid(), [grid]), lambda F, x: F.relu6(x + 3) / 6)


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(HardSigmoid(), [[[np.nan]]]).y).all()
