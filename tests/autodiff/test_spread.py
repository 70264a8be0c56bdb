import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitcli.autodiff.spread import Spread, cut, shares


@given(st.integers(0, 50), st.integers(1, 7))
def test_shares_cover_everything_once(count, workers):
    edges = [Spread(1, w, workers, np.dtype("f4")).share(count) for w in range(workers)]
    assert [i for start, stop in edges for i in range(start, stop)] == list(range(count))


def test_arrays_are_the_same_for_all():
    arrays = {}
    one, two = (Spread(6, w, 2, np.dtype("f4"), arrays) for w in range(2))
    x = one.array("x", (6, 3, 2))
    assert x.shape == (6, 3, 2) and x.dtype == np.float32 and x.flags.c_contiguous
    assert two.array("x", (6, 3, 2)) is x and two.array("y", (6, 3)) is not x


@given(st.integers(0, 30), st.integers(0, 30), st.lists(st.integers(0, 30), max_size=6, unique=True))
def test_pieces_cover_the_slice_and_know_where_they_lie(start, length, edges):
    edges = sorted(edges)[: len(edges) // 2 * 2]
    ranges = list(zip(edges[::2], edges[1::2], strict=True))
    inside = {i for low, high in ranges for i in range(low, high)}
    pieces = list(cut(start, start + length, ranges))
    assert [i for low, high, _ in pieces for i in range(low, high)] == list(range(start, start + length))
    for low, high, alone in pieces:
        assert low < high and all((i in inside) == alone for i in range(low, high))


@pytest.mark.parametrize(("total", "pieces"), [(7, 3), (0, 2), (2, 5), (64, 1)])
def test_shares_are_even_and_cover_everything(total, pieces):
    found = shares(total, pieces)
    assert len(found) == pieces and found[0][0] == 0 and found[-1][1] == total
    assert all(a[1] == b[0] for a, b in zip(found[:-1], found[1:], strict=True))
    sizes = [stop - start for start, stop in found]
    assert max(sizes) - min(sizes) <= 1
