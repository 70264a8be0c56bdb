import numpy as np

from fitcli.losses.mse import MSE


def test_the_squared_distance_to_the_corner_of_the_label(losses):
    outputs, labels = np.random.default_rng(0).standard_normal((5, 4)), [0, 3, 1, 1, 2]
    wanted = ((outputs - np.eye(4)[labels]) ** 2).mean(1)
    np.testing.assert_allclose(losses(MSE(), outputs, labels), wanted, rtol=1e-13)


def test_the_right_corner_costs_nothing(losses):
    np.testing.assert_array_equal(losses(MSE(), np.eye(3), [0, 1, 2]), 0)


def test_outputs_are_clipped_and_scaled_to_probabilities():
    outputs = np.array([[0.2, 0.6, -0.5], [3.0, 0.5, 0.5], [-1.0, -2.0, 0.0]])
    wanted = [[0.25, 0.75, 0], [0.5, 0.25, 0.25], [1 / 3, 1 / 3, 1 / 3]]
    np.testing.assert_allclose(MSE().probabilities(outputs), wanted, rtol=1e-15)


def test_a_number_gone_bad_is_not_hidden(losses):
    assert np.isnan(losses(MSE(), [[0, np.nan, 1]], [0]))[0]
