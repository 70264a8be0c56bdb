"""The sums of a 3 × 3 convolution of stride 1 by Winograd's F(4×4, 3×3); see `kernels/winograd.py`."""

from __future__ import annotations

from fitcli.autodiff.op import Shape
from fitcli.kernels.panels import panels_shape
from fitcli.kernels.slide import halo, slide_weights
from fitcli.kernels.winograd import OUT, POINTS, transform_weights, winograd_slide, winograd_weights
from fitcli.ops.dense_products import rows
from fitcli.ops.window import axis

_TILES = 24  # transformed together: a multiple of the rows of a register tile; more would leave the cache
_GRADIENT_TILES = 36  # the same for the gradient of the weights, whose sums pass by once for so many
_FEW_CHANNELS = 12  # below, the transforms cost more than they save
_FEW_TILES = 12  # of a microbatch: below, the gradient's sums are not worth their last transform


def tiles(n: int) -> int:
    """Tiles that cover n outputs along one side."""
    return -(-n // OUT)


class Winograd:
    """`op` on images of shape `x`, with the interface of `Direct`."""

    def __init__(self, op, x: Shape):
        self.op, self.x = op, x
        self.rows, self.columns = axis(op, 0, x[0]), axis(op, 1, x[1])

    @staticmethod
    def wins(op, x: Shape, y: Shape) -> bool:
        """Whether the shape allows it and it is the faster one."""
        if op.kernel != (3, 3) or op.stride != (1, 1) or op.dilation != (1, 1):
            return False
        wasted = OUT * OUT * tiles(y[0]) * tiles(y[1]) > 2 * y[0] * y[1]
        return min(x[2], y[2]) >= _FEW_CHANNELS and not wasted

    def derived(self, dtype, back: bool, w: Shape) -> dict[str, Shape]:
        out = {"u": (POINTS, *panels_shape(dtype, w[2], w[3]))}
        return out | {"u_back": (POINTS, *panels_shape(dtype, w[3], w[2]))} if back else out

    def prepare(self, w, s) -> None:
        transform_weights(s.u, w, False, *s.share)
        if s.back:
            transform_weights(s.u_back, w, True, *s.share)

    def bordered(self, x, s):
        """x inside a border of zeros that reaches to the end of the last tile."""
        out = s.new((x.shape[0], OUT * tiles(self.rows.outputs) + 2, OUT * tiles(self.columns.outputs) + 2, x.shape[3]))
        halo(out, x, self.rows.before, self.columns.before)
        return out

    def forward(self, y, bordered, bias, s) -> None:
        self._slide(y, bordered, s.u, bias, 0, 0, self.op.clip, s)

    def _slide(self, y, x, u, bias, row, column, clip, s) -> None:
        n, h, w, o = y.shape
        most = min(_TILES, n * tiles(h) * tiles(w))
        v, m, edge = s.new((POINTS, most, x.shape[3])), s.new((POINTS, most, o)), s.new((OUT, OUT, o))
        winograd_slide(y, x, u, bias, v, m, edge, rows(most, x.shape[3]), rows(most, o), row, column, clip)

    def border_back(self, back: bool) -> tuple[int, int, int, int]:
        """(rows before, rows in all, columns before, columns in all) of z_bar inside its border."""
        found = []
        for side, n in ((self.rows, self.x[0]), (self.columns, self.x[1])):
            before = max(0, 2 - side.before) if back else 0
            end = before + OUT * tiles(side.outputs)
            found += [before, max(end, self._start(before, side) + OUT * tiles(n) + 2) if back else end]
        return tuple(found)

    @staticmethod
    def _start(before: int, side) -> int:
        """The first row of z_bar that meets the first pixel, by the last row of the kernel."""
        return before + side.before - 2

    def pull_weights(self, w_bar, bordered, z_bar, border, s) -> None:
        h, w = self.rows.outputs, self.columns.outputs
        c, o = w_bar.shape[2:]
        total = bordered.shape[0] * tiles(h) * tiles(w)
        if total < _FEW_TILES:
            slide_weights(w_bar, bordered, z_bar, None, rows(3 * c, o), border[0], border[2], h, bordered.shape[0], h, w,
                          1, 1, 1, 1)  # fmt: skip
            return
        most = min(max(_GRADIENT_TILES, c * o // (c + o)), total)  # wide layers: the sums pass by once for more tiles
        v, z, sums = s.new((POINTS, most, c)), s.new((POINTS, most, o)), s.new((POINTS, c, o))
        winograd_weights(w_bar, bordered, z_bar, v, z, sums, rows(c, o), border[0], border[2], h, w)

    def pull_back(self, x_bar, z_bar, border, s) -> None:
        row, column = self._start(border[0], self.rows), self._start(border[2], self.columns)
        self._slide(x_bar, z_bar, s.u_back, None, row, column, False, s)
