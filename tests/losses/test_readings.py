import numpy as np

from fitcli.losses.readings import shares, softmax


def test_softmax():
    x = np.random.default_rng(0).standard_normal((3, 4))
    np.testing.assert_allclose(softmax(x), np.exp(x) / np.exp(x).sum(1, keepdims=True), rtol=1e-14)
    np.testing.assert_array_equal(softmax(np.array([[1e5, 0.0]])), [[1, 0]])


def test_shares():
    found = shares(np.array([[0.2, 0.6, -0.5], [3.0, 0.5, 0.5], [-1.0, -2.0, 0.0]]))
    np.testing.assert_allclose(found, [[0.25, 0.75, 0], [0.5, 0.25, 0.25], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-15)
