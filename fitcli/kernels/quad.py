"""Windows of two by two side by side: the pooling that nearly everybody uses, a vector of channels at a time."""

from __future__ import annotations

from fitcli.kernels.kernel import kernel
from fitcli.kernels.lanes import Loops, each_channel
from fitcli.kernels.lazy import intrinsic, types
from fitcli.kernels.native import address_of, size_of


@intrinsic
def largest(typingctx, zero, y, place, x, row, channels):
    """One window: y = max, place ∈ {0, 1, 2, 3} = which one, the first of equals; a NaN counts as the largest."""

    def codegen(context, builder, signature, args):
        _, y, place, x, row, channels = args
        vectors = Loops(builder, zero)
        y, place, x = vectors.pointers(y, place, x)
        across = builder.add(row, channels)

        def one(k, mask):
            offsets = (k, *(builder.add(k, step) for step in (channels, row, across)))
            value, *others = (vectors.load(vectors.shift(x, offset), mask) for offset in offsets)
            at = vectors.constant(0)
            for number, other in enumerate(others, 1):
                better = builder.fcmp_unordered(">", other, value)  # also when either is a NaN
                better = builder.and_(better, builder.fcmp_ordered("==", value, value))  # which stays, once found
                value = builder.select(better, other, value)
                at = builder.select(better, vectors.constant(number), at)
            vectors.store(value, vectors.shift(y, k), mask)
            vectors.store(at, vectors.shift(place, k), mask)

        each_channel(vectors, channels, one)
        return context.get_dummy_value()

    return types.void(zero, *([types.int64] * 5)), codegen


@intrinsic
def put_back(typingctx, zero, x_bar, y_bar, place, row, channels):
    """One window: y_bar at its place, 0 at the other three."""

    def codegen(context, builder, signature, args):
        _, x_bar, y_bar, place, row, channels = args
        vectors = Loops(builder, zero)
        x_bar, y_bar, place = vectors.pointers(x_bar, y_bar, place)
        across = builder.add(row, channels)

        def one(k, mask):
            bar, at = (vectors.load(vectors.shift(p, k), mask) for p in (y_bar, place))
            for number, step in enumerate((None, channels, row, across)):
                here = builder.fcmp_ordered("==", at, vectors.constant(number))
                offset = k if step is None else builder.add(k, step)
                vectors.store(builder.select(here, bar, vectors.nothing), vectors.shift(x_bar, offset), mask)

        each_channel(vectors, channels, one)
        return context.get_dummy_value()

    return types.void(zero, *([types.int64] * 5)), codegen


@kernel
def max_of_four(y, place, x):
    """y = the maximum of each window, place = its number in the window."""
    n, h, w, c = y.shape
    zero = y.dtype.type(0)
    size = size_of(zero)
    row = x.shape[2] * c
    for i in range(n):
        for r in range(h):
            at_y = ((i * h + r) * w) * c * size
            at_x = address_of(x) + (i * x.shape[1] + 2 * r) * row * size
            for q in range(w):
                step = q * c * size
                largest(zero, address_of(y) + at_y + step, address_of(place) + at_y + step, at_x + 2 * step, row, c)


@kernel
def put_into_four(x_bar, y_bar, place):
    """x_bar = y_bar at its place, 0 at the other three and in an odd last row or column."""
    n, h, w, c = y_bar.shape
    zero = x_bar.dtype.type(0)
    size = size_of(zero)
    row = x_bar.shape[2] * c
    for i in range(n):
        for r in range(h):
            at_y = ((i * h + r) * w) * c * size
            at_x = address_of(x_bar) + (i * x_bar.shape[1] + 2 * r) * row * size
            for q in range(w):
                step = q * c * size
                put_back(zero, at_x + 2 * step, address_of(y_bar) + at_y + step, address_of(place) + at_y + step, row, c)
            x_bar[i, 2 * r : 2 * r + 2, 2 * w :] = 0
        x_bar[i, 2 * h :] = 0
