"""Depthwise windows of 3 × 3, one or two pixels apart: all nine weights, or all nine sums of their gradient, in registers (LLVM
IR).

They read images as they lie, each shared pixel once for four windows side by side. Where a window reaches over the
edge, its rows and its first or last column are read from a row of zeros instead.
"""

from __future__ import annotations

from fitcli.kernels.kernel import kernel
from fitcli.kernels.lanes import Held, Loops, each, each_channel
from fitcli.kernels.lazy import inner, intrinsic, types
from fitcli.kernels.microkernel import I64
from fitcli.kernels.native import address_of, size_of

SIDE = 3
_CACHE_BYTES = 48 << 10  # of a block of rows: half as much, or thrice, is some percent slower
_TOGETHER = 4  # outputs of a row whose sums are held at once, beside the nine weights


class _Image(Loops):
    """An image [height, width, channels] at x, seen through windows `stride` apart, the first at `top` and `left`."""

    def __init__(self, builder, zero, x, zeros, height, width, channels, top, left):
        super().__init__(builder, zero)
        self.x, self.zeros = self.pointers(x, zeros)
        self.height, self.width, self.channels, self.top, self.left = height, width, channels, top, left

    def line(self, r, a, stride, k):
        """Where the pixels of row a of the windows in row r lie: the pixel −left is the first window's first."""
        builder = self.builder
        at = builder.add(builder.add(builder.mul(r, I64(stride)), self.top), I64(a))
        inside = builder.icmp_unsigned("<", at, self.height)
        row = self.moved(self.x, (at, builder.mul(self.width, self.channels)))
        return self.shift(builder.select(inside, row, self.zeros), k)

    def pixel(self, line, q, j, stride, k, edge):
        """The address of pixel j of the windows from q on, which may lie outside at an `edge`."""
        builder = self.builder
        at = builder.add(builder.add(builder.mul(q, I64(stride)), self.left), I64(j))
        address = self.moved(line, (at, self.channels))
        if not edge:
            return address
        return builder.select(builder.icmp_unsigned("<", at, self.width), address, self.shift(self.zeros, k))


def _strides(builder, stride, run) -> None:
    """run(1) or run(2), as the stride is."""
    with builder.if_else(builder.icmp_signed("==", stride, I64(1))) as (one, two):
        with one:
            run(1)
        with two:
            run(2)


@intrinsic
def nine_taps(typingctx, zero, y, y_row, x, zeros, image_height, image_width, channels, top, left, stride, w, down, across,
              bias, clip, first, last, width):  # fmt: skip
    """y[r, q, c] = bias[c] + Σ over a, b < 3 of x[top + r·stride + a, left + q·stride + b, c] · w[a·down + b·across + c].

    For the rows r in [first, last); rows of y are `y_row` apart. `zeros`: a row of the image of zeros. Of a row of
    windows no more than one column may lie outside the image on either side.
    """

    def codegen(context, builder, signature, args):
        _, y, y_row, x, zeros, image_height, image_width, channels, top, left, stride, w, down, across, bias, clip, first, last, width = args
        image = _Image(builder, zero, x, zeros, image_height, image_width, channels, top, left)
        y, w = image.pointers(y, w)

        def rows(apart, k, mask):
            weights = [[image.load(image.moved(image.shift(w, k), (I64(a), down), (I64(b), across)), mask)
                        for b in range(SIDE)] for a in range(SIDE)]  # fmt: skip
            start = image.started(bias, k, mask)

            def some(r, lines, q, together):
                sums = [start] * together
                end = (together - 1) * apart + SIDE - 1
                for j in range(end + 1):
                    for a, line in enumerate(lines):
                        value = image.load(image.pixel(line, q, j, apart, k, j in (0, end)), mask)
                        for i in range(together):
                            if 0 <= (b := j - i * apart) < SIDE:
                                sums[i] = image.multiply_add(value, weights[a][b], sums[i])
                for i, value in enumerate(sums):
                    out = image.moved(image.shift(y, k), (r, y_row), (builder.add(q, I64(i)), channels))
                    image.store(image.clipped(value, clip), out, mask)

            def along(r):
                lines = [image.line(r, a, apart, k) for a in range(SIDE)]
                whole = builder.and_(width, I64(-_TOGETHER))
                each(builder, I64(0), whole, _TOGETHER, lambda q: some(r, lines, q, _TOGETHER))
                each(builder, whole, width, 1, lambda q: some(r, lines, q, 1))

            each(builder, first, last, 1, along)

        _strides(builder, stride, lambda apart: each_channel(image, channels, lambda k, mask: rows(apart, k, mask)))
        return context.get_dummy_value()

    return types.void(zero, *([types.int64] * 18)), codegen


