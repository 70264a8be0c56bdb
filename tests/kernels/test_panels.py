import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels.panels import pack, pack_transposed, panels_shape
from fitcli.kernels.target import tile

sizes = st.integers(1, 40)


def twin(matrix, width):
    k, columns = matrix.shape
    packed = np.zeros((-(-columns // width), k, width), matrix.dtype)
    for row in range(k):
        for column in range(columns):
            packed[column // width, row, column % width] = matrix[row, column]
    return packed


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(["f4", "f8"]), sizes, sizes)
def test_packed_and_packed_from_the_transpose(code, k, columns):
    dtype = np.dtype(code)
    matrix = np.random.default_rng(k).standard_normal((k, columns)).astype(dtype)
    wanted = twin(matrix, tile().columns(dtype.itemsize))
    assert panels_shape(dtype, k, columns) == wanted.shape
    for kernel, source in ((pack, matrix), (pack_transposed, np.ascontiguousarray(matrix.T))):
        packed = np.full(wanted.shape, np.nan, dtype)
        kernel(packed, source)
        np.testing.assert_array_equal(packed, wanted)


@pytest.mark.parametrize("columns", [1, 7, 8, 9, 33])
def test_nothing_is_touched_outside(columns, dtype, stays_inside):
    matrix = np.random.default_rng(0).standard_normal((3, columns)).astype(dtype)
    packed = np.full(panels_shape(dtype, 3, columns), np.nan, dtype)
    stays_inside(pack, packed, matrix)
    stays_inside(pack_transposed, packed, np.ascontiguousarray(matrix.T))


def test_columns_from_one_on(dtype):
    width = tile().columns(dtype.itemsize)
    matrix = np.random.default_rng(0).standard_normal((5, 3 * width)).astype(dtype)
    packed = np.full((2, 5, width), np.nan, dtype)
    pack(packed, matrix, 0, -1, width)
    np.testing.assert_array_equal(packed, twin(matrix[:, width:], width))


@settings(max_examples=20, deadline=None, derandomize=True)
@given(sizes, sizes, st.data())
def test_some_rows_alone(k, columns, data):
    start = data.draw(st.integers(0, k))
    stop = data.draw(st.integers(start, k))
    matrix = np.random.default_rng(k).standard_normal((k, columns))
    wanted = np.full(panels_shape(matrix.dtype, k, columns), 7.0)
    wanted[:, start:stop] = twin(matrix, wanted.shape[2])[:, start:stop]
    for kernel, source in ((pack, matrix), (pack_transposed, np.ascontiguousarray(matrix.T))):
        packed = np.full(wanted.shape, 7.0)
        kernel(packed, source, start, stop)
        np.testing.assert_array_equal(packed, wanted)
