import numpy as np
import pytest

from fitcli.engine.metrics.ranking import auc, average_precision, top_k


@pytest.mark.parametrize("seed", range(3))
def test_top_k_by_sorting(answers, seed):
    a = answers(classes=7, seed=seed)
    for k, found in top_k(a.outputs, a.labels).items():
        hits = [label in sorted(range(7), key=lambda j: (-row[j], j))[: int(k)]
                for row, label in zip(a.outputs, a.labels, strict=True)]  # fmt: skip
        assert found == sum(hits) / len(hits)


def test_only_where_k_leaves_classes_out(answers):
    assert list(top_k(answers(classes=7).outputs, answers(classes=7).labels)) == ["2", "3", "5"]
    assert top_k(np.zeros((3, 2)), np.array([0, 1, 1])) == {}


def test_of_equal_outputs_the_first_class_counts():
    assert top_k(np.zeros((4, 4)), np.array([0, 1, 2, 3])) == {"2": 0.5, "3": 0.75}


@pytest.mark.parametrize("seed", range(3))
def test_auc_pair_by_pair(answers, seed):
    a = answers(60, seed=seed)
    for k in range(4):
        scores, positive = a.outputs[:, k], a.labels == k
        pairs = [(x > y) + (x == y) / 2 for x in scores[positive] for y in scores[~positive]]
        assert auc(scores, positive) == pytest.approx(np.mean(pairs), abs=1e-12)


def test_auc_of_one_kind_alone_does_not_exist():
    assert auc(np.array([0.1, 0.2]), np.array([True, True])) is None
    assert auc(np.array([0.1, 0.2]), np.array([False, False])) is None
    assert auc(np.array([0.1, 0.2]), np.array([False, True])) == 1
    assert auc(np.array([0.5, 0.5]), np.array([False, True])) == 0.5


@pytest.mark.parametrize("seed", range(3))
def test_average_precision_threshold_by_threshold(answers, seed):
    a = answers(60, seed=seed)
    for k in range(4):
        scores, positive = a.outputs[:, k], a.labels == k
        total, before = 0.0, 0.0
        for threshold in sorted(set(scores), reverse=True):
            taken = scores >= threshold
            recall = (taken & positive).sum() / positive.sum()
            total += (recall - before) * (taken & positive).sum() / taken.sum()
            before = recall
        assert average_precision(scores, positive) == pytest.approx(total, abs=1e-12)


def test_average_precision_at_its_ends():
    assert average_precision(np.array([0.1, 0.2]), np.array([False, False])) is None
    assert average_precision(np.array([0.1, 0.2]), np.array([False, True])) == 1
    assert average_precision(np.array([0.2, 0.1]), np.array([False, True])) == 0.5
    assert average_precision(np.array([0.5, 0.5, 0.5]), np.array([True, False, False])) == pytest.approx(1 / 3)


def test_as_scikit_learn_has_it(answers):
    metrics = pytest.importorskip("sklearn.metrics")
    a = answers(300, classes=6, seed=2, full=True)
    own = np.mean([auc(a.probabilities[:, k], a.labels == k) for k in range(6)])
    assert own == pytest.approx(metrics.roc_auc_score(a.labels, a.probabilities, multi_class="ovr", average="macro"))
    for k in range(6):
        wanted = metrics.average_precision_score(a.labels == k, a.outputs[:, k])
        assert average_precision(a.outputs[:, k], a.labels == k) == pytest.approx(wanted)
    smooth = a.outputs + np.random.default_rng(0).normal(0, 1e-3, a.outputs.shape)  # it breaks ties the other way
    for k, found in top_k(smooth, a.labels).items():
        assert found == pytest.approx(metrics.top_k_accuracy_score(a.labels, smooth, k=int(k)))
