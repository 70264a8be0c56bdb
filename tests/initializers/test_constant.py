import numpy as np

from fitcli.initializers.constant import Constant, Ones, Zeros


def test_they_fill(draw):
    np.testing.assert_array_equal(draw(Constant(0.5), (2, 3)), np.full((2, 3), 0.5))
    np.testing.assert_array_equal(draw(Zeros(), (2, 3)), np.zeros((2, 3)))
    np.testing.assert_array_equal(draw(Ones(), (2, 3)), np.ones((2, 3)))