@intrinsic
def nine_sums(typingctx, zero, w_bar, x, zeros, image_height, image_width, channels, top, left, stride, z, first, last, width):
    """w_bar[a, b, c] += Σ over r in [first, last), q of x[top + r·stride + a, left + q·stride + b, c] · z[r, q, c]."""

    def codegen(context, builder, signature, args):
        _, w_bar, x, zeros, image_height, image_width, channels, top, left, stride, z, first, last, width = args
        image = _Image(builder, zero, x, zeros, image_height, image_width, channels, top, left)
        w_bar, z = image.pointers(w_bar, z)

        def rows(apart, k, mask):
            sums = [[Held(image, image.nothing) for _ in range(SIDE)] for _ in range(SIDE)]

            def along(r):
                lines = [image.line(r, a, apart, k) for a in range(SIDE)]
                bars = image.moved(image.shift(z, k), (builder.mul(r, width), channels))

                def pixel(q, edge):
                    bar = image.load(image.moved(bars, (q, channels)), mask)
                    for line, held in zip(lines, sums, strict=True):
                        for j in range(SIDE):
                            value = image.load(image.pixel(line, q, j, apart, k, edge), mask)
                            held[j].set(image.multiply_add(value, bar, held[j].get()))

                pixel(I64(0), True)
                end = builder.sub(width, I64(1))
                each(builder, I64(1), end, 1, lambda q: pixel(q, False))
                with builder.if_then(builder.icmp_signed(">", width, I64(1))):
                    pixel(end, True)

            each(builder, first, last, 1, along)
            for a, line in enumerate(sums):
                for b, held in enumerate(line):
                    out = image.shift(w_bar, builder.add(k, builder.mul(I64(SIDE * a + b), channels)))
                    image.store(builder.fadd(image.load(out, mask), held.get()), out, mask)

        _strides(builder, stride, lambda apart: each_channel(image, channels, lambda k, mask: rows(apart, k, mask)))
        return context.get_dummy_value()

    return types.void(zero, *([types.int64] * 13)), codegen


@inner
def block_rows(row, stride):
    """Rows of 3 × 3 windows whose rows of pixels, of so many bytes, stay in the first-level cache."""
    return max(1, (_CACHE_BYTES // row - 3) // stride + 1)


@kernel
def nine_slide(y, x, zeros, w, bias, top, left, stride, turned, clip):
    """y[r, q, c] = bias[c] + Σ over a, b of x[top + r·stride + a, left + q·stride + b, c] · w[a, b, c], or of
    w[2 − a, 2 − b, c] when `turned`; `zeros` [image row] is made 0."""
    n, height, width, c = x.shape
    zero = y.dtype.type(0)
    size = size_of(zero)
    zeros[:] = zero
    at_w, down, across = address_of(w), 3 * c, c
    if turned:
        at_w, down, across = at_w + 8 * c * size, -down, -across
    at_bias = address_of(bias) if bias is not None else 0
    block = block_rows(width * c * size, stride)
    for i in range(n):
        for r in range(0, y.shape[1], block):
            nine_taps(zero, address_of(y) + i * y[0].size * size, y.shape[2] * c, address_of(x) + i * x[0].size * size,
                      address_of(zeros), height, width, c, top, left, stride, at_w, down, across, at_bias, clip,
                      r, min(r + block, y.shape[1]), y.shape[2])  # fmt: skip


@kernel
def nine_weights(w_bar, x, zeros, z, top, left, stride):
    """w_bar[a, b, c] += Σ over i, r, q of x[i, top + r·stride + a, left + q·stride + b, c] · z[i, r, q, c]."""
    n, height, width, c = x.shape
    zero = w_bar.dtype.type(0)
    size = size_of(zero)
    zeros[:] = zero
    block = block_rows(width * c * size, stride)
    for i in range(n):
        for r in range(0, z.shape[1], block):
            nine_sums(zero, address_of(w_bar), address_of(x) + i * x[0].size * size, address_of(zeros), height, width, c,
                      top, left, stride, address_of(z) + i * z[0].size * size, r, min(r + block, z.shape[1]), z.shape[2])  # fmt: skip
