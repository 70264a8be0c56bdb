"""What the ops on single numbers have in common; the list is of those that say they are one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops import OPS
from fitcli.ops.elementwise import Elementwise

NAMES = [name for name in OPS if issubclass(OPS[name], Elementwise)]


def test_who_they_are():
    assert NAMES == ["dropout", "relu", "sigmoid", "tanh"]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_three_witnesses_at_odd_shapes(name, n, shape, at, check, normal):
    op = OPS[name]()
    assert op.shape(tuple(shape)) == tuple(shape)
    check(at(op, [3 * normal(n, (n, *shape))]))
