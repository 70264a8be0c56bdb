import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.add import Add, add_forward, copy


def test_against_the_twins(dtype, normal):
    a, b = (x.astype(dtype) for x in normal(0, (2, 3, 5), (2, 3, 5)))
    y = np.full_like(a, np.nan)
    add_forward(y, a, b)
    np.testing.assert_array_equal(y, a + b)
    copy(y, a)
    np.testing.assert_array_equal(y, a)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_three_witnesses_at_odd_shapes(n, shape, at, check, normal):
    check(at(Add(), normal(n, (n, *shape), (n, *shape))))


def test_a_gradient_nobody_wants_is_not_written():
    a, none = np.ones((2, 3)), None
    bar = np.full((2, 3), np.nan)
    Add().vjp(a, bar, none, a, a, a, None)
    np.testing.assert_array_equal(bar, a)
    Add().vjp(a, none, none, a, a, a, None)


def test_two_shapes(refused):
    assert Add().shape((4, 4, 3), (4, 4, 3)) == (4, 4, 3)
    assert refused(Add(), (8, 8, 32), (8, 8, 16)) == "add needs two inputs of one shape, got 8×8×32 and 8×8×16"
