"""Matrices packed into panels: [panel, k, lane], the last panel filled up with zeros.

A tile reads its columns of B as one stream; packing costs one pass over the weights, once a step.
"""

from __future__ import annotations

from fitcli.kernels.kernel import kernel
from fitcli.kernels.lanes import Loops, each_channel
from fitcli.kernels.lazy import intrinsic, types
from fitcli.kernels.native import address_of, size_of
from fitcli.kernels.target import tile

_ROWS = 16  # of a block whose rows are read whole while every panel's part of it is written whole


def panels_shape(dtype, k: int, columns: int) -> tuple[int, int, int]:
    """The shape of a packed matrix [k, columns] of this element type."""
    width = tile().columns(dtype.itemsize)
    return (-(-columns // width), k, width)


@intrinsic
def copy_row(typingctx, zero, y, x, count):
    """count numbers from address x to address y, a vector at a time."""

    def codegen(context, builder, signature, args):
        vectors = Loops(builder, zero)
        y, x = vectors.pointers(*args[1:3])

        def one(k, mask):
            vectors.store(vectors.load(vectors.shift(x, k), mask), vectors.shift(y, k), mask)

        each_channel(vectors, args[3], one)
        return context.get_dummy_value()

    return types.void(zero, *([types.int64] * 3)), codegen


@kernel
def pack(packed, matrix, start=0, stop=-1, first=0):
    """packed[j, k, l] = matrix[k, first + j·width + l], for the rows k in [start, stop); stop < 0: all from there on."""
    panels, depth, width = packed.shape
    columns = matrix.shape[1]
    zero = packed.dtype.type(0)
    size = size_of(zero)
    last = depth if stop < 0 else stop
    for low in range(start, last, _ROWS):
        for j in range(panels):
            column = first + j * width
            left = min(width, columns - column)
            for k in range(low, min(low + _ROWS, last)):
                copy_row(zero, address_of(packed) + (j * depth + k) * width * size,
                         address_of(matrix) + (k * columns + column) * size, left)  # fmt: skip
                for l in range(left, width):
                    packed[j, k, l] = zero


@kernel
def pack_transposed(packed, matrix, start=0, stop=-1):
    """packed[j, k, l] = matrix[j·width + l, k], for the k in [start, stop); stop < 0: all from there on."""
    panels, depth, width = packed.shape
    zero = packed.dtype.type(0)
    last = depth if stop < 0 else stop
    for j in range(panels):
        for l in range(width):
            row = j * width + l
            if row < matrix.shape[0]:
                for k in range(start, last):
                    packed[j, k, l] = matrix[row, k]
            else:
                for k in range(start, last):
                    packed[j, k, l] = zero
