import json

import numpy as np
import pytest

from fitcli.engine.metrics.multireport import multireport


def test_everything_is_there_and_is_json(many_answers):
    a = many_answers()
    found = multireport(a.shares, a.labels, a.classes)
    assert json.loads(json.dumps(found)) == found
    assert list(found) == [
        "threshold", "accuracy", "hamming_loss", "macro_precision", "macro_recall", "macro_f1", "micro_precision",
        "micro_recall", "micro_f1", "map", "auc", "brier", "ece", "labels_per_image", "classes", "per_class", "reliability",
    ]  # fmt: skip
    assert found["accuracy"] == (a.labels == a.predicted).all(1).mean()
    assert sum(row["images"] for row in found["reliability"]) == a.labels.size
    assert found["labels_per_image"] == {"true": a.labels.sum(1).mean(), "predicted": a.predicted.sum(1).mean()}
    nobody = found["per_class"]["d"]
    assert nobody["images"] == 0 and nobody["auc"] is None and nobody["average_precision"] is None
    assert nobody["predicted"] == a.predicted[:, 3].sum()


def test_another_threshold(many_answers):
    a = many_answers()
    strict, lax = (multireport(a.shares, a.labels, a.classes, t) for t in (0.9, 0.1))
    assert strict["threshold"] == 0.9 and strict["micro_recall"] < lax["micro_recall"]
    assert strict["micro_precision"] > lax["micro_precision"] and strict["map"] == lax["map"]
    assert lax["micro_recall"] == pytest.approx((a.labels * (a.shares >= 0.1)).sum() / a.labels.sum())


def test_as_scikit_learn_has_it(many_answers):
    metrics, calibration = pytest.importorskip("sklearn.metrics"), pytest.importorskip("sklearn.calibration")
    a = many_answers(300, full=True)
    found = multireport(a.shares, a.labels, a.classes)
    assert found["auc"] == pytest.approx(metrics.roc_auc_score(a.labels, a.shares, average="macro"))
    each = [metrics.brier_score_loss(a.labels[:, k], a.shares[:, k]) for k in range(4)]
    assert found["brier"] == pytest.approx(np.mean(each))
    for k, name in enumerate(a.classes):
        own = found["per_class"][name]
        assert own["average_precision"] == pytest.approx(metrics.average_precision_score(a.labels[:, k], a.shares[:, k]))
        assert own["f1"] == pytest.approx(metrics.f1_score(a.labels[:, k], a.predicted[:, k]))
    right, said = calibration.calibration_curve(a.labels.reshape(-1), a.shares.reshape(-1), n_bins=15)
    assert [row["accuracy"] for row in found["reliability"]] == pytest.approx(right)
    assert [row["confidence"] for row in found["reliability"]] == pytest.approx(said)
