"""Adaptive average pooling: as many windows as asked for (He et al., Spatial pyramid pooling, 2015)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.op import Op, Shape
from fitcli.ops import OPS
from fitcli.ops.avgpool import average_windows, spread_windows, with_counts
from fitcli.ops.shapes import as_image


def even_spans(n: int, out: int) -> np.ndarray:
    """int64 [out, 2]: window i covers pixels ⌊i n / out⌋ up to ⌈(i + 1) n / out⌉, so neighbours may share one."""
    i = np.arange(out)
    return np.ascontiguousarray(np.stack([i * n // out, -(-(i + 1) * n // out)], axis=1), np.int64)


@OPS.register("adaptiveavgpool")
@dataclass(frozen=True)
class AdaptiveAvgPool(Op):
    """[N, H, W, C] → [N, h, w, C]: y[r, q] = the mean of x over window r of H and window q of W. Linear."""

    size: tuple[int, int]

    def shape(self, x: Shape) -> Shape:
        return (*self.size, as_image("adaptiveavgpool", x)[2])

    def _windows(self, x):
        return [with_counts(even_spans(n, out)) for n, out in zip(x.shape[1:3], self.size, strict=True)]

    def forward(self, y, x, s):
        average_windows(y, x, *self._windows(x))

    def vjp(self, y_bar, x_bar, y, x, s):
        spread_windows(x_bar, y_bar, *self._windows(x))

    def jvp(self, y_dot, x_dot, y, x, s):
        average_windows(y_dot, x_dot, *self._windows(x))
