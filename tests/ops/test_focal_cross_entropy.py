import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.focal_cross_entropy import FocalCrossEntropy
from fitcli.ops.softmax_cross_entropy import SoftmaxCrossEntropy


def twin(w, gamma, x, labels):
    p = np.exp(x - x.max(1, keepdims=True))
    p = (p / p.sum(1, keepdims=True))[np.arange(len(x)), labels]
    return -np.asarray(w)[labels] * (1 - p) ** gamma * np.log(p)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(n=st.integers(1, 5), classes=st.integers(2, 9), gamma=st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.7]))
def test_three_witnesses_at_odd_shapes(n, classes, gamma, at, check, normal):
    w, labels = tuple(np.abs(normal(n, (classes,))).tolist()), np.arange(n) * 5 % classes
    point = at(FocalCrossEntropy(w, gamma), [normal(1, (n, classes))], labels=labels)
    np.testing.assert_allclose(point.y, twin(w, gamma, point.xs[0], labels), rtol=1e-11)
    check(point)


def test_gamma_0_is_cross_entropy(at, normal):
    x, labels, y_bar = normal(0, (6, 4)), np.array([0, 1, 2, 3, 3, 0]), normal(1, (6,))
    ours = at(FocalCrossEntropy((1.0,) * 4, 0.0), [x], labels=labels)
    plain = at(SoftmaxCrossEntropy(), [x], labels=labels)
    np.testing.assert_allclose(ours.y, plain.y, rtol=1e-13)
    np.testing.assert_allclose(ours.pull(y_bar)[0][0], plain.pull(y_bar)[0][0], rtol=1e-12)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_certainty_either_way_stays_finite(at, dtype, gamma):
    point = at(FocalCrossEntropy((1.0,) * 3, gamma), [[[3e4, 0, -3e4]] * 2], labels=np.array([0, 2]), dtype=dtype)
    np.testing.assert_array_equal(point.y, [0, 6e4])
    np.testing.assert_allclose(point.pull([1.0, 1.0])[0][0], [[0, 0, 0], [1, 0, -1]], atol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_gone_bad_is_not_hidden(at, bad):
    assert not np.isfinite(at(FocalCrossEntropy((1.0,) * 3), [[[0, bad, 1]]], labels=np.array([0])).y[0])


def test_pytorch_agrees(at, normal):
    torch = pytest.importorskip("torch")
    x, y_bar, labels = normal(0, (5, 4)), normal(1, (5,)), np.array([0, 3, 2, 2, 1])
    w = (0.5, 2.0, 1.0, 0.1)
    t = torch.tensor(x, requires_grad=True)
    log_p = torch.log_softmax(t, 1)[torch.arange(5), torch.tensor(labels)]
    y = -torch.tensor(w, dtype=torch.float64)[labels] * (1 - log_p.exp()) ** 1.5 * log_p
    y.backward(torch.tensor(y_bar))
    point = at(FocalCrossEntropy(w, 1.5), [x], labels=labels)
    np.testing.assert_allclose(point.y, y.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(point.pull(y_bar)[0][0], t.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_an_image_is_refused(refused):
    assert "needs a flat input, got 2×2×3" in refused(FocalCrossEntropy((1.0,) * 3), (2, 2, 3), ())
