"""What the ops on single numbers have in common; the list is of those that say they are one."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels.lazy import Lazy, numba_ready
from fitcli.ops import OPS
from fitcli.ops.elementwise import Elementwise, Mapped

NAMES = [name for name in OPS if issubclass(OPS[name], Elementwise)]


def test_who_they_are():
    assert {"dropout", "gelu", "relu", "sigmoid", "tanh"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=6, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_three_witnesses_at_odd_shapes(name, n, shape, at, check, normal):
    op = OPS[name]()
    assert op.shape(tuple(shape)) == tuple(shape)
    check(at(op, [3 * normal(n, (n, *shape))]))


@pytest.mark.parametrize("name", [name for name in NAMES if issubclass(OPS[name], Mapped)])
def test_float32_is_not_made_float64_on_the_way(name):
    """A bare literal in one of these functions would make its result, and so the whole loop, a float64."""
    float32 = numba_ready().float32
    module = sys.modules[OPS[name].__module__]
    compiled = [f for f in vars(module).values() if isinstance(f, Lazy)]
    functions = [f for f in compiled if f.py_func.__module__ == module.__name__]
    assert len(functions) >= 2
    for f in functions:
        count = f.py_func.__code__.co_argcount
        f.compile((float32,) * count)
        assert f.overloads[(float32,) * count].signature.return_type == float32, f.py_func.__name__
