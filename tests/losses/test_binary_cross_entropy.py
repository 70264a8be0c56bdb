import numpy as np

from fitcli.losses.binary_cross_entropy import BinaryCrossEntropy


def test_each_class_by_itself(losses):
    outputs, labels = np.random.default_rng(0).standard_normal((5, 3)), [0, 2, 1, 1, 2]
    p, t = 1 / (1 + np.exp(-outputs)), np.eye(3)[labels]
    wanted = -(2.5 * t * np.log(p) + (1 - t) * np.log(1 - p)).mean(1)
    np.testing.assert_allclose(losses(BinaryCrossEntropy(2.5), outputs, labels), wanted, rtol=1e-12)
    np.testing.assert_allclose(BinaryCrossEntropy().probabilities(outputs), p / p.sum(1, keepdims=True), rtol=1e-12)
