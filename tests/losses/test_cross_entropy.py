import numpy as np
import pytest

from fitcli.autodiff.graph import Builder
from fitcli.losses.cross_entropy import CrossEntropy


def test_minus_the_logarithm_of_the_right_probability(losses):
    outputs, labels = np.random.default_rng(0).standard_normal((5, 4)) * 3, [0, 3, 1, 1, 2]
    p = np.exp(outputs) / np.exp(outputs).sum(1, keepdims=True)
    np.testing.assert_allclose(losses(CrossEntropy(), outputs, labels), -np.log(p[range(5), labels]), rtol=1e-12)
    np.testing.assert_allclose(CrossEntropy().probabilities(outputs), p, rtol=1e-12)


def test_guessing_gives_the_logarithm_of_the_number_of_classes(losses):
    np.testing.assert_allclose(losses(CrossEntropy(), np.full((2, 10), 7.0), [0, 9]), np.log(10), rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_outputs_neither_overflow_nor_are_clamped(losses, dtype):
    found = losses(CrossEntropy(), [[3e4, 0, -3e4], [3e4, 0, -3e4]], [0, 2], dtype)
    np.testing.assert_array_equal(found, [0, 6e4])
    p = CrossEntropy().probabilities(np.array([[3e4, 0, -3e4], [-3e4, -3e4, -3e4]]))
    np.testing.assert_allclose(p, [[1, 0, 0], [1 / 3] * 3], rtol=1e-15)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_gone_bad_is_not_hidden(losses, bad):
    assert not np.isfinite(losses(CrossEntropy(), [[0, bad, 1]], [0]))[0]


def test_smoothing_and_weights(losses):
    outputs, labels = np.random.default_rng(0).standard_normal((5, 3)), np.array([0, 2, 1, 1, 2])
    w = np.array([0.5, 1.0, 3.0])
    log_p = np.log(CrossEntropy().probabilities(outputs))
    hard = -(w * log_p)[range(5), labels]
    np.testing.assert_allclose(losses(CrossEntropy(weights=w.tolist()), outputs, labels), hard, rtol=1e-12)
    found = losses(CrossEntropy(smoothing=0.3, weights=w.tolist()), outputs, labels)
    np.testing.assert_allclose(found, 0.7 * hard + 0.1 * -(w * log_p).sum(1), rtol=1e-12)
    soft = losses(CrossEntropy(0.3), outputs, labels)
    np.testing.assert_allclose(soft, -0.7 * log_p[range(5), labels] - 0.1 * log_p.sum(1), rtol=1e-12)


def test_without_them_it_is_the_plain_op():
    g = Builder(2)
    node = CrossEntropy(weights=[1.0, 1.0]).build(g, g.input("y", (2,)), g.input("labels", (), "i8"))
    assert node.op.name == "softmax_cross_entropy"
