"""The product by register tiles against plain sums: every remainder, start and level, inside its memory."""

from __future__ import annotations

import itertools
import signal
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.kernels import macc
from fitcli.kernels.arguments import signature_of
from fitcli.kernels.kernel import kernel
from fitcli.kernels.macc import ADD, BIAS, ZERO
from fitcli.kernels.native import address_of
from fitcli.kernels.target import tile

CANARY = 12345.0
ROWS = tile().rows
KERNELS = {"rows": macc.add_product_rows, "columns": macc.add_product_columns}


def width_of(dtype):
    return tile().columns(dtype.itemsize)


@dataclass
class Case:
    """Operands of one product, offsets and strides in elements as in the comment on `rows_product`."""

    which: str
    a: np.ndarray
    a_rows: np.ndarray
    b: np.ndarray
    panel: int
    counts: tuple[int, int, int]
    sa: tuple[int, int, int]
    sb: tuple[int, int, int]
    m: int
    n: int

    def levels(self):
        return itertools.product(*map(range, self.counts))

    def product(self):
        """Σₖ A[i, k] · B[k, j] by the definition, in float64."""
        width, j = width_of(self.a.dtype), np.arange(self.n)
        base = self.a_rows if self.which == "rows" else np.arange(self.m)
        a, b = self.a.astype("f8"), self.b.astype("f8")
        total = np.zeros((self.m, self.n))
        for k in self.levels():
            at_a, at_b = (sum(x * s for x, s in zip(k, strides, strict=True)) for strides in (self.sa, self.sb))
            total += np.outer(a[base[: self.m] + at_a], b[j // width * self.panel + at_b + j % width])
        return total

    def run(self, call, c, c_rows, bias, m, n, start, clip):
        at_bias = bias.ctypes.data if start == BIAS else 0
        at_rows = self.a_rows.ctypes.data if self.which == "rows" else 0
        call(KERNELS[self.which], self.a.dtype.type(0), self.a.ctypes.data, at_rows, self.b.ctypes.data, self.panel,
             c.ctypes.data, c_rows.ctypes.data, at_bias, m, n,
             *self.counts, *self.sa, *self.sb, start, int(clip))  # fmt: skip


def make(rng, which, dtype, m, n, counts, packed, gap_a=(0, 0, 0), gap_b=0):
    """A case with numbers everywhere, in the gaps between the operands too, and no number behind the last one used."""
    n0, n1, n2 = counts
    width, depth = width_of(dtype), n0 * n1 * n2
    if packed:
        panel, sb2 = depth * width + gap_b, width
        b = rng.standard_normal((-(-n // width) - 1) * panel + depth * width)
    else:
        panel, sb2 = width, n + gap_b
        b = rng.standard_normal((depth - 1) * sb2 + n)
    sb = (n1 * n2 * sb2, n2 * sb2, sb2)
    sa2 = 1 if which == "rows" else m + gap_a[2]
    sa1 = n2 * sa2 + gap_a[1]
    sa0 = n1 * sa1 + gap_a[0]
    span = (n0 - 1) * sa0 + (n1 - 1) * sa1 + (n2 - 1) * sa2
    a_rows = rng.permutation(m).astype(np.int64) * (span // 3 + 1)
    last = a_rows.max() if which == "rows" else m - 1
    a = rng.standard_normal(last + span + 1)
    return Case(which, a.astype(dtype), a_rows, b.astype(dtype), panel, counts, (sa0, sa1, sa2), sb, m, n)


def expected(total, c, c_rows, bias, m, n, start, clip):
    out = c.astype("f8")
    at = c_rows[:m, None] + np.arange(n)
    value = total[:m, :n] + {ZERO: 0.0, ADD: out[at], BIAS: bias[:n].astype("f8")}[start]
    out[at] = np.maximum(value, 0) if clip else value
    return out, at


def check(call, case, rng, m, n, start, clip, gap=3):
    """Run, compare, and look at every number around C."""
    dtype = case.a.dtype
    c_rows = rng.permutation(m).astype(np.int64) * (n + gap) + gap
    c = np.full(m * (n + gap) + gap, CANARY, dtype)
    bias = rng.standard_normal(n).astype(dtype)
    c[c_rows[:, None] + np.arange(n)] = rng.standard_normal((m, n))
    wanted, inside = expected(case.product(), c, c_rows, bias, m, n, start, clip)
    case.run(call, c, c_rows, bias, m, n, start, clip)
    scale = np.finfo(dtype).eps * 8 * np.prod(case.counts)
    np.testing.assert_allclose(c[inside], wanted[inside], rtol=0, atol=scale)
    outside = np.ones(c.size, bool)
    outside[inside] = False
    assert (c[outside] == CANARY).all(), f"wrote outside of C at {np.flatnonzero(outside & (c != CANARY))}"


@pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
@pytest.mark.parametrize("which", KERNELS)
def test_every_remainder_of_rows_and_columns(which, packed, dtype, call_entry):
    rng = np.random.default_rng(1)
    modes = list(itertools.product((ZERO, ADD, BIAS), (False, True)))
    for m, n in itertools.product(range(1, 2 * ROWS + 2), range(1, 3 * width_of(dtype) + 1)):
        start, clip = modes[(m + n) % len(modes)]
        check(call_entry, make(rng, which, dtype, m, n, (1, 1, 3), packed), rng, m, n, start, clip)


@pytest.mark.parametrize("clip", [False, True])
@pytest.mark.parametrize("start", [ZERO, ADD, BIAS])
@pytest.mark.parametrize("which", KERNELS)
def test_every_start_and_clip(which, start, clip, dtype, call_entry):
    rng = np.random.default_rng(2)
    width = width_of(dtype)
    for m, n in itertools.product((1, ROWS, ROWS + 1), (1, width // 2, width // 2 + 1, width, width + 1)):
        check(call_entry, make(rng, which, dtype, m, n, (1, 2, 2), True), rng, m, n, start, clip)


@pytest.mark.parametrize("which", KERNELS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_levels_with_strides(which, data, call_entry):
    dtype = np.dtype(data.draw(st.sampled_from(["f4", "f8"])))
    small = st.integers(1, 4)
    counts = data.draw(st.tuples(small, small, small))
    m, n = data.draw(st.integers(1, 3 * ROWS)), data.draw(st.integers(1, 2 * width_of(dtype) + 3))
    gap_a = data.draw(st.tuples(*[st.integers(0, 5)] * 3))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    case = make(rng, which, dtype, m, n, counts, data.draw(st.booleans()), gap_a, data.draw(st.integers(0, 3)))
    check(call_entry, case, rng, m, n, data.draw(st.sampled_from([ZERO, ADD, BIAS])), data.draw(st.booleans()))


@pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
def test_what_lies_far_apart_in_a(packed, dtype, call_entry):
    """Another order of the tiles: blocks of panels, cut anywhere."""
    rng, width = np.random.default_rng(5), width_of(dtype)
    for k, n in ((3, 5 * width + 3), (70, 31 * width + 4), (300, 2 * width + 1)):  # 29 panels fit of 70, none of 300
        case = make(rng, "columns", dtype, 2 * ROWS + 1, n, (1, 1, k), packed, (0, 0, 2000))
        check(call_entry, case, rng, 2 * ROWS + 1, n, ADD, False)
        check(call_entry, case, rng, ROWS + 1, n - 2, ZERO, True)


@pytest.mark.parametrize("which", KERNELS)
def test_windows_may_overlap_in_a(which, dtype, call_entry):
    """A level's stride may be shorter than the level below it, as in a convolution with stride 1."""
    rng = np.random.default_rng(3)
    case = make(rng, which, dtype, 7, 5, (2, 3, 4), True, (0, 0, 0))
    case.sa = (2, 1, 1)
    check(call_entry, case, rng, 7, 5, ZERO, False)


@pytest.mark.parametrize("which", KERNELS)
def test_nan_and_inf_are_not_hidden(which, dtype, call_entry):
    rng = np.random.default_rng(4)
    for bad, clip in itertools.product((np.nan, np.inf), (False, True)):
        case = make(rng, which, dtype, ROWS, 3, (1, 1, 2), True)
        case.a[case.a_rows[1] if which == "rows" else 1] = bad
        case.b[:] = np.abs(case.b)
        c, c_rows = np.zeros(3 * ROWS, dtype), np.arange(ROWS, dtype=np.int64) * 3
        case.run(call_entry, c, c_rows, c, ROWS, 3, ZERO, clip)
        assert not np.isfinite(c[3:6]).any(), f"{bad} vanished, clip {clip}"
        assert np.isnan(c[3:6]).all() or bad == np.inf


def test_neighbours_of_b_do_not_leak_in(dtype, call_entry):
    """What lies beside a plain B, or fills up its last panel, is no part of the product."""
    rng = np.random.default_rng(5)
    for n in range(1, 2 * width_of(dtype) + 2):
        case = make(rng, "rows", dtype, 2, n, (1, 1, 3), False, gap_b=2)
        for k in range(2):
            case.b[k * (n + 2) + n : (k + 1) * (n + 2)] = np.nan
        check(call_entry, case, rng, 2, n, ZERO, False)


@pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
@pytest.mark.parametrize("which", KERNELS)
def test_nothing_is_touched_outside(which, packed, dtype, call_entry, fenced, in_child):
    """All operands between pages without rights: no byte before or behind them is read or written."""
    rng = np.random.default_rng(6)
    width = width_of(dtype)
    columns = sorted({1, 2, 3, width // 2, width // 2 + 1, width - 1, width, width + 1, 2 * width - 1, 2 * width})
    check(call_entry, make(rng, which, dtype, 2, 2, (1, 1, 3), packed), rng, 2, 2, ZERO, False)

    def run():
        for side, m, n in itertools.product(("end", "start"), (1, 2, ROWS - 1, ROWS, ROWS + 1), columns):
            case = make(rng, which, dtype, m, n, (2, 1, 3), packed, (1, 0, 0))
            for name in ("a", "a_rows", "b"):
                setattr(case, name, fenced(getattr(case, name), side))
            c, bias = fenced(np.zeros(m * n, dtype), side), fenced(np.ones(n, dtype), side)
            c_rows = fenced(np.arange(m, dtype=np.int64) * n, side)
            for start in (ZERO, ADD, BIAS):
                case.run(call_entry, c, c_rows, bias, m, n, start, False)

    assert in_child(run) == ""


def test_the_fence_bites(dtype, call_entry, fenced, in_child):
    """One column too many must be noticed, or the test above would prove nothing."""
    case = make(np.random.default_rng(7), "rows", dtype, 1, 4, (1, 1, 2), False)
    c_rows, free = np.zeros(1, np.int64), np.zeros(64, dtype)
    case.run(call_entry, free, c_rows, free, 1, 4, ZERO, False)

    def beyond(c, b):
        case.b = b
        case.counts, case.sb = (1, 1, 2), (0, 0, 4)
        return lambda: case.run(call_entry, c, c_rows, free, 1, 5, ZERO, False)

    killed = f"killed by signal {signal.SIGSEGV.value}"
    assert in_child(beyond(free, fenced(case.b, "end"))) == killed
    assert in_child(beyond(fenced(free[:4], "end"), np.zeros(64, dtype))) == killed


@kernel(links=macc.link)
def matrix_product(c, a, b, rows_a, rows_c):
    zero = c.dtype.type(0)
    macc.rows_product(zero, address_of(a), address_of(rows_a), address_of(b), macc.panel_width(zero), address_of(c),
                      address_of(rows_c), 0, c.shape[0], c.shape[1], 1, 1, a.shape[1], 0, 0, 1, 0, 0, b.shape[1],
                      0, 0)  # fmt: skip


@kernel(links=macc.link)
def transposed_product(c, a, b, rows_a, rows_c):
    zero = c.dtype.type(0)
    macc.columns_product(zero, address_of(a), 0, address_of(b), macc.panel_width(zero), address_of(c),
                         address_of(rows_c), 0, c.shape[0], c.shape[1], 1, 1, a.shape[0], 0, 0, a.shape[1],
                         0, 0, b.shape[1], 0, 0)  # fmt: skip


@pytest.mark.parametrize("checked", [False, True])
def test_kernels_call_the_products_by_symbol(dtype, checked):
    rng = np.random.default_rng(8)
    m, k, n = 2 * ROWS + 1, 7, width_of(dtype) + 3
    a, b = rng.standard_normal((m, k)).astype(dtype), rng.standard_normal((k, n)).astype(dtype)
    args = (b, np.arange(m) * k, np.arange(m) * n)
    for product, left in ((matrix_product, a), (transposed_product, np.ascontiguousarray(a.T))):
        c = np.full((m, n), np.nan, dtype)
        if checked:
            product.link(signature_of((c,)))
        (product.checked if checked else product)(c, left, *args)
        np.testing.assert_allclose(c, a.astype("f8") @ b.astype("f8"), atol=50 * np.finfo(dtype).eps)
