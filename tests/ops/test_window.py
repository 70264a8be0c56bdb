"""Which taps meet which pixel, by trying all of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.errors import ShapeError
from fitcli.ops.conv2d import Conv2d
from fitcli.ops.depthwise2d import Depthwise2d
from fitcli.ops.window import Axis, Blocks, axes, axis, phases, reach

windows = st.tuples(st.integers(1, 12), st.integers(1, 5), st.integers(1, 4), st.integers(0, 5), st.integers(1, 3))


def outputs(n, kernel, stride, before, dilation):
    return (n + 2 * before - (kernel - 1) * dilation - 1) // stride + 1


@settings(max_examples=300, deadline=None, derandomize=True)
@given(windows)
def test_phases_hold_every_meeting_of_a_tap_and_a_pixel(window):
    n, kernel, stride, before, dilation = window
    out = outputs(*window)
    if out < 1:
        return
    wanted = {(p * stride + t * dilation - before, t, p) for p in range(out) for t in range(kernel)}
    wanted = {(pixel, t, p) for pixel, t, p in wanted if 0 <= pixel < n}
    found, border = set(), set()
    top, bottom = reach(phases(n, kernel, stride, before, dilation), out)
    seen = []
    for phase in phases(n, kernel, stride, before, dilation):
        for i in range(phase.pixels):
            pixel = phase.at + stride * i
            seen.append(pixel)
            for t in range(phase.count):
                tap, p = phase.tap - t * phase.step, i + phase.offset + t * phase.move
                assert 0 <= tap < kernel and -top <= p < out + bottom
                (found if 0 <= p < out else border).add((pixel, tap, p))
    assert found == wanted
    assert sorted(seen) == list(range(n))  # each pixel belongs to one phase
    if border:  # and the border is no wider than it has to be
        assert {p for _, _, p in border} & {-top, out + bottom - 1}
    assert (top > 0) <= any(p < 0 for _, _, p in border) and (bottom > 0) <= any(p >= out for _, _, p in border)


def test_pixels_between_windows_meet_no_tap():
    found = phases(7, 1, 3, 0, 1)
    assert [(p.at, p.pixels, p.count) for p in found] == [(0, 3, 1), (1, 2, 0), (2, 2, 0)]
    assert reach(found, 3) == (0, 0)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 250))
def test_blocks_cover_a_microbatch(n, height, columns):
    cut = Blocks.of(n, height, columns)
    assert 1 <= cut.block <= height and 1 <= cut.group <= n
    assert cut.group == 1 or cut.block == height  # several images at once only where each is whole
    assert cut.block * cut.group * columns <= max(96, columns)
    table = cut.table(columns, 10**6, 1000, 3)
    assert table.dtype == np.int64 and table.flags.c_contiguous
    wanted = [i * 10**6 + r * 1000 + q * 3 for i in range(cut.group) for r in range(cut.block) for q in range(columns)]
    assert table.tolist() == wanted


@settings(max_examples=100, deadline=None, derandomize=True)
@given(windows)
def test_an_axis_counts_its_outputs(window):
    n, kernel, stride, before, dilation = window
    assert axis(Conv2d(1, (1, kernel), (9, stride), (7, before), (5, dilation)), 1, n) == (
        Axis(before, before, outputs(*window))
    )
    same = axis(Conv2d(1, (kernel, 1), (stride, 9), "same", (dilation, 5)), 0, n)
    assert same.outputs == -(-n // stride) and 0 <= same.after - same.before <= 1
    needed = (same.outputs - 1) * stride + (kernel - 1) * dilation + 1
    assert same.before + same.after == max(0, needed - n)


@pytest.mark.parametrize(
    "op",
    [
        Conv2d(4, (3, 3), stride=(10**12, 1)),
        Conv2d(4, (3, 3), padding=(0, 10**9)),
        Conv2d(4, (3, 3), dilation=(10**12, 1)),
        Conv2d(4, (10**9, 1)),
    ],
)
def test_windows_without_end_are_refused(op, refused):
    assert " pixels is too large\n  allowed: 100,000 pixels\n  try: a smaller kernel" in refused(op, (28, 28, 1))


@pytest.mark.parametrize(
    ("op", "x", "told"),
    [
        (Conv2d(1, (3, 3), (1, 1), (40_000, 40_000)), (28, 28, 1), "an image of 80028×80028×1 numbers with its border"),
        (Conv2d(1, (3, 3), (1, 1), "same", (10_000, 10_000)), (28, 28, 3), "an image of 20028×20028×3 numbers with"),
        (Depthwise2d((3, 3), (30_000, 30_000), (40_000, 40_000)), (28, 28, 2), "an image of 80028×80028×2 numbers with"),
        (Conv2d(1, (3, 3), (1, 1), (60_000, 0)), (28, 28, 1), "an image with its border of 120,028 pixels is too large"),
        (Conv2d(1, (3, 3), (10**6, 1)), (28, 28, 1), "a stride of 1,000,000 pixels is too large"),
        (Conv2d(1, (3, 3), (1, 1), "same", (10**5, 1)), (28, 28, 1), "a window of 200,001 pixels is too large"),
    ],
)
def test_borders_without_end_are_refused(op, x, told, refused):
    assert refused(op, x).startswith(told)


def test_both_axes():
    op = Conv2d(1, (3, 5), (1, 2), (1, 0))
    assert axes(op, (6, 9, 2)) == (Axis(1, 1, 6), Axis(0, 0, 3)) == (axis(op, 0, 6), axis(op, 1, 9))
    with pytest.raises(ShapeError):
        axes(op, (6, 90_000_000, 2))
