import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.mean_absolute_error import MeanAbsoluteError


@settings(max_examples=15, deadline=None, derandomize=True)
@given(n=st.integers(1, 5), classes=st.integers(1, 9))
def test_three_witnesses_at_odd_shapes(n, classes, at, check, normal):
    labels = np.arange(n) * 5 % classes
    point = at(MeanAbsoluteError(), [2 * normal(n, (n, classes))], labels=labels)
    wanted = np.abs(point.xs[0] - np.eye(classes)[labels]).mean(1)
    np.testing.assert_allclose(point.y, wanted, rtol=1e-12)
    check(point)


def test_the_slope_at_the_kink_is_0(at):
    point = at(MeanAbsoluteError(), [[[0.0, 1.0, 0.5, -1.0]]], labels=np.array([1]))
    np.testing.assert_array_equal(point.pull([1.0])[0][0], [[0, 0, 0.25, -0.25]])


def test_a_number_gone_bad_is_not_hidden(at):
    assert np.isnan(at(MeanAbsoluteError(), [[[0, np.nan, 1]]], labels=np.array([0])).y[0])


def test_pytorch_agrees(at, normal):
    torch = pytest.importorskip("torch")
    x, y_bar, labels = normal(0, (5, 4)), normal(1, (5,)), np.array([0, 3, 2, 2, 1])
    t = torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.l1_loss(t, torch.tensor(np.eye(4)[labels]), reduction="none").mean(1)
    y.backward(torch.tensor(y_bar))
    point = at(MeanAbsoluteError(), [x], labels=labels)
    np.testing.assert_allclose(point.y, y.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(point.pull(y_bar)[0][0], t.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_an_image_is_refused(refused):
    assert "needs a flat input, got 2×2×3" in refused(MeanAbsoluteError(), (2, 2, 3), ())
