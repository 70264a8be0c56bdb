"""What workers and microbatches share; what is computed with it is tested with the programs."""

import numpy as np

from fitcli.autodiff.setup import Setup
from fitcli.autodiff.shared import shared_by_workers


def shared_of(case, setup, whole=None):
    graph = case.graph
    return shared_by_workers(graph, setup, np.zeros(2, np.int64), graph.needs_gradient(), {} if whole is None else whole)


def test_derived_arrays_are_one_for_all_and_sums_have_a_row_a_worker(case_of):
    case = case_of("normalised")
    one, two = shared_of(case, Setup(case.batch, 2))
    assert one.derived is two.derived and any(one.derived.values())
    pairs = [(a, two.sums[node][name]) for node, sums in one.sums.items() for name, a in sums.items()]
    assert pairs and all(a.parts is b.parts and a.total is b.total and (a.worker, b.worker) == (0, 1) for a, b in pairs)


def test_what_is_kept_for_the_whole_batch(case_of):
    normalised, plain = case_of("normalised"), case_of("convolutions")
    assert shared_of(normalised, Setup(7, 1, 3))[0].kept and not shared_of(normalised, Setup(7, 1, 7))[0].kept
    assert not shared_of(plain, Setup(7, 1, 3))[0].kept


def test_a_wide_layer_works_in_the_arrays_of_the_whole_batch(case_of, monkeypatch):
    monkeypatch.setattr("fitcli.ops.dense._LARGE", 1000)
    case, whole = case_of("spread"), {}
    one, two = shared_of(case, Setup(case.batch, 2), whole)
    names = [node.name for node in one.spread]
    assert names == ["2.dense", "4.dense"]
    for node in one.spread:
        assert one.spread[node].arrays is two.spread[node].arrays
        assert np.shares_memory(one.spread[node].arrays["y"], whole[node])
    assert shared_of(case, Setup(case.batch, 1))[0].spread == {} == shared_of(case, Setup(case.batch, 2, 2))[0].spread
