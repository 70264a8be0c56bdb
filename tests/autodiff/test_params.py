import numpy as np
import pytest

from fitcli.autodiff.graph import Param
from fitcli.autodiff.params import Layout, Params, aligned_zeros

WEIGHT, BIAS, OTHER = Param("w", (5, 7), None), Param("b", (7,), None, decay=False), Param("v", (3, 2, 4), None)
MEAN, VAR = Param("mean", (7,), None, trained=False), Param("var", (17,), None, trained=False)


def test_decayed_parameters_lie_first_in_their_order():
    layout = Layout([BIAS, WEIGHT, MEAN, OTHER])
    assert layout.trained == [WEIGHT, OTHER, BIAS]
    assert [layout.offsets[p] for p in layout.trained] == [0, 48, 80]
    assert (layout.decayed, layout.size) == (80, 96)


def test_state_has_a_vector_of_its_own():
    layout = Layout([WEIGHT, MEAN, VAR])
    assert layout.state == [MEAN, VAR]
    assert [layout.offsets[p] for p in layout.state] == [0, 16]
    assert (layout.state_size, layout.size) == (48, 48)


@pytest.mark.parametrize(("params", "decayed"), [([], 0), ([WEIGHT], 48), ([BIAS], 0)])
def test_without_one_kind_the_prefix_is_all_or_nothing(params, decayed):
    assert Layout(params).decayed == decayed


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_are_views_of_the_vector_at_whole_cache_lines(case, dtype):
    params = Params(case.graph, dtype)
    for p, view in params.views.items():
        flat = params.vector if p.trained else params.state
        assert view.shape == p.shape and view.dtype == dtype
        assert np.shares_memory(view, flat) and view.flags.c_contiguous
        assert view.ctypes.data % 64 == 0
    covered = np.zeros(params.layout.size, int)
    for view in params.layout.views(covered, np.zeros(params.layout.state_size, int)).values():
        view += 1
    assert covered.max() == 1  # no two share a number


def test_count_leaves_padding_and_state_out(case):
    params = Params(case.graph)
    assert params.count == sum(p.size for p in case.graph.params if p.trained)
    assert params.count < params.layout.size


def test_assign_and_arrays_are_inverse_and_copies(case):
    params = Params(case.graph, np.float64)
    params.assign({p.name: w for p, w in case.weights.items()})
    arrays = params.arrays()
    assert set(arrays) == {p.name for p in case.graph.params}
    for p, w in case.weights.items():
        np.testing.assert_array_equal(arrays[p.name], w)
    params.vector[:] = 0
    assert all(np.any(array) for array in arrays.values())


def test_assign_refuses_another_shape(case_of):
    params = case_of("perceptron").params()
    arrays = params.arrays() | {"1.dense.bias": np.zeros(4)}
    with pytest.raises(ValueError, match=r"1\.dense\.bias has shape \(4,\), wanted \(9,\)"):
        params.assign(arrays)


@pytest.mark.parametrize("size", [0, 1, 1000])
def test_aligned_zeros(size):
    array = aligned_zeros(size, np.float32, 256)
    assert array.shape == (size,) and array.dtype == np.float32 and not array.any()
    assert size == 0 or array.ctypes.data % 256 == 0
