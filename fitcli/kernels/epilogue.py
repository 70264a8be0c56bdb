"""Back through the end of a convolution or dense layer: y = max(z + b, 0) or z + b."""

from __future__ import annotations

from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat


@kernel
def pull_epilogue(z_bar, y_bar, y, top, left, clip):
    """z_bar = y_bar · [y > 0] (or y_bar when not clip) inside a border of zeros.

    z_bar [N, top + H + …, left + W + …, C]; y_bar, y [N, H, W, C].
    """
    n, h, w, c = y_bar.shape
    zero = z_bar.dtype.type(0)
    for i in range(n):
        for r in range(z_bar.shape[1]):
            out = z_bar[i, r]
            if r < top or r >= top + h:
                out[:] = zero
                continue
            out[:left] = zero
            out[left + w :] = zero
            into = flat(out[left : left + w])
            bar, value = flat(y_bar[i, r - top]), flat(y[i, r - top])
            if clip:
                for q in range(w * c):
                    into[q] = bar[q] if value[q] > zero else zero
            else:
                for q in range(w * c):
                    into[q] = bar[q]


@kernel
def add_columns(total, z, top, left, height, width):
    """total[c] += Σ z[·, inside, inside, c]: the gradient of a bias."""
    c = total.shape[0]
    for i in range(z.shape[0]):
        for r in range(top, top + height):
            row = z[i, r]
            for q in range(left, left + width):
                for k in range(c):
                    total[k] += row[q, k]
