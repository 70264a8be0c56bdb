import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.multiclass_hinge import MulticlassHinge


def twin(margin, x, labels):
    return [max(0, margin + max(np.delete(row, label)) - row[label]) for row, label in zip(x, labels, strict=True)]


@settings(max_examples=15, deadline=None, derandomize=True)
@given(n=st.integers(1, 5), classes=st.integers(2, 9), margin=st.sampled_from([0.5, 1.0, 4.0]))
def test_three_witnesses_at_odd_shapes(n, classes, margin, at, check, normal):
    labels = np.arange(n) * 5 % classes
    point = at(MulticlassHinge(margin), [normal(n, (n, classes))], labels=labels)
    np.testing.assert_allclose(point.y, twin(margin, point.xs[0], labels), rtol=1e-12, atol=1e-15)
    check(point)


@pytest.mark.parametrize(
    ("x", "label", "y", "slopes"),
    [
        ([5, 1, 2], 0, 0, [0, 0, 0]),  # far enough ahead
        ([2, 1, 1], 0, 0, [0, 0, 0]),  # exactly the margin: the kink
        ([1, 1, 1], 0, 1, [-1, 1, 0]),  # a tie: the first rival
        ([1, 1, 1], 1, 1, [1, -1, 0]),
        ([0, 3, 2], 2, 2, [0, 1, -1]),
    ],
)
def test_by_hand(at, x, label, y, slopes):
    point = at(MulticlassHinge(), [[x]], labels=np.array([label]))
    assert point.y[0] == y
    np.testing.assert_array_equal(point.pull([1.0])[0][0], [slopes])


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_number_gone_bad_is_not_hidden(at, place):
    x = np.zeros((1, 3))
    x[0, place] = np.nan
    assert np.isnan(at(MulticlassHinge(), [x], labels=np.array([1])).y[0])


def test_pytorch_agrees(at, normal):
    torch = pytest.importorskip("torch")
    x, y_bar, labels = normal(0, (5, 4)), normal(1, (5,)), np.array([0, 3, 2, 2, 1])
    t = torch.tensor(x, requires_grad=True)
    hot = torch.tensor(np.eye(4)[labels], dtype=torch.bool)
    y = torch.relu(1 + t.masked_fill(hot, -torch.inf).max(1).values - t[hot])
    y.backward(torch.tensor(y_bar))
    point = at(MulticlassHinge(), [x], labels=labels)
    np.testing.assert_allclose(point.y, y.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(point.pull(y_bar)[0][0], t.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_an_image_is_refused(refused):
    assert "needs a flat input, got 2×2×3" in refused(MulticlassHinge(), (2, 2, 3), ())
