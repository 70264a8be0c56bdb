import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.sigmoid_cross_entropy import SigmoidCrossEntropy


def twin(positive, x, labels):
    p, t = 1 / (1 + np.exp(-x)), np.eye(x.shape[1])[labels]
    return -(positive * t * np.log(p) + (1 - t) * np.log(1 - p)).mean(1)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(n=st.integers(1, 5), classes=st.integers(1, 9), positive=st.sampled_from([1.0, 0.3, 8.0]))
def test_three_witnesses_at_odd_shapes(n, classes, positive, at, check, normal):
    labels = np.arange(n) * 5 % classes
    weights = tuple(positive * (1 + k % 3) for k in range(classes))
    point = at(SigmoidCrossEntropy(weights), [3 * normal(n, (n, classes))], labels=labels)
    np.testing.assert_allclose(point.y, twin(np.array(weights), point.xs[0], labels), rtol=1e-10)
    check(point)


def test_huge_outputs_neither_overflow_nor_are_clamped(at, dtype):
    point = at(SigmoidCrossEntropy((1.0, 1.0)), [[[3e4, -3e4], [-3e4, 3e4]]], labels=np.array([0, 0]), dtype=dtype)
    np.testing.assert_array_equal(point.y, [0, 3e4])
    np.testing.assert_array_equal(point.pull([1.0, 1.0])[0][0], [[0, 0], [-0.5, 0.5]])


@pytest.mark.parametrize(("bad", "label"), [(np.nan, 0), (np.nan, 1), (np.inf, 0), (-np.inf, 1)])
def test_a_number_gone_bad_is_not_hidden(at, bad, label):
    y = at(SigmoidCrossEntropy((1.0,) * 3), [[[0, bad, 1]]], labels=np.array([label])).y[0]
    assert not np.isfinite(y)


@pytest.mark.parametrize("positive", [1.0, 3.0])
def test_pytorch_agrees(at, normal, positive):
    torch = pytest.importorskip("torch")
    x, y_bar, labels = normal(0, (5, 4)), normal(1, (5,)), np.array([0, 3, 2, 2, 1])
    t = torch.tensor(x, requires_grad=True)
    weight = torch.tensor([positive], dtype=torch.float64)
    hot = torch.tensor(np.eye(4)[labels])
    y = torch.nn.functional.binary_cross_entropy_with_logits(t, hot, reduction="none", pos_weight=weight).mean(1)
    y.backward(torch.tensor(y_bar))
    point = at(SigmoidCrossEntropy((positive,) * 4), [x], labels=labels)
    np.testing.assert_allclose(point.y, y.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(point.pull(y_bar)[0][0], t.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_an_image_is_refused(refused):
    assert "needs a flat input, got 2×2×3" in refused(SigmoidCrossEntropy((1.0,)), (2, 2, 3), ())
