"""A window sliding over images as one matrix product: rows are pixels, k runs over (row, column, channel) of the window.

Nothing is unrolled into memory. The rows of A lie where the pixels lie, at offsets from a short table that serves
every block of rows; so neighbouring windows share their lines in the cache.
"""

from __future__ import annotations

from fitcli.kernels.kernel import kernel
from fitcli.kernels.macc import ADD, columns_product, link, panel_width, rows_product
from fitcli.kernels.native import address_of, flat, size_of
from fitcli.kernels.panels import copy_row


@kernel
def halo(out, x, top, left):
    """out = x inside a border of zeros."""
    n, h, w, c = x.shape
    zero = out.dtype.type(0)
    for i in range(n):
        for r in range(out.shape[1]):
            row = out[i, r]
            if top <= r < top + h:
                row[:left] = zero
                row[left + w :] = zero
                into, source = flat(row[left : left + w]), flat(x[i, r - top])
                for q in range(w * c):
                    into[q] = source[q]
            else:
                row[:] = zero


@kernel(links=link)
def slide(y, x, packed, bias, x_rows, y_rows, columns, block, group, height, x_at, y_at, x_step, y_step,
          n0, n1, n2, sa0, sa1, start, clip):  # fmt: skip
    """For every window: y[pixel, :] = start + Σ x[pixel + k0·sa0 + k1·sa1 + k2] · packed[k, :].

    A block is `block` rows of `height` rows of windows, in `group` images at once; x_rows and y_rows hold the offsets
    of its windows. x_at, y_at: offsets of the first window; x_step, y_step: from one row of windows to the next.
    """
    zero = y.dtype.type(0)
    size = size_of(zero)
    x_image, y_image = x[0].size, y[0].size
    width = packed.shape[2]
    at_bias = address_of(bias) if bias is not None else 0
    for i in range(0, x.shape[0], group):
        images = min(group, x.shape[0] - i)
        for r in range(0, height, block):
            m = images * min(block, height - r) * columns
            rows_product(zero, address_of(x) + (i * x_image + x_at + r * x_step) * size, address_of(x_rows),
                         address_of(packed), packed.shape[1] * width,
                         address_of(y) + (i * y_image + y_at + r * y_step) * size, address_of(y_rows), at_bias,
                         m, y.shape[3], n0, n1, n2, sa0, sa1, 1, n1 * n2 * width, n2 * width, width,
                         start, clip)  # fmt: skip


@kernel(links=link)
def slide_weights(w_bar, x, z_bar, packed, w_rows, top, left, block, group, height, columns, sh, sw, dh, dw):
    """w_bar[a, b, :, :] += Σ over pixels of x[pixel·stride + (a, b)·dilation, :]ᵀ · z_bar[pixel, :].

    z_bar has a border of `top` rows and `left` columns before its height × columns pixels. Blocks of rows, or of `group`
    images whose rows are all in a block, keep x and z_bar in the cache while all of w_bar passes by; `packed`, when not
    None, is where a block of z_bar is packed, [panel, pixel, lane]: its pixels, often a power of two apart, would push
    each other out.
    """
    kh, kw, ci, co = w_bar.shape
    zero = w_bar.dtype.type(0)
    size = size_of(zero)
    x_row, z_row = x.shape[2] * ci, z_bar.shape[2] * co
    x_image, z_image = x.shape[1] * x_row, z_bar.shape[1] * z_row
    spans, taps = (kw, 1) if dw != 1 else (1, kw)  # taps side by side are one run of rows
    for i in range(0, x.shape[0], group):
        n0 = min(group, x.shape[0] - i)
        for r in range(0, height, block):
            n1 = min(block, height - r)
            at_z = address_of(z_bar) + (i * z_image + (top + r) * z_row + left * co) * size
            panel, s0, s1, s2 = panel_width(zero), z_image, z_row, co
            if packed is not None:
                width = packed.shape[2]
                panel, s0, s1, s2 = packed.shape[1] * width, n1 * columns * width, columns * width, width
                for j in range(packed.shape[0]):
                    for image in range(n0):
                        for a in range(n1):
                            for q in range(columns):
                                copy_row(zero, address_of(packed) + (j * panel + image * s0 + a * s1 + q * width) * size,
                                         at_z + (image * z_image + a * z_row + q * co + j * width) * size,
                                         min(width, co - j * width))  # fmt: skip
                at_z = address_of(packed)
            for a in range(kh):
                for b in range(spans):
                    at_x = address_of(x) + (i * x_image + (r * sh + a * dh) * x_row + b * dw * ci) * size
                    at_w = address_of(w_bar) + (a * kw + b) * ci * co * size
                    columns_product(zero, at_x, 0, at_z, panel, at_w, address_of(w_rows), 0, taps * ci, co,
                                    n0, n1, columns, x_image, sh * x_row, sw * ci, s0, s1, s2, ADD, 0)  # fmt: skip


@kernel
def pack_window(packed, w, a0, a_step, b0, b_step, columns, part=0, parts=1):
    """packed[j, (a, b, k), l] = w[a0 − a·a_step, b0 − b·b_step, j·width + l, k]: a window turned round and transposed;
    the panels j ≡ part (mod parts)."""
    panels, depth, width = packed.shape
    co = w.shape[3]
    zero = packed.dtype.type(0)
    for j in range(part, panels, parts):
        for t in range(depth // co):
            tap = w[a0 - t // columns * a_step, b0 - t % columns * b_step]
            for l in range(width):
                channel = j * width + l
                for k in range(co):
                    packed[j, t * co + k, l] = tap[channel, k] if channel < tap.shape[0] else zero
