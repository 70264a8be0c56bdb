"""A kernel runs at once, is recorded, and does the same by its compiled entry."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest

from fitcli.kernels.cache import cache_directory
from fitcli.kernels.epilogue import add_columns, pull_epilogue
from fitcli.kernels.arguments import signature_of
from fitcli.kernels.kernel import Kernel, entry_source, kernel
from fitcli.kernels.lazy import FAST_MATH
from fitcli.kernels.recording import Recorder, recording
from fitcli.kernels.slide import halo


@kernel
def scale_into(y, x, factor, bias):
    """y = factor · x + bias, bias a number or None."""
    for i in range(y.size):
        y[i] = factor * x[i] + bias if bias is not None else factor * x[i]


@kernel
def classify(found, x):
    for i in range(x.size):
        found[i] = 1 if x[i] != x[i] else 2 if x[i] - x[i] != 0 else 0


@kernel
def beyond(y, i):
    y[i] = 1


@kernel
def quotient(y, a, b):
    y[0] = a[0] / b[0]


@kernel
def copy_of(x):
    x[:] = np.zeros(x.size, x.dtype)


def test_the_decorator_keeps_name_and_docstring():
    assert isinstance(scale_into, Kernel)
    assert (scale_into.name, scale_into.__doc__) == ("scale_into", "y = factor · x + bias, bias a number or None.")
    made = kernel(links=print)(scale_into.function)
    assert isinstance(made, Kernel) and made.links is print


def test_called_normally_it_runs_at_once(dtype):
    x, y = np.arange(4, dtype=dtype), np.zeros(4, dtype)
    assert scale_into(y, x, 2.0, None) is None
    np.testing.assert_array_equal(y, 2 * x)
    scale_into(y, x, 2.0, 0.5)
    np.testing.assert_array_equal(y, 2 * x + 0.5)


def test_nothing_is_promoted_to_float64():
    """0.1 as float32 times float32, rounded once."""
    x, y = np.array([3], np.float32), np.zeros(1, np.float32)
    scale_into(y, x, 0.1, None)
    assert y[0] == np.float32(0.1) * np.float32(3)


def test_called_while_recording_it_is_appended_and_not_run(dtype):
    x, y, recorder = np.ones(3, dtype), np.zeros(3, dtype), Recorder(label="2.relu forward")
    with recording(recorder):
        assert scale_into(y, x, 2.0, None) is None
    assert not y.any()
    (call,) = recorder.instructions
    assert call.kernel is scale_into and call.label == "2.relu forward"
    assert call.args[0] is y and call.args[2].dtype == dtype and call.args[3] is None


@pytest.mark.parametrize("wrong", ["text", [1], 1j])
def test_only_arrays_and_numbers(wrong):
    with pytest.raises(TypeError, match=f"a kernel takes arrays and numbers, not {type(wrong).__name__}"):
        halo.entry((np.zeros(1), wrong))


def test_the_entry_does_what_the_call_does(dtype, call_entry):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 3, 4, 5)).astype(dtype)
    y, clip = rng.standard_normal(x.shape).astype(dtype), True
    for kernel, args in ((halo, (x, 1, 2)), (pull_epilogue, (x, y, 1, 2, clip))):
        direct, native = (np.full((2, 5, 7, 5), np.nan, dtype) for _ in range(2))
        kernel(direct, *args)
        call_entry(kernel, native, *args)
        np.testing.assert_array_equal(direct, native)


def test_an_entry_is_made_once_and_kept_in_the_cache(dtype):
    args = (np.zeros(5, dtype), np.zeros((1, 2, 3, 5), dtype), 0, 0, 2, 3)
    first = add_columns.entry(args)
    assert add_columns.entry(args) == first and add_columns.is_cached(signature_of(args))
    path = add_columns._path(signature_of(args))
    assert path.is_relative_to(cache_directory("fitcli.kernels.epilogue"))
    assert path.name.startswith("fitcli_kernels_epilogue_add_columns__") and path.read_bytes()
    assert not add_columns.is_cached(signature_of((np.zeros((1,) * 9), *args[1:])))


def test_an_entry_source_unpacks_every_kind():
    source = entry_source(("f4x2", "n", "f4", "i", "i8x1"))
    assert "function(view(b[0], (b[1], b[2], ), np.float32), None, np.float32(float_of_bits(b[3]))," in source
    assert ", b[4], view(b[5], (b[6], ), np.int64))" in source and ", (7,), np.int64)" in source
    ast.parse(source)
    assert re.search(r"b = view\(address, \(1,\), np.int64\)", entry_source(("n",)))


def test_a_kernel_that_allocates_is_refused():
    with pytest.raises(Exception, match="NRT required but not enabled|Only accept returning of array passed into"):
        copy_of(np.zeros(3))


def test_links_are_made_before_compiled_code_is_loaded():
    linked = []
    made = kernel(links=linked.append)(scale_into.function)
    made(np.zeros(1, np.float32), np.zeros(1, np.float32), 1.0, None)
    assert linked == ["f4"]
    with recording(Recorder()):
        made(np.zeros(1), np.zeros(1), 1.0, None)
    assert linked == ["f4"]  # recording compiles nothing


def test_fast_math_does_not_hide_a_divergence(dtype):
    """No nnan and no ninf: comparisons with NaN and infinity mean what they say."""
    assert not FAST_MATH & {"nnan", "ninf", "fast"}
    found = np.zeros(4, np.int64)
    classify(found, np.array([1, np.nan, np.inf, -np.inf], dtype))
    assert found.tolist() == [0, 1, 2, 2]


def test_division_by_zero_is_infinite_and_no_exception(dtype):
    y = np.zeros(1, dtype)
    quotient(y, np.ones(1, dtype), np.zeros(1, dtype))
    assert y[0] == np.inf


def test_checked_finds_an_index_out_of_bounds(dtype):
    y = np.zeros(3, dtype)
    beyond.checked(y, 2)
    with pytest.raises(IndexError):
        beyond.checked(y, 3)
