import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.multilabel_cross_entropy import MultilabelCrossEntropy
from fitcli.ops.multilabel_focal import MultilabelFocal


def twin(weights, gamma, x, labels):
    losses = []
    for row, hot in zip(x, labels):
        total = 0.0
        for output, yes, w in zip(row, hot, weights):
            p = 1 / (1 + np.exp(-output))
            right = p if yes else 1 - p
            total -= w * (1 - right) ** gamma * np.log(right)
        losses.append(total / len(row))
    return losses


def rows(n, classes, seed=0):
    return np.random.default_rng(seed).integers(0, 2, (n, classes), np.uint8)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(n=st.integers(1, 5), classes=st.integers(1, 9), gamma=st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.7]))
def test_three_witnesses_at_odd_shapes(n, classes, gamma, at, check, normal):
    weights, labels = tuple(np.abs(normal(n, (classes,))).tolist()), rows(n, classes, n)
    point = at(MultilabelFocal(weights, gamma), [2 * normal(1, (n, classes))], labels=labels)
    np.testing.assert_allclose(point.y, twin(weights, gamma, point.xs[0], labels), rtol=1e-10)
    check(point)


def test_gamma_0_is_cross_entropy(at, normal):
    x, labels, y_bar = normal(0, (6, 4)), rows(6, 4), normal(1, (6,))
    ours = at(MultilabelFocal((1.0,) * 4, 0.0), [x], labels=labels)
    plain = at(MultilabelCrossEntropy((1.0,) * 4), [x], labels=labels)
    np.testing.assert_allclose(ours.y, plain.y, rtol=1e-13)
    np.testing.assert_allclose(ours.pull(y_bar)[0][0], plain.pull(y_bar)[0][0], rtol=1e-12)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_certainty_either_way_stays_finite(at, dtype, gamma):
    hot = np.array([[1, 0], [0, 1]], np.uint8)
    point = at(MultilabelFocal((1.0, 1.0), gamma), [[[3e4, -3e4]] * 2], labels=hot, dtype=dtype)
    np.testing.assert_array_equal(point.y, [0, 3e4])
    np.testing.assert_allclose(point.pull([1.0, 1.0])[0][0], [[0, 0], [0.5, -0.5]], atol=1e-6)


@pytest.mark.parametrize(("bad", "yes"), [(np.nan, 0), (np.nan, 1), (np.inf, 0), (-np.inf, 1)])
def test_a_number_gone_bad_is_not_hidden(at, bad, yes):
    y = at(MultilabelFocal((1.0,) * 3), [[[0, bad, 1]]], labels=np.array([[1, yes, 0]], np.uint8)).y[0]
    assert not np.isfinite(y)


def test_pytorch_agrees(at, normal):
    torch = pytest.importorskip("torch")
    x, y_bar, labels, w = normal(0, (5, 4)), normal(1, (5,)), rows(5, 4), (0.5, 2.0, 1.0, 0.1)
    t = torch.tensor(x, requires_grad=True)
    hot = torch.tensor(labels, dtype=torch.float64)
    plain = torch.nn.functional.binary_cross_entropy_with_logits(t, hot, reduction="none")
    y = (torch.tensor(w, dtype=torch.float64) * (1 - torch.exp(-plain)) ** 1.5 * plain).mean(1)  # as torchvision has it
    y.backward(torch.tensor(y_bar))
    point = at(MultilabelFocal(w, 1.5), [x], labels=labels)
    np.testing.assert_allclose(point.y, y.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(point.pull(y_bar)[0][0], t.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_what_does_not_fit_is_refused(refused):
    assert "labels of the shape (4,) for outputs of the shape (3,)" in refused(MultilabelFocal((1.0,)), (3,), (4,))
