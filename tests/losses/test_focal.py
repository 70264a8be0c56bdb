import numpy as np

from fitcli.losses.binary_cross_entropy import BinaryCrossEntropy
from fitcli.losses.cross_entropy import CrossEntropy
from fitcli.losses.focal import Focal


def test_the_definition(losses):
    outputs, labels, w = np.random.default_rng(0).standard_normal((5, 3)), np.array([0, 2, 1, 1, 2]), [0.5, 1.0, 3.0]
    p = Focal().probabilities(outputs)[range(5), labels]
    found = losses(Focal(1.5, w), outputs, labels)
    np.testing.assert_allclose(found, -np.array(w)[labels] * (1 - p) ** 1.5 * np.log(p), rtol=1e-11)
    np.testing.assert_allclose(losses(Focal(0), outputs, labels), losses(CrossEntropy(), outputs, labels), rtol=1e-12)


def test_several_classes_an_image(losses):
    outputs, w = np.random.default_rng(0).standard_normal((4, 3)), [0.5, 1.0, 3.0]
    t = np.array([[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
    p = 1 / (1 + np.exp(-outputs))
    wanted = -np.array(w) * (t * (1 - p) ** 1.5 * np.log(p) + (1 - t) * p**1.5 * np.log(1 - p))
    np.testing.assert_allclose(losses(Focal(1.5, w), outputs, t), wanted.mean(1), rtol=1e-11)
    np.testing.assert_allclose(losses(Focal(0), outputs, t), losses(BinaryCrossEntropy(), outputs, t), rtol=1e-12)
