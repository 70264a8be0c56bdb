"""Depthwise convolution: each channel slid over by a window of its own (Chollet, Xception, 2017; Howard et al.,
MobileNets, 2017), with max(·, 0) behind it when `clip`."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from fitcli.autodiff.op import Shape
from fitcli.autodiff.tape import fill
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.depthwise import depthwise_slide, depthwise_weights
from fitcli.kernels.epilogue import add_columns
from fitcli.kernels.nine import SIDE, nine_slide, nine_weights
from fitcli.ops import OPS
from fitcli.ops.add import add_forward
from fitcli.ops.relu import relu_chain
from fitcli.ops.shapes import as_image, show
from fitcli.ops.weighted import Weighted
from fitcli.ops.window import Axis, Pair, axes, axis, phases

_NUMBERS = 6 << 10  # of a block: they stay in a usual first-level cache
_ROWS = 8  # of windows in a block: few of its rows are then taken twice
_LINE = 16  # channels of a part are a multiple of that, where there are more


def block_shape(height: int, width: int, channels: int, kernel: Pair, stride: Pair, dilation: Pair) -> Shape:
    """(rows, columns, channels) of the block of pixels for that many windows; see `kernels/depthwise.py`."""
    reach, columns = ((n - 1) * s + (k - 1) * d + 1 for n, k, s, d in zip((1, width), kernel, stride, dilation, strict=True))
    rows = reach + (min(height, _ROWS) - 1) * stride[0]
    part = min(channels, max(_LINE, _NUMBERS // (rows * columns) // _LINE * _LINE))
    more = max(0, min(height - 1, (_NUMBERS // (columns * part) - reach) // stride[0]))
    return reach + more * stride[0], columns, part


@OPS.register("depthwise2d")
@dataclass(frozen=True)
class Depthwise2d(Weighted):
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

    def _slide(self, y, x, w, bias, clip, s):
        _, h, q, c = y.shape
        rows, columns = axes(self, x.shape[1:])
        if self._nine(columns):
            nine_slide(y, x, s.new(x.shape[2:]), w, bias, -rows.before, -columns.before, self.stride[0], False, clip)
            return
        (kh, kw), (sh, sw), (dh, dw) = self.kernel, self.stride, self.dilation
        block = s.new(block_shape(h, q, c, self.kernel, self.stride, self.dilation))
        depthwise_slide(y, x, block, w, bias, -rows.before, -columns.before, sh, sw, dh, dw, 0, q * c, c, 0, kw * c, c,
                        kh, kw, h, q, clip)  # fmt: skip

    def _nine(self, columns: Axis) -> bool:
        """Whether the kernels for 3 × 3 do it, which let a window reach one pixel over the edge."""
        return (self.kernel == (SIDE, SIDE) and self.dilation == (1, 1) and self.stride in ((1, 1), (2, 2))
                and max(columns.before, columns.after) <= 1)  # fmt: skip

    def forward(self, y, x, w, *b_and_s):
        *b, s = b_and_s
        self._slide(y, x, w, b[0] if b else None, self.clip, s)

    def vjp(self, y_bar, x_bar, w_bar, *args):
        *b_bar, y, x, w = args[: 4 if self.bias else 3]
        s = args[-1]
        _, h, q, c = y_bar.shape
        z_bar = y_bar
        if self.clip:
            z_bar = s.new(y_bar.shape)
            relu_chain(z_bar, y_bar, y)
        if b_bar:
            add_columns(b_bar[0], z_bar, 0, 0, h, q)
        rows, columns = axes(self, x.shape[1:])
        nine = self._nine(columns)
        if nine:
            nine_weights(w_bar, x, s.new(x.shape[2:]), z_bar, -rows.before, -columns.before, self.stride[0])
        else:
            block = s.new(block_shape(h, q, c, self.kernel, self.stride, self.dilation))
            depthwise_weights(w_bar, x, block, z_bar, -rows.before, -columns.before, *self.stride, *self.dilation)
        if x_bar is None:
            return
        if nine and self.stride == (1, 1) and min(columns.before, columns.after) == 1:
            nine_slide(x_bar, z_bar, s.new(z_bar.shape[2:]), w, None, rows.before - 2, columns.before - 2, 1, True, False)
        else:
            self._pull_back(x_bar, z_bar, w, s)

    def _pull_back(self, x_bar, z_bar, w, s):
        """One dense window for each residue of the stride."""
        _, height, width, c = x_bar.shape
        (sh, sw), kw = self.stride, self.kernel[1]
        down, across = (phases(m, self.kernel[i], self.stride[i], axis(self, i, m).before, self.dilation[i])
                        for i, m in enumerate((height, width)))  # fmt: skip
        windows = [(a, b) for a in down for b in across]
        if not all(a.count * b.count for a, b in windows):
            fill(x_bar, 0.0)
        for a, b in windows:
            if a.count * b.count:
                block = s.new(block_shape(a.pixels, b.pixels, c, (a.count, b.count), (1, 1), (a.move, b.move)))
                depthwise_slide(x_bar, z_bar, block, w, None, a.offset, b.offset, 1, 1, a.move, b.move,
                                (a.at * width + b.at) * c, sh * width * c, sw * c, (a.tap * kw + b.tap) * c,
                                -a.step * kw * c, -b.step * c, a.count, b.count, a.pixels, b.pixels, False)  # fmt: skip

    def jvp(self, y_dot, x_dot, w_dot, *args):
        *b_dot, y, x, w = args[: 4 if self.bias else 3]
        s = args[-1]
        of_w, of_x = s.new(y_dot.shape), s.new(y_dot.shape)
        z_dot = s.new(y_dot.shape) if self.clip else y_dot
        self._slide(of_w, x, w_dot, b_dot[0] if b_dot else None, False, s)
        self._slide(of_x, x_dot, w, None, False, s)
        add_forward(z_dot, of_w, of_x)
        if self.clip:
            relu_chain(y_dot, z_dot, y)

    def multiply_adds(self, x, w, *b):
        return prod(self.shape(x)[:2]) * prod(w)
