"""An image in cosine coordinates (Ahmed, Natarajan & Rao, Discrete cosine transform, 1974), as JPEG has it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.check.cosine import cosine_matrix
from fitcli.autodiff.op import Op, Shape
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.kernel import kernel
from fitcli.kernels.macc import ZERO, link, panel_width, rows_product
from fitcli.kernels.native import address_of, size_of
from fitcli.ops import OPS
from fitcli.ops.dense_products import rows
from fitcli.ops.shapes import as_image, show
from fitcli.ops.window import Pair


@kernel(links=link)
def blocks_product(y, z, x, down, across, down_rows, across_rows, z_rows, y_rows):
    """y = down · x · acrossᵀ for each block of each channel: z = down · x on whole rows, then each row across.

    x, y [N, H, W, C], z [H, W, C], down [bh, bh], across [bw, bw]; bh divides H, bw divides W.
    """
    n, h, w, c = x.shape
    bh, bw = down.shape[0], across.shape[0]
    zero = y.dtype.type(0)
    size, panel = size_of(zero), panel_width(zero)
    for i in range(n):
        for r in range(0, h, bh):
            at = r * w * c * size
            rows_product(zero, address_of(down), address_of(down_rows), address_of(x) + i * h * w * c * size + at,
                         panel, address_of(z) + at, address_of(z_rows), 0, bh, w * c,
                         1, 1, bh, 0, 0, 1, 0, 0, w * c, ZERO, 0)  # fmt: skip
        for q in range(0, h * w, bw):
            rows_product(zero, address_of(across), address_of(across_rows), address_of(z) + q * c * size, panel,
                         address_of(y) + (i * h * w + q) * c * size, address_of(y_rows), 0, bw, c,
                         1, 1, bw, 0, 0, 1, 0, 0, c, ZERO, 0)  # fmt: skip


@OPS.register("dct")
@dataclass(frozen=True)
class DCT(Op):
    """[N, H, W, C] → the same: y = C_h x C_wᵀ channel by channel, C[k, i] = √(2/n) cos(π k (2 i + 1) / 2n), C[0]
    divided by √2.

    With `block`, each block of that many rows and columns by itself; else the whole image is one block. C Cᵀ = 1, so
    lengths are kept, dy = C_h dx C_wᵀ, and the transpose x_bar = C_hᵀ y_bar C_w is the inverse, which is what y is
    with `inverse`.
    """

    block: Pair | None = None
    inverse: bool = False

    def shape(self, x: Shape) -> Shape:
        h, w, _ = as_image("dct", x)
        bh, bw = self.block or (h, w)
        if h % bh or w % bw:
            fitting = ", ".join(str(b) for b in range(2, 1 + min(h, w)) if h % b == w % b == 0)
            raise ShapeError(
                Problem(f"dct cannot cut {show(x)} into blocks of {bh}×{bw}",
                        allowed="blocks that divide height and width" + (f": {fitting}" if fitting else ""),
                        hint="`dct` without `block` for the whole image, or a `pad` before it")  # fmt: skip
            )
        return x

    def _turn(self, y, x, s, inverse):
        h, w, c = x.shape[1:]
        bh, bw = self.block or (h, w)
        bases = (cosine_matrix(b) for b in (bh, bw))
        down, across = (np.ascontiguousarray(m.T if inverse else m, x.dtype) for m in bases)
        blocks_product(y, s.new((h, w, c)), x, down, across, rows(bh, bh), rows(bw, bw), rows(bh, w * c), rows(bw, c))

    def forward(self, y, x, s):
        self._turn(y, x, s, self.inverse)

    def vjp(self, y_bar, x_bar, y, x, s):
        self._turn(x_bar, y_bar, s, not self.inverse)

    def jvp(self, y_dot, x_dot, y, x, s):
        self._turn(y_dot, x_dot, s, self.inverse)

    def multiply_adds(self, x):
        h, w, c = x
        bh, bw = self.block or (h, w)
        return h * w * c * (bh + bw)
