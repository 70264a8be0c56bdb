import numpy as np
import pytest

from fitcli.engine.metrics.confusion import (
    balanced_accuracy,
    class_scores,
    confusion_matrix,
    macro_f1,
    mean_of,
    most_confused,
)


@pytest.mark.parametrize("seed", range(3))
def test_counted_one_by_one(answers, seed):
    a = answers(seed=seed)
    found = confusion_matrix(a.labels, a.predicted, 5)
    for i in range(5):
        for j in range(5):
            assert found[i, j] == sum((t, p) == (i, j) for t, p in zip(a.labels, a.predicted, strict=True))


def test_scores_by_hand():
    confusion = np.array([[2, 1, 0], [1, 1, 0], [1, 0, 2]])
    assert class_scores(confusion, 0) == {"images": 3, "precision": 2 / 4, "recall": 2 / 3, "f1": 4 / 7}
    assert balanced_accuracy(confusion) == pytest.approx((2 / 3 + 1 / 2 + 2 / 3) / 3)
    assert macro_f1(confusion) == pytest.approx((4 / 7 + 1 / 2 + 4 / 5) / 3)


def test_what_has_nothing_to_divide_by_is_left_out_of_means():
    confusion = np.array([[1, 1, 0], [0, 0, 0], [0, 0, 0]])
    assert class_scores(confusion, 1) == {"images": 0, "precision": 0.0, "recall": None, "f1": 0.0}
    assert class_scores(confusion, 2) == {"images": 0, "precision": None, "recall": None, "f1": None}
    assert balanced_accuracy(confusion) == 0.5 and macro_f1(confusion) == pytest.approx((2 / 3 + 0) / 2)
    assert mean_of([None, None]) is None


def test_the_worst_mistakes_first():
    confusion = np.array([[5, 2, 0], [3, 1, 0], [0, 2, 9]])
    assert most_confused(confusion, ("ant", "bee", "cow"), most=2) == [
        {"true": "bee", "predicted": "ant", "images": 3, "share": 3 / 4},
        {"true": "ant", "predicted": "bee", "images": 2, "share": 2 / 7},
    ]
    assert most_confused(np.diag([1, 2]), ("ant", "bee")) == []


@pytest.mark.parametrize("full", [True, False])
def test_as_scikit_learn_has_it(answers, full):
    metrics = pytest.importorskip("sklearn.metrics")
    a = answers(seed=4, full=full)
    confusion = confusion_matrix(a.labels, a.predicted, 5)
    assert (confusion == metrics.confusion_matrix(a.labels, a.predicted, labels=range(5))).all()
    with pytest.warns(UserWarning) if not full else pytest.MonkeyPatch.context():  # a class without images
        assert balanced_accuracy(confusion) == pytest.approx(metrics.balanced_accuracy_score(a.labels, a.predicted))
    assert macro_f1(confusion) == pytest.approx(metrics.f1_score(a.labels, a.predicted, average="macro"))
    scores = metrics.precision_recall_fscore_support(a.labels, a.predicted, labels=range(5), zero_division=0)
    for k, (precision, recall, f1, images) in enumerate(zip(*scores, strict=True)):
        own = class_scores(confusion, k)
        assert [own["precision"] or 0, own["recall"] or 0, own["f1"] or 0] == pytest.approx([precision, recall, f1])
        assert own["images"] == images
