import numpy as np
import pytest

from fitcli.engine.metrics.calibration import BINS, brier, expected_calibration_error, reliability


@pytest.mark.parametrize("seed", range(3))
def test_brier_number_by_number(answers, seed):
    a = answers(seed=seed)
    slow = sum((p - (k == label)) ** 2 for row, label in zip(a.probabilities, a.labels, strict=True)
               for k, p in enumerate(row))  # fmt: skip
    assert brier(a.probabilities, a.labels) == pytest.approx(slow / len(a.labels), abs=1e-12)


def test_brier_at_its_ends():
    assert brier(np.eye(3), np.arange(3)) == 0
    assert brier(np.eye(3)[[1, 2, 0]], np.arange(3)) == 2


@pytest.mark.parametrize("seed", range(3))
def test_the_error_image_by_image(answers, seed):
    a = answers(seed=seed)
    right = a.predicted == a.labels
    slow = 0.0
    for k in range(BINS):
        inside = [i for i, row in enumerate(a.probabilities) if k / BINS < max(row) <= (k + 1) / BINS]
        slow += abs(sum(right[i] - max(a.probabilities[i]) for i in inside)) / len(right)
    assert expected_calibration_error(reliability(a.probabilities.max(1), right)) == pytest.approx(slow, abs=1e-12)


def test_bins():
    p = np.array([[1.0, 0.0], [0.5, 0.5], [0.6, 0.4], [0.62, 0.38]])
    rows = reliability(p.max(1), np.array([True, False, True, True]), bins=10)
    assert [(row["low"], row["high"], row["images"], row["accuracy"]) for row in rows] == [
        (0.4, 0.5, 1, 0.0), (0.5, 0.6, 1, 1.0), (0.6, 0.7, 1, 1.0), (0.9, 1.0, 1, 1.0),
    ]  # fmt: skip


def test_answers_that_are_as_often_right_as_they_say_have_no_error():
    p = np.tile([0.75, 0.25], (8, 1))
    right = np.array([True] * 6 + [False] * 2)
    assert expected_calibration_error(reliability(p.max(1), right)) == 0
    assert expected_calibration_error(reliability(p.max(1), ~right)) == 0.5


def test_as_scikit_learn_has_it(answers):
    calibration = pytest.importorskip("sklearn.calibration")
    metrics = pytest.importorskip("sklearn.metrics")
    a = answers(400, full=True)
    right = a.predicted == a.labels
    accuracy, confidence = calibration.calibration_curve(right, a.probabilities.max(axis=1), n_bins=BINS)
    rows = reliability(a.probabilities.max(1), right)
    assert [row["accuracy"] for row in rows] == pytest.approx(accuracy)
    assert [row["confidence"] for row in rows] == pytest.approx(confidence)
    p = a.probabilities[:, :2] / a.probabilities[:, :2].sum(axis=1, keepdims=True)
    binary = (a.labels == 1).astype(int)
    assert brier(p, binary) == pytest.approx(2 * metrics.brier_score_loss(binary, p[:, 1]))  # it adds one side only
