"""L X Lᵀ for a small grid X of channel vectors, as straight-line vector code: the transforms of Winograd's convolution.

`grid_map(f, n, m)` makes an intrinsic that reads an n × n grid, applies the one-dimensional linear map `f` (n values to m)
to every column and then to every row, and writes an m × m grid, for all channels. `f` is written with + − and numbers
as in the paper; here it runs once, on vectors being emitted, because a loop over 36 streams is more than a compiler
dares to vectorise.
"""

from __future__ import annotations

from collections.abc import Callable

from fitcli.kernels.lanes import Loops, each_channel
from fitcli.kernels.lazy import intrinsic, types
from fitcli.kernels.microkernel import I64, Vectors

SET, ADD, BIAS = 0, 1, 2  # what is done to the output grid: written, added to, or written with a bias and a clip


class Lane:
    """One vector value that knows arithmetic."""

    def __init__(self, vectors: Vectors, value):
        self.vectors, self.value = vectors, value

    def _lift(self, other):
        return other.value if isinstance(other, Lane) else self.vectors.constant(float(other))

    def __add__(self, other):
        return Lane(self.vectors, self.vectors.builder.fadd(self.value, self._lift(other), flags=("contract", "nsz")))

    def __sub__(self, other):
        return Lane(self.vectors, self.vectors.builder.fsub(self.value, self._lift(other), flags=("contract", "nsz")))

    def __rmul__(self, number):
        return Lane(self.vectors, self.vectors.builder.fmul(self._lift(number), self.value, flags=("contract", "nsz")))


def grid_map(f: Callable, n: int, m: int, mode: int):
    """An intrinsic (zero, x, x_row, x_column, y, y_row, y_column, bias, clip, channels): strides in elements."""

    def define(typingctx, zero, x, x_row, x_column, y, y_row, y_column, bias, clip, channels):
        def codegen(context, builder, signature, args):
            _, x, x_row, x_column, y, y_row, y_column, bias, clip, channels = args
            vectors = Loops(builder, zero)
            x, y = vectors.pointers(x, y)
            grids = _Grid(vectors, x, x_row, x_column, n), _Grid(vectors, y, y_row, y_column, m)
            each_channel(vectors, channels, lambda k, mask: _one(vectors, f, *grids, mode, bias, clip, k, mask))
            return context.get_dummy_value()

        return types.void(zero, *([types.int64] * 9)), codegen

    return intrinsic(define)


class _Grid:
    def __init__(self, vectors: Vectors, base, row, column, size: int):
        self.vectors, self.base, self.size = vectors, base, size
        builder = vectors.builder
        self.offsets = [
            [builder.add(builder.mul(row, I64(i)), builder.mul(column, I64(j))) for j in range(size)] for i in range(size)
        ]

    def at(self, i: int, j: int, k):
        return self.vectors.shift(self.base, self.vectors.builder.add(self.offsets[i][j], k))


def _one(vectors, f, source, target, mode, bias, clip, k, mask) -> None:
    builder = vectors.builder
    columns = [
        f(*(Lane(vectors, vectors.load(source.at(i, j, k), mask)) for i in range(source.size))) for j in range(source.size)
    ]
    added = vectors.started(bias, k, mask) if mode == BIAS else None
    for i in range(target.size):
        for j, lane in enumerate(f(*(column[i] for column in columns))):
            value, pointer = lane.value, target.at(i, j, k)
            if mode == ADD:
                value = builder.fadd(value, vectors.load(pointer, mask))
            if mode == BIAS:
                value = vectors.clipped(builder.fadd(value, added), clip)
            vectors.store(value, pointer, mask)
