import numpy as np

from fitcli.ops.softplus import Softplus


def twin(x):
    return np.logaddexp(2 * x, 0) / 2


def slope(x):
    return 1 / (1 + np.exp(-2 * x))


def test_against_the_twin(dtype, twins):
    twins(Softplus(2.0), dtype, twin, slope)


def test_pytorch_agrees(at, grid, like_torch):
    like_torch(at(Softplus(), [grid]), lambda F, x: F.softplus(x, threshold=1e3))
    like_torch(at(Softplus(0.5), [grid]), lambda F, x: F.softplus(x, 0.5, 1e3))


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(Softplus(), [[[np.nan]]]).y).all()


def test_far_out_nothing_overflows(at, dtype):
    point = at(Softplus(), [[[-1e4, 1e4]]], dtype=dtype)
    np.testing.assert_allclose(point.y, [[0, 10000.0]], rtol=1e-6)
    np.testing.assert_allclose(point.pull([[1.0, 1.0]])[0][0], [[0, 1]], rtol=1e-6)


def test_pytorch_cuts_it_to_x_far_out_and_so_differs_by_less_than_its_own_rounding(at, grid, like_torch):
    like_torch(at(Softplus(), [np.minimum(grid, 18)]), lambda F, x: F.softplus(x))
