"""The direct sums, part by part; the whole of them is tested through the convolution."""

from __future__ import annotations

import numpy as np
import pytest

from fitcli.kernels.panels import panels_shape
from fitcli.kernels.target import tile
from fitcli.ops.conv2d import Conv2d
from fitcli.ops.sliding import Direct

F8 = np.dtype("f8")


def test_weights_are_packed_once_for_each_residue_of_the_stride():
    op = Conv2d(6, (3, 2), (2, 1), (1, 0))
    found = Direct(op, (7, 6, 5)).derived(F8, True, (3, 2, 5, 6))
    assert found == {
        "packed": panels_shape(F8, 3 * 2 * 5, 6),
        "back0": panels_shape(F8, 1 * 2 * 6, 5),  # even rows meet the middle tap
        "back1": panels_shape(F8, 2 * 2 * 6, 5),  # odd ones the two others
    }
    assert list(Direct(op, (7, 6, 5)).derived(F8, False, (3, 2, 5, 6))) == ["packed"]


def test_weights_of_few_outputs_are_read_along_k():
    derived = Direct(Conv2d(2, (3, 3)), (9, 9, 3)).derived(F8, True, (3, 3, 3, 2))
    assert derived == {"packed": (2, 3 * 3 * 3), "back0": (3, 3 * 3 * 2)}


def test_residues_without_a_tap_have_no_weights():
    found = Direct(Conv2d(2, (1, 1), (3, 3), (0, 0)), (9, 9, 4)).derived(F8, True, (1, 1, 4, 2))
    assert list(found) == ["packed", "back0"]


def test_the_border_of_x(at, normal):
    x = normal(0, (2, 4, 5, 3))
    for op, pad in ((Conv2d(1, (3, 4)), ((1, 1), (1, 2))), (Conv2d(1, (1, 1), padding=(2, 0)), ((2, 2), (0, 0)))):
        scratch = at(op, [x], [np.ones((*op.kernel, 3, 1)), np.ones(1)])
        bordered = Direct(op, x.shape[1:]).bordered(x, scratch.tape().scratch(scratch.graph.output))
        np.testing.assert_array_equal(bordered, np.pad(x, ((0, 0), *pad, (0, 0))))
    assert Direct(Conv2d(1, (3, 3), padding=(0, 0)), x.shape[1:]).bordered(x, None) is x  # nothing to copy


@pytest.mark.parametrize(
    ("op", "shape", "border"),
    [
        (Conv2d(1, (3, 3)), (6, 7, 1), (1, 8, 1, 9)),
        (Conv2d(1, (3, 3), padding=(0, 0)), (6, 7, 1), (2, 8, 2, 9)),
        (Conv2d(1, (1, 1)), (6, 7, 1), (0, 6, 0, 7)),
        (Conv2d(1, (2, 2), (2, 2), (0, 0)), (6, 8, 1), (0, 3, 0, 4)),
    ],
)
def test_the_border_of_z_bar(op, shape, border):
    """Before and in all, along rows and columns: what the windows turned round reach beyond the outputs."""
    assert Direct(op, shape).border_back(True) == border
    h, w, _ = op.shape(shape)
    assert Direct(op, shape).border_back(False) == (0, h, 0, w)


def test_many_windows_are_cut_into_blocks_and_few_images_into_groups(at, normal):
    """More pixels than a block of rows holds, and more images than a group: the seams must not show."""
    for shape in ((2, 21, 37, 2), (31, 3, 5, 2)):
        x, w = normal(0, shape, (3, 3, 2, tile().columns(8) + 1))
        op = Conv2d(w.shape[3], (3, 3), padding=(0, 0), bias=False, algorithm="direct")
        y = at(op, [x], [w]).y
        h, q = y.shape[1:3]
        wanted = sum(x[:, a : a + h, b : b + q] @ w[a, b] for a in range(3) for b in range(3))
        np.testing.assert_allclose(y, wanted, atol=1e-13)
