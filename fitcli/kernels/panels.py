"""Matrices packed into panels: [panel, k, lane], the last panel filled up with zeros.

A tile reads its columns of B as one stream; packing costs one pass over the weights, once a step.
"""

from __future__ import annotations

from fitcli.kernels.kernel import kernel
from fitcli.kernels.target import tile


def panels_shape(dtype, k: int, columns: int) -> tuple[int, int, int]:
    """The shape of a packed matrix [k, columns] of this element type."""
    width = tile().columns(dtype.itemsize)
    return (-(-columns // width), k, width)


@kernel
def pack(packed, matrix, part=0, parts=1):
    """packed[j, k, l] = matrix[k, j·width + l], for the `part`-th of `parts` shares of the rows k."""
    panels, depth, width = packed.shape
    zero = packed.dtype.type(0)
    for j in range(panels):
        left = min(width, matrix.shape[1] - j * width)
        for k in range(depth * part // parts, depth * (part + 1) // parts):
            for l in range(left):
                packed[j, k, l] = matrix[k, j * width + l]
            for l in range(left, width):
                packed[j, k, l] = zero


@kernel
def pack_transposed(packed, matrix, part=0, parts=1):
    """packed[j, k, l] = matrix[j·width + l, k], for the `part`-th of `parts` shares of the k."""
    panels, depth, width = packed.shape
    zero = packed.dtype.type(0)
    first, last = depth * part // parts, depth * (part + 1) // parts
    for j in range(panels):
        for l in range(width):
            row = j * width + l
            if row < matrix.shape[0]:
                for k in range(first, last):
                    packed[j, k, l] = matrix[row, k]
            else:
                for k in range(first, last):
                    packed[j, k, l] = zero
