"""The same convolution by both algorithms, in every part that they share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fitcli.kernels.panels import panels_shape
from fitcli.ops.conv2d import Conv2d
from fitcli.ops.winograd import Winograd, tiles

F4 = np.dtype("f4")


def both(at, normal, op, shape, dtype="f8", seed=0):
    x, w, b = normal(seed, shape, (3, 3, shape[3], op.filters), (op.filters,))
    ws = [w, b] if op.bias else [w]
    return [at(replace(op, algorithm=name), [x], ws, dtype=dtype) for name in ("direct", "winograd")]


def compare(direct, winograd, normal, tolerance):
    n = len(direct.xs[0])
    y_bar = normal(9, direct.y.shape)
    for wants_x in (True, False):
        y, x_bars, w_bars, _ = direct.in_pieces([n], y_bar, wants_x)
        z, x_found, w_found, _ = winograd.in_pieces([n], y_bar, wants_x)
        pairs = [(y, z), *zip(w_bars, w_found, strict=True), *(zip(x_bars, x_found, strict=True) if wants_x else [])]
        for wanted, found in pairs:
            np.testing.assert_allclose(found, wanted, rtol=0, atol=tolerance * max(1, np.abs(wanted).max()))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_both_algorithms_agree(data, at, normal):
    draw = data.draw
    padding = draw(st.one_of(st.just("same"), st.tuples(st.integers(0, 5), st.integers(0, 5))))
    op = Conv2d(draw(st.integers(1, 20)), (3, 3), padding=padding, bias=draw(st.booleans()), clip=draw(st.booleans()))
    shape = tuple(draw(st.integers(1, top)) for top in (5, 13, 13, 20))
    assume(padding == "same" or min(n + 2 * p for n, p in zip(shape[1:3], padding, strict=True)) >= 3)
    compare(*both(at, normal, op, shape), normal, 1e-13)


@pytest.mark.parametrize("shape", [(2, 9, 10, 33), (40, 4, 4, 16), (3, 16, 17, 12), (1, 28, 28, 13)])
def test_in_float32_it_is_as_good_as_a_few_more_roundings(shape, at, normal):
    """Many tiles, more than are transformed together, and more channels than a panel holds."""
    compare(*both(at, normal, Conv2d(35, (3, 3)), shape, "f4"), normal, 2e-5)


def test_few_tiles_and_many_sum_the_same_gradient(at, normal, pieces):
    """Below a number of tiles the gradient of the weights is summed directly; both may meet in one batch."""
    x, w = normal(0, (5, 12, 12, 3), (3, 3, 3, 4))
    pieces(at(Conv2d(4, (3, 3), bias=False, algorithm="winograd"), [x], [w]), [1, 4], [3, 2])


def test_tiles():
    assert [tiles(n) for n in (1, 4, 5, 8, 9)] == [1, 1, 2, 2, 3]


def test_arrays_derived_from_the_weights():
    sums = Winograd(Conv2d(40, (3, 3)), (8, 8, 20))
    assert sums.derived(F4, True, (3, 3, 20, 40)) == {
        "u": (36, *panels_shape(F4, 20, 40)),
        "u_back": (36, *panels_shape(F4, 40, 20)),
    }
    assert list(sums.derived(F4, False, (3, 3, 20, 40))) == ["u"]


@pytest.mark.parametrize("padding", ["same", (0, 0), (1, 2), (4, 3)])
@pytest.mark.parametrize("back", [False, True])
def test_z_bar_lies_in_a_border_that_holds_every_tile(padding, back):
    for h in range(1, 12):
        for w in (3, 6, 9):
            op = Conv2d(1, (3, 3), padding=padding)
            if padding == (0, 0) and h < 3:
                continue
            out_h, out_w, _ = op.shape((h, w, 1))
            top, rows, left, columns = Winograd(op, (h, w, 1)).border_back(back)
            assert min(top, left) >= 0 and rows >= top + 4 * tiles(out_h) and columns >= left + 4 * tiles(out_w)
            if back:  # x_bar[i] needs z_bar from i + before − 2 on, in whole tiles of four and two more
                before = {"same": 1}.get(padding, padding[0])
                start = top + before - 2
                assert start >= 0 and rows >= start + 4 * tiles(h) + 2
