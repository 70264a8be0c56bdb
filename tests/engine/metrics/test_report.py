import json

import numpy as np
import pytest

from fitcli.engine.metrics.report import report


def test_everything_is_there_and_is_json(answers):
    a = answers()
    found = report(a.outputs, a.probabilities, a.labels, a.classes)
    assert json.loads(json.dumps(found)) == found
    assert list(found) == [
        "accuracy", "top_k", "balanced_accuracy", "macro_f1", "auc", "brier", "ece", "classes", "confusion", "confused",
        "per_class", "reliability",
    ]  # fmt: skip
    assert found["accuracy"] == (a.predicted == a.labels).mean()
    assert np.array(found["confusion"]).sum() == len(a.labels) == sum(row["images"] for row in found["reliability"])
    areas = [scores["auc"] for scores in found["per_class"].values()]
    assert areas[-1] is None and found["auc"] == pytest.approx(np.mean(areas[:-1]))


def test_images_of_one_class_alone(answers):
    a = answers(20)
    found = report(a.outputs, a.probabilities, np.zeros(20, np.int64), a.classes)
    assert found["auc"] is None and found["balanced_accuracy"] == found["accuracy"]
