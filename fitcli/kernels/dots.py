"""A window sliding over images whose outputs are too few for a vector: lanes run along k, and a sum over lanes ends each.

The register tile of a wide product has its lanes in the columns of C; with one to four columns most would idle. Here
C[r, c] = Σₖ A[r, k] · B[c, k] holds a vector for each number of C, and both operands are read along k.
"""

from __future__ import annotations

from llvmlite import ir

from fitcli.kernels.kernel import kernel
from fitcli.kernels.lanes import Held, each, each_channel
from fitcli.kernels.lazy import inner, intrinsic, types
from fitcli.kernels.microkernel import I64, Vectors
from fitcli.kernels.native import address_of, size_of
from fitcli.kernels.target import tile

_ROWS = (8, 6, 4, 2)  # of a tile with so many columns, from 1 on: sums and operands fit in 16 registers
NARROW = len(_ROWS)  # columns at most


class _Dots(Vectors):
    """Writes one tile for a fixed element type."""

    def __init__(self, builder, element, args):
        super().__init__(builder, element, tile())
        pointer, table = element.as_pointer(), I64.as_pointer()
        a, a_rows, b, c, c_rows, bias, self.depth = args[:7]
        self.a, self.b, self.c, self.bias = (builder.inttoptr(address, pointer) for address in (a, b, c, bias))
        self.a_rows, self.c_rows = (builder.inttoptr(address, table) for address in (a_rows, c_rows))
        self.n0, self.n1, self.n2, self.sa0, self.sa1, self.begin, self.clip = args[7:]

    def offset(self, table, row: int):
        return self.builder.load(self.shift(table, I64(row)))

    def write(self, rows: int, columns: int) -> None:
        builder = self.builder
        a = [self.shift(self.a, self.offset(self.a_rows, r)) for r in range(rows)]
        b = [self.shift(self.b, builder.mul(self.depth, I64(c))) for c in range(columns)]
        sums = [[Held(self, self.constant(0.0)) for _ in range(columns)] for _ in range(rows)]

        def run(k0, k1) -> None:
            at_a = builder.add(builder.mul(k0, self.sa0), builder.mul(k1, self.sa1))
            at_b = builder.mul(builder.add(builder.mul(k0, self.n1), k1), self.n2)
            from_a, from_b = [self.shift(p, at_a) for p in a], [self.shift(p, at_b) for p in b]

            def step(k, mask) -> None:
                loaded = [self.load(self.shift(p, k), mask) for p in from_b]
                for r in range(rows):
                    value = self.load(self.shift(from_a[r], k), mask)
                    for c in range(columns):
                        sums[r][c].set(self.multiply_add(value, loaded[c], sums[r][c].get()))

            each_channel(self, self.n2, step)

        each(builder, I64(0), self.n0, 1, lambda k0: each(builder, I64(0), self.n1, 1, lambda k1: run(k0, k1)))
        for r in range(rows):
            at = self.shift(self.c, self.offset(self.c_rows, r))
            for c in range(columns):
                self.finish(self.sum(sums[r][c].get()), self.shift(at, I64(c)), self.shift(self.bias, I64(c)))

    def sum(self, vector):
        """Over the lanes."""
        name = f"llvm.vector.reduce.fadd.v{self.lanes}f{8 * self.itemsize}"
        function = self.intrinsic(name, self.element, [self.element, self.vector])
        return self.builder.call(function, [ir.Constant(self.element, -0.0), vector], fastmath=("reassoc",))

    def finish(self, value, place, bias) -> None:
        """Store value + what C begins from, through max(·, 0) when `clip` is set."""
        builder = self.builder
        total = builder.alloca(self.element)
        builder.store(value, total)
        for choice, source in ((1, place), (2, bias)):
            with builder.if_then(builder.icmp_signed("==", self.begin, I64(choice))):
                builder.store(builder.fadd(value, builder.load(source, align=self.itemsize)), total)
        builder.store(self.clipped(builder.load(total), self.clip), place, align=self.itemsize)


@intrinsic
def multiply_dots(typingctx, zero, rows, columns, a, a_rows, b, c, c_rows, bias, depth, n0, n1, n2, sa0, sa1, start, clip):
    """One tile: C[c_rows[i] + j] = start + Σ A[a_rows[i] + k0·sa0 + k1·sa1 + k2] · B[j·depth + (k0·n1 + k1)·n2 + k2]."""
    element = ir.FloatType() if zero == types.float32 else ir.DoubleType()

    def codegen(context, builder, signature, args):
        dots = _Dots(builder, element, args[3:])
        end = builder.append_basic_block("end")
        key = builder.add(builder.mul(args[2], I64(16)), args[1])
        switch = builder.switch(key, end)
        for width, height in enumerate(_ROWS, 1):
            for rows in range(1, height + 1):
                case = builder.append_basic_block(f"dots{rows}x{width}")
                switch.add_case(I64(16 * width + rows), case)
                builder.position_at_end(case)
                dots.write(rows, width)
                builder.branch(end)
        builder.position_at_end(end)
        return context.get_dummy_value()

    return types.void(zero, *([types.int64] * 17)), codegen


@inner
def _height(columns):
    if columns == 1:
        return _ROWS[0]
    if columns == 2:
        return _ROWS[1]
    return _ROWS[2] if columns == 3 else _ROWS[3]


@kernel
def slide_dots(y, x, packed, bias, x_rows, y_rows, columns, block, group, height, x_at, y_at, x_step, y_step,
               n0, n1, n2, sa0, sa1, start, clip):  # fmt: skip
    """What `slide` does, for packed [outputs, k] with at most NARROW outputs."""
    zero = y.dtype.type(0)
    size = size_of(zero)
    outputs, depth = packed.shape
    tall = _height(outputs)
    x_image, y_image = x[0].size, y[0].size
    at_bias = address_of(bias) if bias is not None else 0
    for i in range(0, x.shape[0], group):
        images = min(group, x.shape[0] - i)
        for r in range(0, height, block):
            m = images * min(block, height - r) * columns
            tiles = (m + tall - 1) // tall
            at = 0
            for t in range(tiles):
                rows = (m - at + tiles - t - 1) // (tiles - t)
                multiply_dots(zero, rows, outputs, address_of(x) + (i * x_image + x_at + r * x_step) * size,
                              address_of(x_rows) + at * 8, address_of(packed),
                              address_of(y) + (i * y_image + y_at + r * y_step) * size, address_of(y_rows) + at * 8,
                              at_bias, depth, n0, n1, n2, sa0, sa1, start, clip)  # fmt: skip
                at += rows


@kernel
def pack_dots(packed, matrix, start=0, stop=-1):
    """packed[j, k] = matrix[k, j], for the rows k in [start, stop); stop < 0: all from there on."""
    last = packed.shape[1] if stop < 0 else stop
    for k in range(start, last):
        for j in range(packed.shape[0]):
            packed[j, k] = matrix[k, j]


@kernel
def pack_window_dots(packed, w, a0, a_step, b0, b_step, columns, part=0, parts=1):
    """packed[j, (a, b, k)] = w[a0 − a·a_step, b0 − b·b_step, j, k]: a window turned round; its taps ≡ part (mod parts)."""
    co = w.shape[3]
    for t in range(part, packed.shape[1] // co, parts):
        tap = w[a0 - t // columns * a_step, b0 - t % columns * b_step]
        for j in range(packed.shape[0]):
            for k in range(co):
                packed[j, t * co + k] = tap[j, k]
