"""Focal loss (Lin et al., Focal loss for dense object detection, 2017) of the softmax."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, log

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.rowloss import RowLoss


@kernel
def focal_forward(y, x, labels, weights, gamma):
    for n in range(x.shape[0]):
        top = x[n, 0]
        for k in range(1, x.shape[1]):
            top = max(top, x[n, k])
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            total += exp(x[n, k] - top)
        log_p = x[n, labels[n]] - top - log(total)
        y[n] = -weights[labels[n]] * (-expm1(log_p)) ** gamma * log_p


@kernel
def focal_slopes(d, x, labels, weights, gamma):
    zero, one = x.dtype.type(0), x.dtype.type(1)
    for n in range(x.shape[0]):
        top = x[n, 0]
        for k in range(1, x.shape[1]):
            top = max(top, x[n, k])
        total = zero
        for k in range(x.shape[1]):
            d[n, k] = exp(x[n, k] - top)
            total += d[n, k]
        log_p = x[n, labels[n]] - top - log(total)
        rest = -expm1(log_p)  # 1 − p without cancellation
        slope = rest**gamma
        if gamma != zero and rest > zero:
            slope -= gamma * rest ** (gamma - one) * exp(log_p) * log_p
        slope *= weights[labels[n]]
        for k in range(x.shape[1]):
            d[n, k] = slope * (d[n, k] / total)
        d[n, labels[n]] -= slope


@OPS.register("focal_cross_entropy")
@dataclass(frozen=True)
class FocalCrossEntropy(RowLoss):
    """y = −w (1 − p)^γ log p, where p = softmax(x)_label and w is the label's weight;

    ∂y/∂xₖ = w ((1 − p)^γ − γ (1 − p)^(γ−1) p log p) (softmax(x)ₖ − [k = label]).
    """

    weights: tuple[float, ...]
    gamma: float = 2.0

    def forward(self, y, x, labels, s):
        focal_forward(y, x, labels, np.array(self.weights, x.dtype), float(self.gamma))

    def slopes(self, d, x, labels):
        focal_slopes(d, x, labels, np.array(self.weights, x.dtype), float(self.gamma))
