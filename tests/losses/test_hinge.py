import numpy as np

from fitcli.losses.hinge import Hinge


def test_the_lead_over_the_strongest_rival(losses):
    outputs = [[3, 1, 0], [3, 2.5, 0], [0, 1, 5]]
    np.testing.assert_allclose(losses(Hinge(), outputs, [0, 0, 1]), [0, 0.5, 5])
    np.testing.assert_allclose(losses(Hinge(4), outputs, [0, 0, 1]), [2, 3.5, 8])
