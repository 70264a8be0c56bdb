"""A window over each channel by itself: no product of matrices, so its loops hold sums of pixels, or of a tap, in
registers instead (LLVM IR).

Rows of pixels are taken into a small block first, inside their border of zeros: it stays in the first-level cache, its
pixels lie side by side however many channels there are, and no image with a border is ever written.
"""

from __future__ import annotations

from fitcli.kernels.kernel import kernel
from fitcli.kernels.lanes import Held, Loops, each, each_channel
from fitcli.kernels.lazy import inner, intrinsic, types
from fitcli.kernels.microkernel import I64
from fitcli.kernels.native import address_of, size_of
from fitcli.kernels.panels import copy_row

_TOGETHER = 6  # outputs of a row whose sums are held at once
_SUMS = 4  # of one tap of the weights' gradient, so that none waits for the one before


@intrinsic
def window_block(typingctx, zero, y, y_row, y_step, x, x_row, x_step, row, column, w, down, across, kh, kw, bias, clip,
                 height, width, channels):  # fmt: skip
    """y[r, q, c] = bias[c] + Σ over a, b of x[r·x_row + q·x_step + a·row + b·column + c] · w[a·down + b·across + c].

    Strides are in elements: `x_row` and `x_step` from window to window, `row` and `column` from tap to tap. `bias` is an
    address or 0; `clip`: store max(·, 0).
    """

    def codegen(context, builder, signature, args):
        _, y, y_row, y_step, x, x_row, x_step, row, column, w, down, across, kh, kw, bias, clip, height, width, channels = args
        loops = Loops(builder, zero)
        y, x, w = loops.pointers(y, x, w)

        def one(k, mask):
            start = loops.started(bias, k, mask)

            def some(r, q, together):
                each_q = [builder.add(q, I64(i)) for i in range(together)]
                sums = [Held(loops, start) for _ in each_q]
                pixels = [loops.moved(loops.shift(x, k), (r, x_row), (i, x_step)) for i in each_q]

                def tap(a, b):
                    weight = loops.load(loops.moved(loops.shift(w, k), (a, down), (b, across)), mask)
                    offset = builder.add(builder.mul(a, row), builder.mul(b, column))
                    for held, pixel in zip(sums, pixels, strict=True):
                        held.set(loops.multiply_add(loops.load(loops.shift(pixel, offset), mask), weight, held.get()))

                each(builder, I64(0), kh, 1, lambda a: each(builder, I64(0), kw, 1, lambda b: tap(a, b)))
                for held, i in zip(sums, each_q, strict=True):
                    loops.store(loops.clipped(held.get(), clip), loops.moved(loops.shift(y, k), (r, y_row), (i, y_step)), mask)

            def along(r):
                whole = builder.mul(builder.sdiv(width, I64(_TOGETHER)), I64(_TOGETHER))
                each(builder, I64(0), whole, _TOGETHER, lambda q: some(r, q, _TOGETHER))
                each(builder, whole, width, 1, lambda q: some(r, q, 1))

            each(builder, I64(0), height, 1, along)

        each_channel(loops, channels, one)
        return context.get_dummy_value()

    return types.void(zero, *([types.int64] * 18)), codegen


@intrinsic
def window_block_weights(typingctx, zero, w_bar, down, across, x, x_row, x_step, row, column, z, z_row, z_step, kh, kw,
                         height, width, channels):  # fmt: skip
    """w_bar[a·down + b·across + c] += Σ over r, q of x[r·x_row + q·x_step + a·row + b·column + c] · z[r, q, c]."""

    def codegen(context, builder, signature, args):
        _, w_bar, down, across, x, x_row, x_step, row, column, z, z_row, z_step, kh, kw, height, width, channels = args
        loops = Loops(builder, zero)
        w_bar, x, z = loops.pointers(w_bar, x, z)

        def tap(k, mask, a, b):
            sums = [Held(loops, loops.nothing) for _ in range(_SUMS)]

            def along(r):
                pixels = loops.moved(loops.shift(x, k), (a, row), (b, column), (r, x_row))
                bars = loops.moved(loops.shift(z, k), (r, z_row))

                def pixel(q, held):
                    value, bar = (loops.load(loops.moved(p, (q, step)), mask) for p, step in ((pixels, x_step), (bars, z_step)))
                    held.set(loops.multiply_add(value, bar, held.get()))

                whole = builder.and_(width, I64(-_SUMS))
                each(builder, I64(0), whole, _SUMS, lambda q: [pixel(builder.add(q, I64(i)), sums[i]) for i in range(_SUMS)])
                each(builder, whole, width, 1, lambda q: pixel(q, sums[0]))

            each(builder, I64(0), height, 1, along)
            out = loops.moved(loops.shift(w_bar, k), (a, down), (b, across))
            total = loops.load(out, mask)
            for held in sums:
                total = builder.fadd(total, held.get())
            loops.store(total, out, mask)

        def one(k, mask):
            each(builder, I64(0), kh, 1, lambda a: each(builder, I64(0), kw, 1, lambda b: tap(k, mask, a, b)))

        each_channel(loops, channels, one)
        return context.get_dummy_value()

    return types.void(zero, *([types.int64] * 16)), codegen


