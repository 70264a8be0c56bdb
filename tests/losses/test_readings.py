import numpy as np
import pytest

from fitcli.losses.readings import ByShares, BySoftmax, logarithms, powers, sigmoid, tempered


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


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
def test_of_a_softmax_a_temperature_divides_the_outputs(temperature):
    outputs = np.random.default_rng(0).normal(0, 2, (400, 5))
    e = np.exp(outputs / temperature)
    wanted = e / e.sum(axis=1, keepdims=True)
    found = tempered(BySoftmax().probabilities(outputs), temperature)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
    assert (found.argmax(axis=1) == outputs.argmax(axis=1)).all()
    BySoftmax().reader(outputs, temperature)()
    np.testing.assert_allclose(outputs, wanted, rtol=1e-12)


def test_probabilities_of_zero_have_logarithms():
    logs = logarithms(np.array([[1.0, 0.0]]))
    assert logs[0, 0] == 0 and -800 < logs[0, 1] < -700
    np.testing.assert_allclose(powers(np.log([[0.2, 0.8]]), 2), [[0.04 / 0.68, 0.64 / 0.68]], rtol=1e-15)
