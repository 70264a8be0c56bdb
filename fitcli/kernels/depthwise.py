"""A window over each channel by itself: no product of matrices, so its loops hold sums of pixels in registers instead.

    y[q, c] = bias[c] + Σ over a, b of x[q·step + a·row + b·column, c] · w[a·down + b·across, c]
"""

from __future__ import annotations

from llvmlite import ir

from fitcli.kernels.kernel import kernel
from fitcli.kernels.lanes import Held, each, each_channel
from fitcli.kernels.lazy import intrinsic, types
from fitcli.kernels.microkernel import I64, Vectors
from fitcli.kernels.native import address_of, size_of
from fitcli.kernels.target import tile

_TOGETHER = 6  # pixels whose sums are held at once


def _pointers(builder, element, *addresses):
    return (builder.inttoptr(a, element.as_pointer()) for a in addresses)


@intrinsic
def window_row(typingctx, zero, y, y_step, x, x_step, row, column, w, down, across, kh, kw, bias, clip, count, channels):
    """One row of `count` outputs; strides in elements, `bias` an address or 0, `clip`: store max(·, 0)."""
    element = ir.FloatType() if zero == types.float32 else ir.DoubleType()

    def codegen(context, builder, signature, args):
        _, y, y_step, x, x_step, row, column, w, down, across, kh, kw, bias, clip, count, channels = args
        vectors = Vectors(builder, element, tile())
        has_bias = builder.icmp_signed("!=", bias, I64(0))
        clipped = builder.icmp_signed("!=", clip, I64(0))
        y, x, w, bias = _pointers(builder, element, y, x, w, bias)
        nothing = ir.Constant(vectors.vector, None)

        def pixels(q, together):
            def one(k, mask):
                sums = [Held(vectors, nothing) for _ in range(together)]
                with builder.if_then(has_bias):
                    for held in sums:
                        held.set(vectors.load(vectors.shift(bias, k), mask))

                def tap(a, b):
                    weight = vectors.load(vectors.shift(w, builder.add(k, builder.add(builder.mul(a, down), builder.mul(b, across)))), mask)
                    at = builder.add(k, builder.add(builder.mul(a, row), builder.mul(b, column)))
                    for i, held in enumerate(sums):
                        pixel = builder.add(at, builder.mul(builder.add(q, I64(i)), x_step))
                        held.set(vectors.multiply_add(vectors.load(vectors.shift(x, pixel), mask), weight, held.get()))

                each(builder, I64(0), kh, 1, lambda a: each(builder, I64(0), kw, 1, lambda b: tap(a, b)))
                for i, held in enumerate(sums):
                    value = held.get()
                    positive = builder.fcmp_unordered(">", value, nothing)  # a NaN stays a NaN
                    value = builder.select(clipped, builder.select(positive, value, nothing), value)
                    out = vectors.shift(y, builder.add(k, builder.mul(builder.add(q, I64(i)), y_step)))
                    vectors.store(value, out, mask)

            each_channel(vectors, channels, one)

        whole = builder.mul(builder.sdiv(count, I64(_TOGETHER)), I64(_TOGETHER))
        each(builder, I64(0), whole, _TOGETHER, lambda q: pixels(q, _TOGETHER))
        each(builder, whole, count, 1, lambda q: pixels(q, 1))
        return context.get_dummy_value()

    return types.void(zero, *([types.int64] * 15)), codegen


@intrinsic
def window_row_weights(typingctx, zero, w_bar, down, across, x, x_step, row, column, z, z_step, kh, kw, count, channels):
    """w_bar[a·down + b·across, c] += Σ over the row's q of x[q·step + a·row + b·column, c] · z[q, c]."""
    element = ir.FloatType() if zero == types.float32 else ir.DoubleType()

    def codegen(context, builder, signature, args):
        _, w_bar, down, across, x, x_step, row, column, z, z_step, kh, kw, count, channels = args
        vectors = Vectors(builder, element, tile())
        w_bar, x, z = _pointers(builder, element, w_bar, x, z)
        nothing = ir.Constant(vectors.vector, None)
        whole = builder.and_(count, I64(-4))

        def tap(k, mask, a, b):
            at = builder.add(k, builder.add(builder.mul(a, row), builder.mul(b, column)))
            sums = [Held(vectors, nothing) for _ in range(4)]

            def pixel(q, held):
                value = vectors.load(vectors.shift(x, builder.add(at, builder.mul(q, x_step))), mask)
                bar = vectors.load(vectors.shift(z, builder.add(k, builder.mul(q, z_step))), mask)
                held.set(vectors.multiply_add(value, bar, held.get()))

            each(builder, I64(0), whole, 4, lambda q: [pixel(builder.add(q, I64(i)), sums[i]) for i in range(4)])
            each(builder, whole, count, 1, lambda q: pixel(q, sums[0]))
            out = vectors.shift(w_bar, builder.add(k, builder.add(builder.mul(a, down), builder.mul(b, across))))
            total = vectors.load(out, mask)
            for held in sums:
                total = builder.fadd(total, held.get())
            vectors.store(total, out, mask)

        def one(k, mask):
            each(builder, I64(0), kh, 1, lambda a: each(builder, I64(0), kw, 1, lambda b: tap(k, mask, a, b)))

        each_channel(vectors, channels, one)
        return context.get_dummy_value()

    return types.void(zero, *([types.int64] * 13)), codegen


@kernel
def depthwise_slide(y, x, w, bias, x_at, y_at, w_at, x_step, y_step, x_row, y_row, row, column, down, across,
                    kh, kw, height, width, clip):  # fmt: skip
    """Every row of outputs: offsets of the first (`_at`), steps from pixel to pixel and from row to row, in elements."""
    zero = y.dtype.type(0)
    size = size_of(zero)
    at_bias = address_of(bias) if bias is not None else 0
    for i in range(x.shape[0]):
        for r in range(height):
            at_y = address_of(y) + (i * y[0].size + y_at + r * y_row) * size
            at_x = address_of(x) + (i * x[0].size + x_at + r * x_row) * size
            window_row(zero, at_y, y_step, at_x, x_step, row, column, address_of(w) + w_at * size, down, across,
                       kh, kw, at_bias, clip, width, y.shape[3])  # fmt: skip


@kernel
def depthwise_weights(w_bar, x, z, z_at, x_step, x_row, z_row, row, column, height, width):
    """w_bar [kh, kw, C] += Σ over pixels of x · z."""
    kh, kw, c = w_bar.shape
    zero = w_bar.dtype.type(0)
    size = size_of(zero)
    for i in range(x.shape[0]):
        for r in range(height):
            at_x = address_of(x) + (i * x[0].size + r * x_row) * size
            at_z = address_of(z) + (i * z[0].size + z_at + r * z_row) * size
            window_row_weights(zero, address_of(w_bar), kw * c, c, at_x, x_step, row, column, at_z, c, kh, kw, width, c)
