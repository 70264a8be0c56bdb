from itertools import combinations_with_replacement

import numpy as np
import pytest

from fitcli.autodiff.graph import Param
from fitcli.autodiff.params import Layout
from fitcli.autodiff.tuning import Tuning
from fitcli.optim.cuts import block_cuts


def layout_of(sizes, frozen=0):
    params = [Param(f"w{i}", (16 * n,), None) for i, n in enumerate(sizes)]
    return Layout(params + [Param("f", (16,), None, tuning=Tuning(lr=0.0))] * bool(frozen))


@pytest.mark.parametrize("workers", [1, 2, 3, 5])
@pytest.mark.parametrize("sizes", [[1, 1, 1, 1, 8], [8, 1, 1, 1, 1], [3, 5, 2, 7, 1, 1, 4], [6], [2, 2]])
def test_the_largest_share_is_as_small_as_can_be(sizes, workers):
    layout = layout_of(sizes, frozen=1)
    cuts = block_cuts(layout, workers)
    starts = [*(layout.offsets[p] for p in layout.trained), layout.moved]
    assert len(cuts) == workers + 1 and cuts[0] == 0 and cuts[-1] == layout.moved
    assert cuts == sorted(cuts) and set(cuts) <= set(starts)
    every = combinations_with_replacement(sorted({s for s in starts if s <= layout.moved}), workers - 1)
    best = min(max(np.diff([0, *inner, layout.moved])) for inner in every)
    assert max(np.diff(cuts)) == best


def test_a_large_layer_has_a_worker_of_its_own():
    assert block_cuts(layout_of([1, 1, 1, 1, 8]), 2) == [0, 16 * 4, 16 * 12]


def test_nothing_to_move():
    assert block_cuts(Layout([]), 2) == [0, 0, 0]
