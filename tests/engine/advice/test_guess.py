from math import log

import numpy as np
import pytest

from fitcli.engine.advice.guess import best_answers, best_guess
from fitcli.losses import LOSSES
from fitcli.losses.binary_cross_entropy import BinaryCrossEntropy
from fitcli.losses.cross_entropy import CrossEntropy


def test_even_classes():
    found = best_guess(CrossEntropy(), [5] * 10)
    assert found.loss == pytest.approx(log(10)) and found.share == 0.1 and found.words == "ln 10"


def test_uneven_classes():
    found = best_guess(CrossEntropy(), [9, 1])
    assert found.loss == pytest.approx(-0.9 * log(0.9) - 0.1 * log(0.1)) and found.share == 0.9
    assert found.words == "the entropy of the classes' shares"


@pytest.mark.parametrize(
    ("smoothing", "weights"), [(0.0, None), (0.2, None), (0.0, [1.0, 3.0, 0.5]), (0.1, [2.0, 1.0, 4.0])]
)
def test_no_constant_answer_is_better(smoothing, weights):
    """The loss at the answer itself, and at answers near it, with the loss of the spec."""
    counts, loss = [2, 5, 3], CrossEntropy(smoothing, weights)
    found = best_guess(loss, counts).loss
    rng = np.random.default_rng(0)
    w = np.array(loss.class_weights(3))

    def at(p):
        rows = (1 - smoothing) * np.diag(w) + smoothing / 3 * w  # [label, class]
        return -(np.array(counts) / 10) @ rows @ np.log(p)

    t = w * ((1 - smoothing) * np.array(counts) / 10 + smoothing / 3)
    assert at(t / t.sum()) == pytest.approx(found)
    assert all(at(p) > found for p in rng.dirichlet(np.ones(3), 50))


def test_where_there_is_nothing_to_say():
    assert best_guess(LOSSES["mse"](), [1, 1]) is None
    assert best_guess(CrossEntropy(), [0, 0]) is None and best_guess(CrossEntropy(), [3]) is None
    assert best_guess(CrossEntropy(), [3, 0]) is None  # its loss is 0: nothing to be stuck at


@pytest.mark.parametrize("positive", [1.0, [1.0, 4.0, 0.5]])
def test_of_several_classes_no_constant_answers_are_better(positive):
    labels = np.array([[1, 0, 1]] * 3 + [[0, 0, 1]] * 5 + [[1, 1, 1]] * 2, np.uint8)
    loss = BinaryCrossEntropy(positive)
    found, w = best_answers(loss, labels), np.array(loss.class_weights(3))

    def at(p):
        return -(w * labels * np.log(p) + (1 - labels) * np.log(1 - p)).mean()

    s = labels.mean(0)
    best = w * s / (w * s + 1 - s)
    assert at(np.clip(best, 0, 1 - 1e-12)) == pytest.approx(found.loss)
    assert all(at(p) > found.loss for p in np.random.default_rng(0).uniform(0.01, 0.99, (50, 3)))
    assert found.share == ((best >= 0.5) == labels).all(1).mean() and found.words == "the entropy of the classes' shares"


def test_of_several_classes_with_nothing_to_say():
    assert best_answers(LOSSES["focal"](), np.ones((2, 2), np.uint8)) is None
    assert best_answers(BinaryCrossEntropy(), np.zeros((0, 2), np.uint8)) is None
    assert best_answers(BinaryCrossEntropy(), np.array([[1, 0]] * 3, np.uint8)) is None  # its loss is 0
