"""Cross entropy of the softmax against a row of a table of targets: smoothed labels, weighted classes."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.rowloss import RowLoss


@kernel
def target_entropy_forward(y, x, labels, targets, offset):
    for n in range(x.shape[0]):
        row = targets[labels[n]]
        top = x[n, 0]
        for k in range(1, x.shape[1]):
            top = max(top, x[n, k])
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            total += exp(x[n, k] - top)
        log_sum = log(total) + top
        value = offset
        for k in range(x.shape[1]):
            if row[k] != 0:  # a class that nobody asks for may be as unlikely as it likes
                value += row[k] * (log_sum - x[n, k])
        y[n] = value


@kernel
def target_entropy_slopes(d, x, labels, targets):
    for n in range(x.shape[0]):
        row = targets[labels[n]]
        top, mass = x[n, 0], x.dtype.type(0)
        for k in range(x.shape[1]):
            top = max(top, x[n, k])
            mass += row[k]
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            d[n, k] = exp(x[n, k] - top)
            total += d[n, k]
        for k in range(x.shape[1]):
            d[n, k] = mass * (d[n, k] / total) - row[k]


@OPS.register("target_cross_entropy")
@dataclass(frozen=True)
class TargetCrossEntropy(RowLoss):
    """y = offset + Σₖ T[label, k] (log Σⱼ exp xⱼ − xₖ); ∂y/∂xₖ = pₖ Σⱼ T[label, j] − T[label, k] with p = softmax x."""

    targets: tuple[tuple[float, ...], ...]
    offset: float = 0.0

    def forward(self, y, x, labels, s):
        target_entropy_forward(y, x, labels, np.array(self.targets, x.dtype), self.offset)

    def slopes(self, d, x, labels):
        target_entropy_slopes(d, x, labels, np.array(self.targets, x.dtype))
