import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.multiply import Multiply, multiply_forward, multiply_jvp


def test_against_the_twins(dtype, normal):
    a, b, a_dot, b_dot = (x.astype(dtype) for x in normal(0, *[(2, 3, 5)] * 4))
    y = np.full_like(a, np.nan)
    multiply_forward(y, a, b)
    np.testing.assert_array_equal(y, a * b)
    multiply_jvp(y, a_dot, b_dot, a, b)
    np.testing.assert_allclose(y, b * a_dot + a * b_dot, atol=8 * np.finfo(dtype).eps)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_three_witnesses_at_odd_shapes(n, shape, at, check, normal):
    check(at(Multiply(), normal(n, (n, *shape), (n, *shape))))


def test_the_product_rule(at):
    """d(ab) = b da + a db."""
    point = at(Multiply(), [[[2.0]], [[3.0]]])
    assert point.push([np.array([[10.0]]), np.array([[100.0]])]).item() == 3 * 10 + 2 * 100
    assert [g.item() for g in point.pull([[1.0]])[0]] == [3, 2]


def test_a_gradient_nobody_wants_is_not_written():
    a, b, y_bar, bar = np.full((1, 2), 2.0), np.full((1, 2), 3.0), np.ones((1, 2)), np.full((1, 2), np.nan)
    Multiply().vjp(y_bar, None, bar, a * b, a, b, None)
    np.testing.assert_array_equal(bar, a)
    Multiply().vjp(y_bar, bar, None, a * b, a, b, None)
    np.testing.assert_array_equal(bar, b)


def test_two_shapes(refused):
    assert Multiply().shape((5,), (5,)) == (5,)
    assert refused(Multiply(), (5,), (4,)) == "multiply needs two inputs of one shape, got 5 and 4"
