"""Depthwise convolution: each channel slid over by a window of its own (Chollet, Xception, 2017; Howard et al.,
MobileNets, 2017), with max(·, 0) behind it when `clip`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from fitcli.autodiff.op import Op, Shape
from fitcli.autodiff.tape import fill
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.depthwise import depthwise_slide, depthwise_weights
from fitcli.kernels.epilogue import add_columns, pull_epilogue
from fitcli.kernels.slide import halo
from fitcli.ops import OPS
from fitcli.ops.add import add_forward
from fitcli.ops.relu import ReLU, relu_chain
from fitcli.ops.shapes import as_image, show
from fitcli.ops.window import Pair, axes, axis, phases, reach


@OPS.register("depthwise2d")
@dataclass(frozen=True)
class Depthwise2d(Op):
    """y[r, q, c] = Σ over a, b of x[r·sh + a·dh − top, q·sw + b·dw − left, c] · w[a, b, c] + bias[c].

    x [N, H, W, C], w [kh, kw, C]; outside of the image x is 0. dy is the same sum with dx and with dw; x_bar is the sum
    over the taps that met a pixel, one dense window for each residue of the stride; w_bar = Σ x z_bar.
    """

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair | str = "same"
    dilation: Pair = (1, 1)
    bias: bool = True
    clip: bool = False

    def shape(self, x: Shape) -> Shape:
        out = tuple(along.outputs for along in axes(self, as_image("depthwise", x)))
        if min(out) < 1:
            raise ShapeError(
                Problem(f"depthwise with kernel {show(self.kernel)} does not fit into an image of {show(x)}",
                        hint="padding: same, or a smaller kernel")  # fmt: skip
            )
        return (*out, x[2])

    def absorb(self, follower: Op) -> Op | None:
        return replace(self, clip=True) if isinstance(follower, ReLU) and not self.clip else None

    def _bordered(self, x, s):
        n, h, w, c = x.shape
        rows, columns = axis(self, 0, h), axis(self, 1, w)
        if not (rows.before or rows.after or columns.before or columns.after):
            return x
        out = s.new((n, rows.before + h + rows.after, columns.before + w + columns.after, c))
        halo(out, x, rows.before, columns.before)
        return out

    def _slide(self, y, x, w, bias, clip):
        _, h, q, c = y.shape
        (kh, kw), (sh, sw), (dh, dw) = self.kernel, self.stride, self.dilation
        x_row = x.shape[2] * c
        depthwise_slide(y, x, w, bias, 0, 0, 0, sw * c, c, sh * x_row, q * c, dh * x_row, dw * c, kw * c, c,
                        kh, kw, h, q, clip)  # fmt: skip

    def forward(self, y, x, w, *b_and_s):
        *b, s = b_and_s
        bordered = self._bordered(x, s)
        s.bordered = None if s.kept else bordered  # larger than x, which may be kept for others as well
        self._slide(y, bordered, w, b[0] if b else None, self.clip)

    def vjp(self, y_bar, x_bar, w_bar, *args):
        *b_bar, y, x, w = args[: 4 if self.bias else 3]
        s = args[-1]
        n, h, q, c = y_bar.shape
        found = [phases(m, self.kernel[i], self.stride[i], axis(self, i, m).before, self.dilation[i]) for i, m in enumerate(x.shape[1:3])]
        (top, bottom), (left, right) = (reach(found[0], h), reach(found[1], q)) if x_bar is not None else ((0, 0), (0, 0))
        z_bar = y_bar
        if self.clip or top + bottom + left + right:
            z_bar = s.new((n, top + h + bottom, left + q + right, c))
            pull_epilogue(z_bar, y_bar, y, top, left, self.clip)
        if b_bar:
            add_columns(b_bar[0], z_bar, top, left, h, q)
        bordered = self._bordered(x, s) if s.bordered is None else s.bordered
        x_row, z_row = bordered.shape[2] * c, z_bar.shape[2] * c
        (sh, sw), (dh, dw) = self.stride, self.dilation
        depthwise_weights(w_bar, bordered, z_bar, top * z_row + left * c, sw * c, sh * x_row, z_row, dh * x_row, dw * c, h, q)
        if x_bar is not None:
            self._pull_back(x_bar, z_bar, w, found, top, left)

    def _pull_back(self, x_bar, z_bar, w, found, top, left):
        width, c = x_bar.shape[2:]
        (sh, sw), kw, z_row = self.stride, self.kernel[1], z_bar.shape[2] * c
        windows = [(a, b) for a in found[0] for b in found[1]]
        if not all(a.count * b.count for a, b in windows):
            fill(x_bar, 0.0)
        for a, b in windows:
            if a.count * b.count:
                depthwise_slide(x_bar, z_bar, w, None, (top + a.offset) * z_row + (left + b.offset) * c, (a.at * width + b.at) * c,
                                (a.tap * kw + b.tap) * c, c, sw * c, z_row, sh * width * c, a.move * z_row, b.move * c,
                                -a.step * kw * c, -b.step * c, a.count, b.count, a.pixels, b.pixels, False)  # fmt: skip

    def jvp(self, y_dot, x_dot, w_dot, *args):
        *b_dot, y, x, w = args[: 4 if self.bias else 3]
        s = args[-1]
        of_w, of_x = s.new(y_dot.shape), s.new(y_dot.shape)
        z_dot = s.new(y_dot.shape) if self.clip else y_dot
        self._slide(of_w, self._bordered(x, s), w_dot, b_dot[0] if b_dot else None, False)
        self._slide(of_x, self._bordered(x_dot, s), w, None, False)
        add_forward(z_dot, of_w, of_x)
        if self.clip:
            relu_chain(y_dot, z_dot, y)

    def multiply_adds(self, x, w, *b):
        return prod(self.shape(x)[:2]) * prod(w)
