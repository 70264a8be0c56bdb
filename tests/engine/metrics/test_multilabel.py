import numpy as np
import pytest

from fitcli.engine.metrics.multilabel import (
    class_hits,
    exact_match,
    hamming_loss,
    macro_scores,
    mean_average_precision,
    micro_scores,
)

LABELS = np.array([[1, 0, 1], [0, 0, 0], [1, 1, 0], [0, 1, 0]], bool)
PREDICTED = np.array([[1, 0, 1], [0, 0, 1], [1, 0, 0], [0, 1, 0]], bool)


def test_by_hand():
    assert exact_match(LABELS, PREDICTED) == 2 / 4 and hamming_loss(LABELS, PREDICTED) == 2 / 12
    hits = class_hits(LABELS, PREDICTED)
    assert hits.tolist() == [[2, 2, 2], [1, 2, 1], [1, 1, 2]]
    assert micro_scores(hits) == {"precision": 4 / 5, "recall": 4 / 5, "f1": 8 / 10}
    found = macro_scores(hits)
    assert found["precision"] == pytest.approx((1 + 1 + 1 / 2) / 3) and found["recall"] == pytest.approx((1 + 1 / 2 + 1) / 3)
    assert found["f1"] == pytest.approx((1 + 2 / 3 + 2 / 3) / 3)


@pytest.mark.parametrize("seed", range(3))
def test_counted_one_by_one(many_answers, seed):
    a = many_answers(40, seed=seed)
    rows = list(zip(a.labels.tolist(), a.predicted.astype(int).tolist()))
    assert exact_match(a.labels, a.predicted) == sum(t == p for t, p in rows) / 40
    assert hamming_loss(a.labels, a.predicted) == sum(x != y for t, p in rows for x, y in zip(t, p)) / 160
    hits = class_hits(a.labels > 0, a.predicted)
    for k in range(4):
        assert hits[k, 0] == sum(t[k] and p[k] for t, p in rows)
        assert hits[k, 1] == sum(t[k] for t, _ in rows) and hits[k, 2] == sum(p[k] for _, p in rows)


def test_a_class_that_is_not_there_is_left_out_of_means():
    hits = np.array([[2, 2, 4], [0, 0, 0]])
    assert macro_scores(hits) == {"precision": 0.5, "recall": 1.0, "f1": 2 / 3}
    assert macro_scores(np.zeros((2, 3), int))["f1"] is None and micro_scores(np.zeros((2, 3), int))["f1"] is None
    assert mean_average_precision(np.zeros((3, 2)), np.zeros((3, 2), np.uint8)) is None


def test_as_scikit_learn_has_it(many_answers):
    metrics = pytest.importorskip("sklearn.metrics")
    a = many_answers(300, full=True)
    assert exact_match(a.labels, a.predicted) == pytest.approx(metrics.accuracy_score(a.labels, a.predicted))
    assert hamming_loss(a.labels, a.predicted) == pytest.approx(metrics.hamming_loss(a.labels, a.predicted))
    hits = class_hits(a.labels > 0, a.predicted)
    for average, found in (("micro", micro_scores(hits)), ("macro", macro_scores(hits))):
        *wanted, _ = metrics.precision_recall_fscore_support(a.labels, a.predicted, average=average)
        assert [found["precision"], found["recall"], found["f1"]] == pytest.approx(wanted)
    wanted = metrics.average_precision_score(a.labels, a.shares, average="macro")
    assert mean_average_precision(a.shares, a.labels) == pytest.approx(wanted)
    assert mean_average_precision(a.outputs, a.labels) == pytest.approx(wanted)
