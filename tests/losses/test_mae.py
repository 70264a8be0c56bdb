import numpy as np

from fitcli.losses.mae import MAE


def test_the_distance_to_the_corner_of_the_label(losses):
    outputs, labels = np.random.default_rng(0).standard_normal((5, 4)), [0, 3, 1, 1, 2]
    wanted = np.abs(outputs - np.eye(4)[labels]).mean(1)
    np.testing.assert_allclose(losses(MAE(), outputs, labels), wanted, rtol=1e-13)
    np.testing.assert_array_equal(losses(MAE(), np.eye(3), [0, 1, 2]), 0)
