import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.penalty import Penalty


def draw(normal, seed, *shapes):
    """Away from 0, where the absolute value has its kink."""
    return [np.where(w < 0, w - 0.1, w + 0.1) for w in normal(seed, *shapes, (1,))[:-1]]


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), l1=st.sampled_from([0.0, 0.3]), l2=st.sampled_from([0.0, 0.7]))
def test_three_witnesses_and_the_definition(n, l1, l2, at, check, normal):
    ws = draw(normal, n, (3, 4), (2, 2, 1, 3))
    point = at(Penalty((l1, 0.5), (l2, 0.0)), [normal(1, (n,))], ws)
    a, b = ws
    wanted = point.xs[0] + l1 * np.abs(a).sum() + l2 * (a**2).sum() + 0.5 * np.abs(b).sum()
    np.testing.assert_allclose(point.y, wanted, rtol=1e-13)
    check(point, tolerance=1e-4)


def test_the_slope_at_0_is_0(at):
    point = at(Penalty((2.0,), (3.0,)), [np.zeros(2)], [np.array([0.0, -1.0, 2.0])])
    np.testing.assert_array_equal(point.pull([1.0, 1.0])[1][0], 2 * np.array([0, -2 - 6, 2 + 12]))


def test_outside_of_training_it_is_not_there(at, normal):
    point = at(Penalty((1.0,), (1.0,)), [normal(0, (3,))], draw(normal, 0, (2, 2)), train=False)
    np.testing.assert_array_equal(point.y, point.xs[0])


def test_pytorch_agrees(at, normal):
    torch = pytest.importorskip("torch")
    (w,) = draw(normal, 0, (3, 4))
    t = torch.tensor(w, requires_grad=True)
    (0.2 * t.abs().sum() + 0.3 * (t**2).sum()).backward()
    found = at(Penalty((0.2,), (0.3,)), [np.zeros(1)], [w]).pull([1.0])[1][0]
    np.testing.assert_allclose(found, t.grad.numpy(), rtol=1e-12)
