import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.softmax_cross_entropy import SoftmaxCrossEntropy
from fitcli.ops.target_cross_entropy import TargetCrossEntropy


def op_of(table, offset=0.0):
    return TargetCrossEntropy(tuple(map(tuple, np.asarray(table, float).tolist())), offset)


def twin(table, offset, x, labels):
    log_p = x - x.max(1, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(1, keepdims=True))
    return offset - (np.asarray(table)[labels] * log_p).sum(1)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(n=st.integers(1, 5), classes=st.integers(1, 9), offset=st.sampled_from([0.0, -0.7]))
def test_three_witnesses_at_odd_shapes(n, classes, offset, at, check, normal):
    table, labels = np.abs(normal(n, (classes, classes))), np.arange(n) * 5 % classes
    point = at(op_of(table, offset), [3 * normal(1, (n, classes))], labels=labels)
    np.testing.assert_allclose(point.y, twin(table, offset, point.xs[0], labels), rtol=1e-12, atol=1e-12)
    check(point, tolerance=1e-4)


def test_the_identity_table_is_softmax_cross_entropy(at, normal):
    x, labels, y_bar = normal(0, (6, 4)), np.array([0, 1, 2, 3, 3, 0]), normal(1, (6,))
    ours, plain = at(op_of(np.eye(4)), [x], labels=labels), at(SoftmaxCrossEntropy(), [x], labels=labels)
    np.testing.assert_allclose(ours.y, plain.y, rtol=1e-13)
    np.testing.assert_allclose(ours.pull(y_bar)[0][0], plain.pull(y_bar)[0][0], rtol=1e-12)


def test_huge_outputs_neither_overflow_nor_are_clamped(at, dtype):
    point = at(op_of(np.eye(3)), [[[3e4, 0, -3e4]] * 2], labels=np.array([0, 2]), dtype=dtype)
    np.testing.assert_array_equal(point.y, [0, 6e4])
    np.testing.assert_allclose(point.pull([1.0, 1.0])[0][0], [[0, 0, 0], [1, 0, -1]], atol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_gone_bad_is_not_hidden(at, bad):
    assert not np.isfinite(at(op_of(np.eye(3)), [[[0, bad, 1]]], labels=np.array([0])).y[0])


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weighted", [False, True])
def test_pytorch_agrees(at, normal, smoothing, weighted):
    torch = pytest.importorskip("torch")
    x, y_bar, labels = normal(0, (5, 4)), normal(1, (5,)), np.array([0, 3, 2, 2, 1])
    w = np.array([0.5, 2.0, 1.0, 0.1]) if weighted else np.ones(4)
    table = (1 - smoothing) * np.diag(w) + smoothing / 4 * w
    point = at(op_of(table), [x], labels=labels)
    t = torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.cross_entropy(
        t, torch.tensor(labels), torch.tensor(w), reduction="none", label_smoothing=smoothing
    )
    y.backward(torch.tensor(y_bar))
    np.testing.assert_allclose(point.y, y.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(point.pull(y_bar)[0][0], t.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_an_image_is_refused(refused):
    assert "needs a flat input, got 2×2×3" in refused(op_of(np.eye(3)), (2, 2, 3), ())
