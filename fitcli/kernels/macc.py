"""C = start + A · B over whole matrices by register tiles: compiled once per element type, called by symbol.

Every convolution and dense kernel calls these two functions. They are linked by name and not inlined, so that the
microkernel is compiled once and not once more in each kernel that uses it. A kernel that calls them is decorated
`@kernel(links=macc.link)`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from llvmlite import binding, ir

from fitcli.kernels.kernel import kernel
from fitcli.kernels.lazy import inner, intrinsic, types
from fitcli.kernels.microkernel import multiply_columns, multiply_rows
from fitcli.kernels.native import size_of
from fitcli.kernels.target import tile

ZERO, ADD, BIAS = 0, 1, 2  # `start`: what C begins from
_TILE_ROWS = tile().rows
_TILE_BYTES = tile().columns(1)
_FAR_BYTES, _PANEL_BYTES = 1024, 8192
_KEPT_BYTES = 1 << 17  # of panels of B that are read again and again: a quarter of a usual second cache


@kernel
def add_product_rows(zero, a, a_rows, b, panel, c, c_rows, bias, m, n,
                     n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip):  # fmt: skip
    """C[i, j] = start + Σₖ A[i, k] · B[k, j] for i < m, j < n; see `rows_product`."""
    size = size_of(zero)
    width = _TILE_BYTES // size
    tiles = (m + _TILE_ROWS - 1) // _TILE_ROWS
    for j in range(0, n, width):
        at_b = b + (j // width) * panel * size
        at = 0
        for t in range(tiles):
            # Rows are shared out evenly: 7 rows are 4 + 3 and not 6 + 1, as a thin tile waits for its own sums.
            rows = (m - at + tiles - t - 1) // (tiles - t)
            multiply_rows(zero, a, a_rows + at * 8, at_b, c + j * size, c_rows + at * 8,
                          bias + j * size, rows, n - j,
                          n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip)  # fmt: skip
            at += rows


@kernel
def add_product_columns(zero, a, a_rows, b, panel, c, c_rows, bias, m, n,
                        n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip):  # fmt: skip
    """The same with A[i, k] = a[i + …]: neighbours in i; see `columns_product`."""
    size = size_of(zero)
    width = _TILE_BYTES // size
    tiles = (m + _TILE_ROWS - 1) // _TILE_ROWS
    # One panel of B stays in the first cache while A streams by from the second. What lies too far apart in A is not
    # fetched ahead, though: then the rows of a tile stay beside a panel, if both fit, and B streams by.
    block = width
    if sa2 * size > _FAR_BYTES and 0 < panel * size <= _PANEL_BYTES:
        block *= _KEPT_BYTES // (panel * size)
    for first in range(0, n, block):
        at, last = 0, min(first + block, n)
        for t in range(tiles):
            rows = (m - at + tiles - t - 1) // (tiles - t)
            for j in range(first, last, width):
                at_b = b + (j // width) * panel * size
                multiply_columns(zero, a + at * size, a_rows, at_b, c + j * size, c_rows + at * 8,
                                 bias + j * size, rows, n - j,
                                 n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip)  # fmt: skip
            at += rows


@inner(inline="always")
def panel_width(zero):
    """Columns of a tile of this type: the `panel` of a B that is not packed."""
    return _TILE_BYTES // size_of(zero)


def _symbol(which: str, itemsize: int) -> str:
    return f"fitcli_{which}_product_f{itemsize}"


@cache
def link(dtype: str) -> None:
    """Compile both functions for "f4" or "f8" (or read them from the cache) and make their names known to the linker."""
    element = np.dtype(dtype)
    example = (element.type(0), *[0] * 20)
    binding.add_symbol(_symbol("rows", element.itemsize), add_product_rows.entry(example))
    binding.add_symbol(_symbol("columns", element.itemsize), add_product_columns.entry(example))


def _by_symbol(which: str):
    def define(typingctx, zero, a, a_rows, b, panel, c, c_rows, bias, m, n,
               n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip):  # fmt: skip
        itemsize = zero.bitwidth // 8

        def codegen(context, builder, signature, args):
            word = ir.IntType(64)
            name = _symbol(which, itemsize)
            function = builder.module.globals.get(name) or ir.Function(
                builder.module, ir.FunctionType(ir.VoidType(), [word]), name
            )
            with builder.goto_entry_block():
                block = builder.alloca(word, len(args))
            words = [word(0), *args[1:]]
            for i, value in enumerate(words):
                builder.store(value, builder.gep(block, [word(i)]))
            builder.call(function, [builder.ptrtoint(block, word)])
            return context.get_dummy_value()

        return types.void(zero, *([types.int64] * 20)), codegen

    return intrinsic(define)


# rows_product(zero, a, a_rows, b, panel, c, c_rows, bias, m, n, n0, n1, n2, sa0, …, sb2, start, clip):
#   for i < m, j < n:  C[c_rows[i] + j] = start + Σ over k0 < n0, k1 < n1, k2 < n2 of
#       A[a_rows[i] + k0·sa0 + k1·sa1 + k2] · B[(j // w)·panel + k0·sb0 + k1·sb1 + k2·sb2 + j % w]
# with w the columns of a tile, offsets and strides in elements, a, b, c, bias, a_rows, c_rows addresses.
# start: ZERO, ADD (the old C) or BIAS (bias[j]); clip: store max(·, 0). `zero` gives the element type.
rows_product = _by_symbol("rows")
# columns_product: the same with A[i + k0·sa0 + k1·sa1 + k2·sa2]; a_rows is not used.
columns_product = _by_symbol("columns")
