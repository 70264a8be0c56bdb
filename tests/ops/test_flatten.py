import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.ops.flatten import Flatten


@settings(max_examples=10, deadline=None, derandomize=True)
@given(n=st.integers(1, 4), shape=st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_three_witnesses_at_odd_shapes(n, shape, at, check, normal):
    check(at(Flatten(), [normal(n, (n, *shape))]))


def test_the_order_is_that_of_memory_and_nothing_is_copied(at, normal):
    x = normal(0, (2, 3, 4, 5))
    point = at(Flatten(), [x])
    assert Flatten().shape((3, 4, 5)) == (60,) and Flatten().shape((7,)) == (7,)
    np.testing.assert_array_equal(point.y, x.reshape(2, 60))
    tape = point.tape()
    assert np.shares_memory(tape.value[point.graph.output], tape.value[point.inputs[0]])
