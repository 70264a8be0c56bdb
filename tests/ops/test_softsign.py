import numpy as np

from fitcli.ops.softsign import Softsign


def twin(x):
    return x / (1 + abs(x))


def slope(x):
    return 1 / (1 + abs(x)) ** 2


def test_against_the_twin(dtype, twins):
    twins(Softsign(), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(Softsign(), [grid]), lambda F, x: F.softsign(x))


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(Softsign(), [[[np.nan]]]).y).all()


def test_far_out_nothing_overflows(at, dtype):
    point = at(Softsign(), [[[-1e4, 1e4]]], dtype=dtype)
    np.testing.assert_allclose(point.y, [[-1, 1]], atol=2e-4)
    np.testing.assert_allclose(point.pull([[1.0, 1.0]])[0][0], [[0, 0]], atol=2e-4)
