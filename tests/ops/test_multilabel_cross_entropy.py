import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.multilabel_cross_entropy import MultilabelCrossEntropy
from fitcli.ops.sigmoid_cross_entropy import SigmoidCrossEntropy


def twin(positive, x, labels):
    losses = []
    for row, hot in zip(x, labels):
        total = 0.0
        for output, yes, w in zip(row, hot, positive):
            p = 1 / (1 + np.exp(-output))
            total -= w * np.log(p) if yes else np.log(1 - p)
        losses.append(total / len(row))
    return losses


def rows(n, classes, seed=0):
    return np.random.default_rng(seed).integers(0, 2, (n, classes), np.uint8)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(n=st.integers(1, 5), classes=st.integers(1, 9), positive=st.sampled_from([1.0, 0.3, 8.0]))
def test_three_witnesses_at_odd_shapes(n, classes, positive, at, check, normal):
    weights = tuple(positive * (1 + k % 3) for k in range(classes))
    labels = rows(n, classes, n)
    point = at(MultilabelCrossEntropy(weights), [3 * normal(n, (n, classes))], labels=labels)
    np.testing.assert_allclose(point.y, twin(weights, point.xs[0], labels), rtol=1e-10)
    check(point)


def test_one_hot_rows_are_one_class_an_image(at, normal):
    x, labels, weights = normal(0, (4, 3)), np.array([0, 2, 1, 2]), (1.0, 2.5, 0.5)
    one = at(SigmoidCrossEntropy(weights), [x], labels=labels)
    several = at(MultilabelCrossEntropy(weights), [x], labels=np.eye(3, dtype=np.uint8)[labels])
    np.testing.assert_array_equal(one.y, several.y)
    np.testing.assert_array_equal(one.pull(np.ones(4))[0][0], several.pull(np.ones(4))[0][0])


def test_all_classes_and_none(at):
    y = at(MultilabelCrossEntropy((1.0, 1.0)), [[[50, 50], [-50, -50]]], labels=np.array([[1, 1], [0, 0]], np.uint8)).y
    assert (y < 1e-20).all()


def test_huge_outputs_neither_overflow_nor_are_clamped(at, dtype):
    hot = np.array([[1, 0], [1, 0]], np.uint8)
    point = at(MultilabelCrossEntropy((1.0, 1.0)), [[[3e4, -3e4], [-3e4, 3e4]]], labels=hot, dtype=dtype)
    np.testing.assert_array_equal(point.y, [0, 3e4])
    np.testing.assert_array_equal(point.pull([1.0, 1.0])[0][0], [[0, 0], [-0.5, 0.5]])


@pytest.mark.parametrize(("bad", "yes"), [(np.nan, 0), (np.nan, 1), (np.inf, 0), (-np.inf, 1)])
def test_a_number_gone_bad_is_not_hidden(at, bad, yes):
    y = at(MultilabelCrossEntropy((1.0,) * 3), [[[0, bad, 1]]], labels=np.array([[1, yes, 0]], np.uint8)).y[0]
    assert not np.isfinite(y)


@pytest.mark.parametrize("positive", [(1.0,) * 4, (3.0,) * 4, (0.5, 1.0, 7.0, 2.0)])
def test_pytorch_agrees(at, normal, positive):
    torch = pytest.importorskip("torch")
    x, y_bar, labels = normal(0, (5, 4)), normal(1, (5,)), rows(5, 4)
    t = torch.tensor(x, requires_grad=True)
    loss = torch.nn.BCEWithLogitsLoss(reduction="none", pos_weight=torch.tensor(positive, dtype=torch.float64))
    y = loss(t, torch.tensor(labels, dtype=torch.float64)).mean(1)
    y.backward(torch.tensor(y_bar))
    point = at(MultilabelCrossEntropy(positive), [x], labels=labels)
    np.testing.assert_allclose(point.y, y.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(point.pull(y_bar)[0][0], t.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_what_does_not_fit_is_refused(refused):
    assert "needs a flat input, got 2×2×3" in refused(MultilabelCrossEntropy((1.0,)), (2, 2, 3), (2, 2, 3))
    assert "labels of the shape (4,) for outputs of the shape (3,)" in refused(MultilabelCrossEntropy((1.0,)), (3,), (4,))
