"""y = x W + b, with max(·, 0) behind it when `clip` is set."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from fitcli.autodiff.op import Shape
from fitcli.kernels.epilogue import add_columns
from fitcli.kernels.macc import ADD, BIAS, ZERO
from fitcli.kernels.panels import pack, pack_transposed, panels_shape
from fitcli.ops import OPS, dense_spread
from fitcli.ops.dense_products import add_outer, product, rows
from fitcli.ops.relu import relu_chain
from fitcli.ops.shapes import as_features
from fitcli.ops.views import rows as flat
from fitcli.ops.weighted import Weighted


_LARGE = 1 << 17  # weights that are worth two meetings of the workers


@OPS.register("dense")
@dataclass(frozen=True)
class Dense(Weighted):
    """x [N, D], W [D, F], b [F] → y [N, F]; tokens [N, T, D] → [N, T, F] are N · T rows.

    dy = dx W + x dW + db; x_bar = z_bar Wᵀ, W_bar = xᵀ z_bar, b_bar = Σₙ z_bar, where z_bar is y_bar, or y_bar [y > 0]
    behind a clip.
    """

    features: int
    bias: bool = True
    clip: bool = False

    def shape(self, x: Shape) -> Shape:
        return (*as_features("dense", x)[:-1], self.features)

    def derived(self, dtype, back, x, w, *b):
        packed = {"packed": panels_shape(dtype, *w)}
        return packed | {"packed_back": panels_shape(dtype, w[1], w[0])} if back else packed

    def prepare(self, w, *b_and_s):
        s = b_and_s[-1]
        pack(s.packed, w, *s.part(w.shape[0]))
        if s.back:
            pack_transposed(s.packed_back, w, *s.part(w.shape[1]))

    def spreads(self, images, x, w, *b):
        return prod(w) >= max(_LARGE, images * prod(x[:-1]) * (w[0] + w[1]))

    def forward(self, y, x, w, *b_and_s):
        *b, s = b_and_s
        if s.spread is not None:
            return dense_spread.forward(y, x, b[0] if b else None, self.clip, s)
        return self._product(y, x, s.packed, b[0] if b else None)

    def _product(self, y, x, packed, bias, start=None, clip=None):
        start = (ZERO if bias is None else BIAS) if start is None else start
        y, x = flat(y), flat(x)
        product(y, x, packed, bias, rows(*x.shape), rows(*y.shape), y.shape[1], start, self.clip if clip is None else clip)

    def vjp(self, y_bar, x_bar, w_bar, *args):
        *b_bar, y, x, w = args[: 4 if self.bias else 3]
        s = args[-1]
        if s.spread is not None:
            z_bar = yield from dense_spread.pull(x_bar, w_bar, y_bar, y, self.clip, s)
        else:
            z_bar = y_bar
            if self.clip:
                z_bar = s.new(y_bar.shape)
                relu_chain(z_bar, y_bar, y)
            add_outer(w_bar, flat(x), flat(z_bar), s)
            if x_bar is not None:
                self._product(x_bar, z_bar, s.packed_back, None, clip=False)
        if b_bar:
            n, features = flat(z_bar).shape
            add_columns(b_bar[0], z_bar.reshape(n, 1, 1, features), 0, 0, 1, 1)

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
