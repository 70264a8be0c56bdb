"""Two-dimensional convolution (cross-correlation, as the field has it), NHWC, with max(·, 0) behind it when `clip`."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from fitcli.autodiff.op import Shape
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.epilogue import add_columns, pull_epilogue
from fitcli.kernels.macc import ADD, BIAS, ZERO
from fitcli.kernels.panels import pack, panels_shape
from fitcli.ops import OPS
from fitcli.ops.relu import relu_chain
from fitcli.ops.shapes import as_image, show
from fitcli.ops.sliding import Direct
from fitcli.ops.weighted import Weighted
from fitcli.ops.window import Pair, axes
from fitcli.ops.winograd import Winograd


@OPS.register("conv2d")
@dataclass(frozen=True)
class Conv2d(Weighted):
    """y[r, q, o] = Σ over a, b, c of x[r·sh + a·dh − top, q·sw + b·dw − left, c] · w[a, b, c, o] + bias[o].

    x [N, H, W, C], w [kh, kw, C, O], outside of the image x is 0. Linear in x and in w, so dy is the same sum with dx
    and with dw; x_bar is the sum over the taps that met a pixel; z_bar is y_bar, or y_bar [y > 0] behind a clip.
    Two algorithms compute the three sums: `Direct`, for every window, and `Winograd`, for 3 × 3 with stride 1.
    """

    filters: int
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair | str = "same"  # "same": ⌈H / stride⌉ outputs, the odd row of border last (ONNX SAME_UPPER)
    dilation: Pair = (1, 1)
    bias: bool = True
    clip: bool = False
    algorithm: str = "auto"  # "direct", "winograd", or the faster of both for the shape

    def shape(self, x: Shape) -> Shape:
        out = tuple(along.outputs for along in axes(self, as_image("conv", x)))
        if min(out) < 1:
            raise ShapeError(
                Problem(f"conv with kernel {show(self.kernel)} does not fit into an image of {show(x)}",
                        hint="padding: same, or a smaller kernel")  # fmt: skip
            )
        return (*out, self.filters)

    def sums_for(self, x: Shape) -> Direct | Winograd:
        """The algorithm for images of this shape."""
        fast = Winograd.wins(self, x, self.shape(x)) if self.algorithm == "auto" else self.algorithm == "winograd"
        return Winograd(self, x) if fast else Direct(self, x)

    def derived(self, dtype, back, x, w, *b):
        return self.sums_for(x).derived(dtype, back, w)

    def prepare(self, w, *b_and_s):
        s = b_and_s[-1]
        self.sums_for(s.shapes[0]).prepare(w, s)

    def forward(self, y, x, w, *b_and_s):
        *b, s = b_and_s
        sums = self.sums_for(s.shapes[0])
        bordered = sums.bordered(x, s)
        s.bordered = None if s.kept else bordered  # larger than x, which may be kept for others as well
        sums.forward(y, bordered, b[0] if b else None, s)

    def vjp(self, y_bar, x_bar, w_bar, *args):
        *b_bar, y, x, w = args[: 4 if self.bias else 3]
        s = args[-1]
        sums = self.sums_for(s.shapes[0])
        n, h, q, o = y_bar.shape
        border = sums.border_back(x_bar is not None)
        z_bar = y_bar
        if self.clip or border != (0, h, 0, q):
            z_bar = s.new((n, border[1], border[3], o))
            pull_epilogue(z_bar, y_bar, y, border[0], border[2], self.clip)
        if b_bar:
            add_columns(b_bar[0], z_bar, border[0], border[2], h, q)
        bordered = sums.bordered(x, s) if s.bordered is None else s.bordered
        sums.pull_weights(w_bar, bordered, z_bar, border, s)
        if x_bar is not None:
            sums.pull_back(x_bar, z_bar, border, s)

    def jvp(self, y_dot, x_dot, w_dot, *args):
        *b_dot, y, x, w = args[: 4 if self.bias else 3]
        s = args[-1]
        direct = Direct(self, s.shapes[0])
        z_dot = s.new(y_dot.shape) if self.clip else y_dot
        packed, packed_dot = (s.new(panels_shape(w.dtype, prod(w.shape[:3]), w.shape[3])) for _ in range(2))
        pack(packed, w.reshape(-1, w.shape[3]))
        pack(packed_dot, w_dot.reshape(-1, w.shape[3]))
        start = BIAS if b_dot else ZERO
        direct.slide(z_dot, direct.bordered(x, s), packed_dot, b_dot[0] if b_dot else None, start, False)
        direct.slide(z_dot, direct.bordered(x_dot, s), packed, None, ADD, False)
        if self.clip:
            relu_chain(y_dot, z_dot, y)

    def multiply_adds(self, x, w, *b):
        return prod(self.shape(x)[:2]) * prod(w)
