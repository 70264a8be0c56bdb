"""Cross entropy of one sigmoid a class: K questions of yes or no, answered independently."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import logistic, number, scalar
from fitcli.ops.rowloss import RowLoss
from fitcli.ops.softplus import softplus


@scalar
def answer_loss(x, yes, weight):
    """−weight log σ(x) = weight log(1 + e^−x) where yes is right, −log σ(−x) where it is not."""
    return weight * softplus(-x, number(x, 1)) if yes else softplus(x, number(x, 1))


@scalar
def answer_slope(x, yes, weight):
    """Its derivative."""
    return -weight * logistic(-x) if yes else logistic(x)


@kernel
def binary_forward(y, x, labels, positive):
    for n in range(x.shape[0]):
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            total += answer_loss(x[n, k], k == labels[n], positive[k])
        y[n] = total / x.dtype.type(x.shape[1])


@kernel
def binary_slopes(d, x, labels, positive):
    scale = x.dtype.type(1) / x.dtype.type(x.shape[1])
    for n in range(x.shape[0]):
        for k in range(x.shape[1]):
            d[n, k] = scale * answer_slope(x[n, k], k == labels[n], positive[k])


@OPS.register("sigmoid_cross_entropy")
@dataclass(frozen=True)
class SigmoidCrossEntropy(RowLoss):
    """y = −(w_label log σ(x_label) + Σ over k ≠ label of log(1 − σ(xₖ))) / K, one weight w in `positive` a class;

    ∂y/∂xₖ = σ(xₖ) / K for k ≠ label, −w (1 − σ(xₖ)) / K for the label.
    """

    positive: tuple[float, ...]

    def forward(self, y, x, labels, s):
        binary_forward(y, x, labels, np.array(self.positive, x.dtype))

    def slopes(self, d, x, labels):
        binary_slopes(d, x, labels, np.array(self.positive, x.dtype))
