import numpy as np
import pytest

from fitcli.autodiff.op import Op, Scratch, Sum


def test_a_sum_gives_each_worker_its_row():
    parts = np.zeros((3, 2))
    Sum(parts, np.zeros(2), worker=1).part[:] = 5
    np.testing.assert_array_equal(parts, [[0, 0], [5, 5], [0, 0]])


def test_an_op_needs_nothing_but_its_maps():
    op = Op()
    assert (op.derived(np.dtype("f4"), True, (2,)), op.sums((2,)), op.multiply_adds((2,)), op.view) == ({}, {}, 0, False)
    assert op.prepare() is None


def test_outside_of_training_an_op_does_the_same_unless_it_says_otherwise():
    class Twice(Op):
        def forward(self, y, x, s):
            y[:] = 2 * x

    y = np.empty(2)
    Twice().evaluate(y, np.array([1.0, 2.0]), None)
    np.testing.assert_array_equal(y, [2, 4])


@pytest.mark.parametrize("map", ["shape", "forward", "vjp", "jvp"])
def test_a_map_that_is_not_written_is_not_silent(map):
    with pytest.raises(NotImplementedError):
        getattr(Op(), map)(None)


def test_the_parts_of_what_is_prepared_cover_it_once():
    s = Scratch(np.zeros(2, np.int64), 0, 0, 1, (), False, None)
    edges = []
    for worker in range(3):
        s.share = (worker, 3)
        edges.append(s.part(10))
    assert edges == [(0, 3), (3, 6), (6, 10)]
