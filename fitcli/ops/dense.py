"""y = x W + b, with max(·, 0) behind it when `clip` is set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

import numpy as np

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.epilogue import add_columns
from fitcli.kernels.kernel import kernel
from fitcli.kernels.macc import ADD, BIAS, ZERO, columns_product, link, panel_width, rows_product
from fitcli.kernels.native import address_of
from fitcli.kernels.panels import pack, pack_transposed, panels_shape
from fitcli.ops import OPS
from fitcli.ops.relu import ReLU, relu_chain
from fitcli.ops.shapes import as_features
from fitcli.ops.views import rows as flat


@kernel(links=link)
def product(y, x, packed, bias, x_rows, y_rows, start, clip):
    """y [N, F] = start + x [N, D] · packed matrix [D, F]."""
    depth = x.shape[1]
    at_bias = address_of(bias) if bias is not None else 0
    rows_product(y.dtype.type(0), address_of(x), address_of(x_rows), address_of(packed), depth * packed.shape[2],
                 address_of(y), address_of(y_rows), at_bias, y.shape[0], y.shape[1],
                 1, 1, depth, 0, 0, 1, 0, 0, packed.shape[2], start, clip)  # fmt: skip


@kernel(links=link)
def outer(w_bar, x, z_bar, w_rows):
    """w_bar [D, F] += xᵀ · z_bar."""
    n, depth = x.shape
    features = z_bar.shape[1]
    zero = w_bar.dtype.type(0)
    columns_product(zero, address_of(x), 0, address_of(z_bar), panel_width(zero),
                    address_of(w_bar), address_of(w_rows), 0, depth, features,
                    1, 1, n, 0, 0, depth, 0, 0, features, ADD, 0)  # fmt: skip


@OPS.register("dense")
@dataclass(frozen=True)
class Dense(Op):
    """x [N, D], W [D, F], b [F] → y [N, F]; tokens [N, T, D] → [N, T, F] are N · T rows.

    dy = dx W + x dW + db; x_bar = z_bar Wᵀ, W_bar = xᵀ z_bar, b_bar = Σₙ z_bar, where z_bar is y_bar, or y_bar [y > 0]
    behind a clip.
    """

    features: int
    bias: bool = True
    clip: bool = False

    def shape(self, x: Shape) -> Shape:
        return (*as_features("dense", x)[:-1], self.features)

    def absorb(self, follower: Op) -> Op | None:
        return replace(self, clip=True) if isinstance(follower, ReLU) and not self.clip else None

    def derived(self, dtype, back, x, w, *b):
        packed = {"packed": panels_shape(dtype, *w)}
        return packed | {"packed_back": panels_shape(dtype, w[1], w[0])} if back else packed

    def prepare(self, w, *b_and_s):
        s = b_and_s[-1]
        pack(s.packed, w, *s.share)
        if s.back:
            pack_transposed(s.packed_back, w, *s.share)

    def forward(self, y, x, w, *b_and_s):
        *b, s = b_and_s
        self._product(y, x, s.packed, b[0] if b else None)

    def _product(self, y, x, packed, bias, start=None, clip=None):
        start = (ZERO if bias is None else BIAS) if start is None else start
        y, x = flat(y), flat(x)
        product(y, x, packed, bias, rows(*x.shape), rows(*y.shape), start, self.clip if clip is None else clip)

    def vjp(self, y_bar, x_bar, w_bar, *args):
        *b_bar, y, x, w = args[: 4 if self.bias else 3]
        s = args[-1]
        z_bar = y_bar
        if self.clip:
            z_bar = s.new(y_bar.shape)
            relu_chain(z_bar, y_bar, y)
        outer(w_bar, flat(x), flat(z_bar), rows(*w.shape))
        if b_bar:
            n, features = flat(z_bar).shape
            add_columns(b_bar[0], z_bar.reshape(n, 1, 1, features), 0, 0, 1, 1)
        if x_bar is not None:
            self._product(x_bar, z_bar, s.packed_back, None, clip=False)

    def jvp(self, y_dot, x_dot, w_dot, *args):
        *b_dot, y, x, w = args[: 4 if self.bias else 3]
        s = args[-1]
        z_dot = s.new(y_dot.shape) if self.clip else y_dot
        packed_dot = s.new(s.packed.shape)
        pack(packed_dot, w_dot)
        self._product(z_dot, x, packed_dot, b_dot[0] if b_dot else None, clip=False)
        self._product(z_dot, x_dot, s.packed, None, start=ADD, clip=False)
        if self.clip:
            relu_chain(y_dot, z_dot, y)

    def multiply_adds(self, x, w, *b):
        return prod(x[:-1]) * w[0] * w[1]


def rows(n: int, stride: int) -> np.ndarray:
    """Offsets of the rows of a matrix [n, stride]."""
    return np.arange(n, dtype=np.int64) * stride
