import numpy as np

from fitcli.engine.metrics.answers import answered_right


def test_one_class_an_image():
    outputs = np.array([[0.1, 0.5, -1], [3, 1, 2], [0, 0, 0]])
    assert answered_right(outputs, np.array([1, 2, 0])).tolist() == [True, False, True]


def test_of_several_every_class_has_to_be_right():
    outputs = np.array([[0.1, -0.5], [3, 1], [-1, -2], [0.0, -1]], np.float32)
    labels = np.array([[1, 0], [1, 0], [0, 0], [1, 0]], np.uint8)
    assert answered_right(outputs, labels).tolist() == [True, False, True, True]
