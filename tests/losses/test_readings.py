import numpy as np

from fitcli.losses.readings import ByShares, BySoftmax, sigmoid


def test_softmax():
    x = np.random.default_rng(0).standard_normal((3, 4))
    wanted = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    np.testing.assert_allclose(BySoftmax().probabilities(x), wanted, rtol=1e-14)
    np.testing.assert_array_equal(BySoftmax().probabilities(np.array([[1e5, 0.0]])), [[1, 0]])
    read = BySoftmax().reader(x)
    read()
    np.testing.assert_allclose(x, wanted, rtol=1e-14)


def test_shares():
    found = ByShares().probabilities(np.array([[0.2, 0.6, -0.5], [3.0, 0.5, 0.5], [-1.0, -2.0, 0.0]]))
    np.testing.assert_allclose(found, [[0.25, 0.75, 0], [0.5, 0.25, 0.25], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-15)


def test_sigmoid():
    x = np.random.default_rng(0).standard_normal((3, 4))
    np.testing.assert_allclose(sigmoid(x), 1 / (1 + np.exp(-x)), rtol=1e-15)
    np.testing.assert_array_equal(sigmoid(np.array([[1e5, -1e5, 0.0]])), [[1, 0, 0.5]])
