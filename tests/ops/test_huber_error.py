import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.huber_error import HuberError


def twin(delta, x, labels):
    a = np.abs(x - np.eye(x.shape[1])[labels])
    return np.where(a <= delta, a**2 / 2, delta * (a - delta / 2)).mean(1)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(n=st.integers(1, 5), classes=st.integers(1, 9), delta=st.sampled_from([0.25, 1.0, 3.0]))
def test_three_witnesses_at_odd_shapes(n, classes, delta, at, check, normal):
    labels = np.arange(n) * 5 % classes
    point = at(HuberError(delta), [2 * normal(n, (n, classes))], labels=labels)
    np.testing.assert_allclose(point.y, twin(delta, point.xs[0], labels), rtol=1e-12)
    check(point)


def test_slopes_are_continuous_at_delta(at):
    point = at(HuberError(0.5), [[[0.5, -0.5, 1.0]]], labels=np.array([2]))
    np.testing.assert_allclose(point.pull([3.0])[0][0], [[0.5, -0.5, 0]], rtol=1e-15)


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(HuberError(), [[[0, np.nan, 1]]], labels=np.array([0])).y[0])


@pytest.mark.parametrize("delta", [0.3, 1.0])
def test_pytorch_agrees(at, normal, delta):
    torch = pytest.importorskip("torch")
    x, y_bar, labels = normal(0, (5, 4)), normal(1, (5,)), np.array([0, 3, 2, 2, 1])
    t = torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.huber_loss(t, torch.tensor(np.eye(4)[labels]), reduction="none", delta=delta).mean(1)
    y.backward(torch.tensor(y_bar))
    point = at(HuberError(delta), [x], labels=labels)
    np.testing.assert_allclose(point.y, y.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(point.pull(y_bar)[0][0], t.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_an_image_is_refused(refused):
    assert "needs a flat input, got 2×2×3" in refused(HuberError(), (2, 2, 3), ())