@inner
def take(block, image, top, rows, left, first, channels):
    """block[a, q, :channels] = image[top + a, left + q, first : first + channels], 0 outside of the image."""
    height, width, c = image.shape
    _, columns, part = block.shape
    zero = block.dtype.type(0)
    size = size_of(zero)
    low, high = min(columns, max(0, -left)), max(0, min(columns, width - left))
    for a in range(rows):
        if not (0 <= top + a < height and low < high):
            block[a] = zero
            continue
        block[a, :low] = zero
        block[a, high:] = zero
        into = address_of(block) + (a * columns + low) * part * size
        source = address_of(image) + (((top + a) * width + left + low) * c + first) * size
        if part == c:
            copy_row(zero, into, source, (high - low) * c)
        else:
            for q in range(high - low):
                copy_row(zero, into + q * part * size, source + q * c * size, channels)


@kernel
def depthwise_slide(y, x, block, w, bias, top, left, sh, sw, dh, dw, y_at, y_row, y_step, w_at, down, across,
                    kh, kw, height, width, clip):  # fmt: skip
    """y[y_at + r·y_row + q·y_step + c] = bias[c] + Σ over a, b of
    x[top + r·sh + a·dh, left + q·sw + b·dw, c] · w[w_at + a·down + b·across + c], x being 0 outside of the image.

    y and w by their strides in elements; `block` [rows, columns, channels] is where x is taken to, part by part.
    """
    c = x.shape[3]
    deep, columns, part = block.shape
    zero = y.dtype.type(0)
    size = size_of(zero)
    reach = (kh - 1) * dh + 1
    most = (deep - reach) // sh + 1  # rows of windows in a block
    for i in range(x.shape[0]):
        for first in range(0, c, part):
            channels = min(part, c - first)
            at_bias = address_of(bias) + first * size if bias is not None else 0
            for r in range(0, height, most):
                rows = min(most, height - r)
                take(block, x[i], top + r * sh, (rows - 1) * sh + reach, left, first, channels)
                window_block(zero, address_of(y) + (i * y[0].size + y_at + r * y_row + first) * size, y_row, y_step,
                             address_of(block), sh * columns * part, sw * part, dh * columns * part, dw * part,
                             address_of(w) + (w_at + first) * size, down, across, kh, kw, at_bias, clip,
                             rows, width, channels)  # fmt: skip


@kernel
def depthwise_weights(w_bar, x, block, z, top, left, sh, sw, dh, dw):
    """w_bar[a, b, c] += Σ over i, r, q of x[i, top + r·sh + a·dh, left + q·sw + b·dw, c] · z[i, r, q, c]."""
    kh, kw, c = w_bar.shape
    _, height, width, _ = z.shape
    deep, columns, part = block.shape
    zero = w_bar.dtype.type(0)
    size = size_of(zero)
    reach = (kh - 1) * dh + 1
    most = (deep - reach) // sh + 1
    for i in range(x.shape[0]):
        for first in range(0, c, part):
            channels = min(part, c - first)
            for r in range(0, height, most):
                rows = min(most, height - r)
                take(block, x[i], top + r * sh, (rows - 1) * sh + reach, left, first, channels)
                window_block_weights(zero, address_of(w_bar) + first * size, kw * c, c,
                                     address_of(block), sh * columns * part, sw * part, dh * columns * part, dw * part,
                                     address_of(z) + (((i * height + r) * width) * c + first) * size, width * c, c,
                                     kh, kw, rows, width, channels)  # fmt: skip
