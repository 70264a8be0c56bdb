"""Two-dimensional convolution (cross-correlation, as the field has it), NHWC, with max(·, 0) behind it when `clip`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from fitcli.autodiff.op import Op, Shape
from fitcli.autodiff.tape import fill
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.epilogue import add_columns, pull_epilogue
from fitcli.kernels.macc import ADD, BIAS, ZERO
from fitcli.kernels.panels import pack, panels_shape
from fitcli.kernels.slide import halo, pack_window, slide, slide_weights
from fitcli.ops import OPS
from fitcli.ops.dense import rows
from fitcli.ops.relu import ReLU, relu_chain
from fitcli.ops.shapes import as_image, show
from fitcli.ops.window import Blocks, Phase, phases, reach

Pair = tuple[int, int]


@OPS.register("conv2d")
@dataclass(frozen=True)
class Conv2d(Op):
    """y[r, q, o] = Σ over a, b, c of x[r·sh + a·dh − top, q·sw + b·dw − left, c] · w[a, b, c, o] + bias[o].

    x [N, H, W, C], w [kh, kw, C, O], outside of the image x is 0. Linear in x and in w, so dy is the same sum with dx
    and with dw; x_bar is the sum over the taps that met a pixel, which is again a window sliding over z_bar (one for
    each residue of the stride); z_bar is y_bar, or y_bar [y > 0] behind a clip.
    """

    filters: int
    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair | str = "same"  # "same": ⌈H / stride⌉ outputs, the odd row of border last (ONNX SAME_UPPER)
    dilation: Pair = (1, 1)
    bias: bool = True
    clip: bool = False

    def shape(self, x: Shape) -> Shape:
        h, w, _ = as_image("conv", x)
        out = tuple(self._axis(axis, n)[2] for axis, n in enumerate((h, w)))
        if min(out) < 1:
            raise ShapeError(
                Problem(f"conv with kernel {show(self.kernel)} does not fit into an image of {show(x)}",
                        hint="padding: same, or a smaller kernel")  # fmt: skip
            )
        return (*out, self.filters)

    def _axis(self, axis: int, n: int) -> tuple[int, int, int]:
        """(border before, border after, outputs) along an axis of n pixels."""
        k = (self.kernel[axis] - 1) * self.dilation[axis] + 1
        s = self.stride[axis]
        if self.padding == "same":
            out = -(-n // s)
            border = max((out - 1) * s + k - n, 0)
            return border // 2, border - border // 2, out
        p = self.padding[axis]
        return p, p, (n + 2 * p - k) // s + 1

    def absorb(self, follower: Op) -> Op | None:
        return replace(self, clip=True) if isinstance(follower, ReLU) and not self.clip else None

    def _phases(self, x: Shape) -> list[list[Phase]]:
        return [
            phases(n, self.kernel[axis], self.stride[axis], self._axis(axis, n)[0], self.dilation[axis], self._axis(axis, n)[2])
            for axis, n in enumerate(x[:2])
        ]

    def _windows(self, x: Shape) -> list[tuple[Phase, Phase]]:
        rows_, columns = self._phases(x)
        return [(a, b) for a in rows_ for b in columns]

    def derived(self, dtype, back, x, w, *b):
        out = {"packed": panels_shape(dtype, prod(w[:3]), w[3])}
        for i, (a, b) in enumerate(self._windows(x) if back else ()):
            if a.count * b.count:
                out[f"back{i}"] = panels_shape(dtype, a.count * b.count * w[3], w[2])
        return out

    def prepare(self, w, *b_and_s):
        s = b_and_s[-1]
        pack(s.packed, w.reshape(-1, w.shape[3]))
        for i, (a, b) in enumerate(self._windows(s.shapes[0]) if s.back else ()):
            if a.count * b.count:
                pack_window(getattr(s, f"back{i}"), w, a.tap, a.step, b.tap, b.step, b.count)

    def _bordered(self, x, s):
        """x inside its border of zeros."""
        n, h, w, c = x.shape
        (top, bottom, _), (left, right, _) = self._axis(0, h), self._axis(1, w)
        if top == bottom == left == right == 0:
            return x
        out = s.new((n, top + h + bottom, left + w + right, c))
        halo(out, x, top, left)
        return out

    def _slide(self, y, x, packed, bias, start, clip):
        n, h, w, o = y.shape
        c = x.shape[3]
        cut = Blocks.of(n, h, w)
        x_row, (sh, sw), (dh, dw) = x.shape[2] * c, self.stride, self.dilation
        n1, n2 = (1, self.kernel[1] * c) if dw == 1 else (self.kernel[1], c)
        slide(y, x, packed, bias, cut.table(w, prod(x.shape[1:]), sh * x_row, sw * c), cut.table(w, h * w * o, w * o, o),
              w, cut.block, cut.group, h, 0, 0, sh * x_row, w * o,
              self.kernel[0], n1, n2, dh * x_row, dw * c, start, clip)  # fmt: skip

    def forward(self, y, x, w, *b_and_s):
        *b, s = b_and_s
        s.bordered = self._bordered(x, s)
        self._slide(y, s.bordered, s.packed, b[0] if b else None, BIAS if b else ZERO, self.clip)

    def vjp(self, y_bar, x_bar, w_bar, *args):
        *b_bar, y, x, w = args[: 4 if self.bias else 3]
        s = args[-1]
        n, h, q, o = y_bar.shape
        top = bottom = left = right = 0
        if x_bar is not None:
            row_phases, column_phases = self._phases(x.shape[1:])
            (top, bottom), (left, right) = reach(row_phases, h), reach(column_phases, q)
        z_bar = y_bar
        if self.clip or top + bottom + left + right:
            z_bar = s.new((n, top + h + bottom, left + q + right, o))
            pull_epilogue(z_bar, y_bar, y, top, left, self.clip)
        if b_bar:
            add_columns(b_bar[0], z_bar, top, left, h, q)
        block = max(1, min(h, 192 // q))
        slide_weights(w_bar, s.bordered, z_bar, rows(self.kernel[1] * x.shape[3], o), top, left, block, h, q,
                      *self.stride, *self.dilation)  # fmt: skip
        if x_bar is not None:
            self._pull_back(x_bar, z_bar, top, left, s)

    def _pull_back(self, x_bar, z_bar, top, left, s):
        n, h, w, c = x_bar.shape
        sh, sw = self.stride
        o, z_row = z_bar.shape[3], z_bar.shape[2] * z_bar.shape[3]
        windows = self._windows(x_bar.shape[1:])
        if not all(a.count * b.count for a, b in windows):
            fill(x_bar, 0.0)
        for i, (a, b) in enumerate(windows):
            if not a.count * b.count:
                continue
            cut = Blocks.of(n, a.pixels, b.pixels)
            n1, n2 = (1, b.count * o) if b.move == 1 else (b.count, o)
            slide(x_bar, z_bar, getattr(s, f"back{i}"), None,
                  cut.table(b.pixels, z_bar.shape[1] * z_row, z_row, o), cut.table(b.pixels, h * w * c, sh * w * c, sw * c),
                  b.pixels, cut.block, cut.group, a.pixels,
                  (top + a.offset) * z_row + (left + b.offset) * o, (a.at * w + b.at) * c, z_row, sh * w * c,
                  a.count, n1, n2, a.move * z_row, b.move * o, ZERO, False)  # fmt: skip

    def jvp(self, y_dot, x_dot, w_dot, *args):
        *b_dot, y, x, w = args[: 4 if self.bias else 3]
        s = args[-1]
        z_dot = s.new(y_dot.shape) if self.clip else y_dot
        packed_dot = s.new(s.packed.shape)
        pack(packed_dot, w_dot.reshape(-1, w.shape[3]))
        self._slide(z_dot, s.bordered, packed_dot, b_dot[0] if b_dot else None, BIAS if b_dot else ZERO, False)
        self._slide(z_dot, self._bordered(x_dot, s), s.packed, None, ADD, False)
        if self.clip:
            relu_chain(y_dot, z_dot, y)

    def multiply_adds(self, x, w, *b):
        return prod(self.shape(x)[:2]) * prod(w)
