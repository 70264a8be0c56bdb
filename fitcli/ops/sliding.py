"""The sums of a convolution taken directly, for any kernel, stride, border and dilation."""

from __future__ import annotations

from math import prod

from fitcli.autodiff.op import Shape
from fitcli.autodiff.tape import fill
from fitcli.kernels.dots import NARROW, pack_dots, pack_window_dots, slide_dots
from fitcli.kernels.macc import BIAS, ZERO
from fitcli.kernels.panels import pack, panels_shape
from fitcli.kernels.slide import halo, pack_window, slide, slide_weights
from fitcli.ops.dense_products import rows
from fitcli.ops.window import Blocks, Phase, axis, phases, reach

_PIXELS = 192  # of a block in the weights' gradient
_MANY = 64  # weights of an output, from which on a packed gradient is read often enough


class Direct:
    """`op` on images of shape `x`. The transpose of a strided window is a dense one for each residue of the stride."""

    def __init__(self, op, x: Shape):
        self.op, self.x = op, x
        self.rows, self.columns = axis(op, 0, x[0]), axis(op, 1, x[1])
        self.phases = [phases(n, op.kernel[i], op.stride[i], axis(op, i, n).before, op.dilation[i]) for i, n in enumerate(x[:2])]

    def windows(self) -> list[tuple[Phase, Phase]]:
        return [(a, b) for a in self.phases[0] for b in self.phases[1]]

    def derived(self, dtype, back: bool, w: Shape) -> dict[str, Shape]:
        out = {"packed": _packed_shape(dtype, prod(w[:3]), w[3])}
        for i, (a, b) in enumerate(self.windows() if back else ()):
            if a.count * b.count:
                out[f"back{i}"] = _packed_shape(dtype, a.count * b.count * w[3], w[2])
        return out

    def prepare(self, w, s) -> None:
        rows = w.reshape(-1, w.shape[3])
        (pack_dots if s.packed.ndim == 2 else pack)(s.packed, rows, *s.part(rows.shape[0]))
        for i, (a, b) in enumerate(self.windows() if s.back else ()):
            if a.count * b.count:
                back = getattr(s, f"back{i}")
                turn = pack_window_dots if back.ndim == 2 else pack_window
                turn(back, w, a.tap, a.step, b.tap, b.step, b.count, *s.share)

    def bordered(self, x, s):
        """x inside its border of zeros."""
        n, h, w, c = x.shape
        rows_, columns = self.rows, self.columns
        if not (rows_.before or rows_.after or columns.before or columns.after):
            return x
        out = s.new((n, rows_.before + h + rows_.after, columns.before + w + columns.after, c))
        halo(out, x, rows_.before, columns.before)
        return out

    def forward(self, y, bordered, bias, s) -> None:
        self.slide(y, bordered, s.packed, bias, ZERO if bias is None else BIAS, self.op.clip)

    def slide(self, y, x, packed, bias, start, clip) -> None:
        n, h, w, o = y.shape
        c = x.shape[3]
        cut = Blocks.of(n, h, w)
        (kh, kw), (sh, sw), (dh, dw) = self.op.kernel, self.op.stride, self.op.dilation
        x_row = x.shape[2] * c
        n1, n2 = (1, kw * c) if dw == 1 else (kw, c)
        run = slide_dots if packed.ndim == 2 else slide
        run(y, x, packed, bias, cut.table(w, prod(x.shape[1:]), sh * x_row, sw * c), cut.table(w, h * w * o, w * o, o),
              w, cut.block, cut.group, h, 0, 0, sh * x_row, w * o, kh, n1, n2, dh * x_row, dw * c, start, clip)  # fmt: skip

    def border_back(self, back: bool) -> tuple[int, int, int, int]:
        """(rows before, rows in all, columns before, columns in all) of z_bar inside its border."""
        h, w = self.rows.outputs, self.columns.outputs
        if not back:
            return 0, h, 0, w
        (top, bottom), (left, right) = reach(self.phases[0], h), reach(self.phases[1], w)
        return top, top + h + bottom, left, left + w + right

    def pull_weights(self, w_bar, bordered, z_bar, border, s) -> None:
        h, w = self.rows.outputs, self.columns.outputs
        taps = rows(w_bar.shape[1] * w_bar.shape[2], w_bar.shape[3])
        cut = Blocks.of(bordered.shape[0], h, w, _PIXELS)
        pixels = cut.group * cut.block * w
        packed = s.new(panels_shape(w_bar.dtype, pixels, w_bar.shape[3])) if prod(w_bar.shape[:3]) >= _MANY else None
        slide_weights(w_bar, bordered, z_bar, packed, taps, border[0], border[2], cut.block, cut.group, h, w,
                      *self.op.stride, *self.op.dilation)  # fmt: skip

    def pull_back(self, x_bar, z_bar, border, s) -> None:
        n, h, w, c = x_bar.shape
        sh, sw = self.op.stride
        o, z_row = z_bar.shape[3], z_bar.shape[2] * z_bar.shape[3]
        if not all(a.count * b.count for a, b in self.windows()):
            fill(x_bar, 0.0)
        for i, (a, b) in enumerate(self.windows()):
            if not a.count * b.count:
                continue
            cut = Blocks.of(n, a.pixels, b.pixels)
            n1, n2 = (1, b.count * o) if b.move == 1 else (b.count, o)
            back = getattr(s, f"back{i}")
            run = slide_dots if back.ndim == 2 else slide
            run(x_bar, z_bar, back, None,
                  cut.table(b.pixels, z_bar.shape[1] * z_row, z_row, o), cut.table(b.pixels, h * w * c, sh * w * c, sw * c),
                  b.pixels, cut.block, cut.group, a.pixels,
                  (border[0] + a.offset) * z_row + (border[2] + b.offset) * o, (a.at * w + b.at) * c, z_row, sh * w * c,
                  a.count, n1, n2, a.move * z_row, b.move * o, ZERO, False)  # fmt: skip


def _packed_shape(dtype, k: int, columns: int) -> Shape:
    """Of weights [k, columns] as the kernels read them: too few columns for a vector are read along k."""
    return (columns, k) if columns <= NARROW else panels_shape(dtype, k, columns)
