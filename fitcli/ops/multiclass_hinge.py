"""The hinge for many classes (Crammer & Singer, On the algorithmic implementation of multiclass kernel-based vector
machines, 2001)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.rowloss import RowLoss


@kernel
def hinge_forward(y, x, labels, margin):
    zero = x.dtype.type(0)
    for n in range(x.shape[0]):
        label = labels[n]
        rival = x[n, 1 if label == 0 else 0]
        for k in range(x.shape[1]):
            if k != label and (x[n, k] > rival or x[n, k] != x[n, k]):  # a NaN wins, and is seen
                rival = x[n, k]
        lead = margin + rival - x[n, label]
        y[n] = lead if not lead <= zero else zero


@kernel
def hinge_slopes(d, x, labels, margin):
    one = x.dtype.type(1)
    for n in range(x.shape[0]):
        label = labels[n]
        rival = 1 if label == 0 else 0
        for k in range(x.shape[1]):
            d[n, k] = 0
            if k != label and x[n, k] > x[n, rival]:
                rival = k
        if margin + x[n, rival] - x[n, label] > 0:
            d[n, rival] = one
            d[n, label] = -one


@OPS.register("multiclass_hinge")
@dataclass(frozen=True)
class MulticlassHinge(RowLoss):
    """y = max(0, margin + x_r − x_label), r the strongest other class (of equal ones the first);

    where y > 0, ∂y/∂x_r = 1 and ∂y/∂x_label = −1; all else is 0.
    """

    margin: float = 1.0

    def forward(self, y, x, labels, s):
        hinge_forward(y, x, labels, float(self.margin))

    def slopes(self, d, x, labels):
        hinge_slopes(d, x, labels, float(self.margin))
