"""Cross entropy of one sigmoid a class: K questions of yes or no, answered independently."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import logistic
from fitcli.ops.rowloss import RowLoss
from fitcli.ops.softplus import softplus


@kernel
def binary_forward(y, x, labels, positive):
    zero, one = x.dtype.type(0), x.dtype.type(1)
    for n in range(x.shape[0]):
        total = zero
        for k in range(x.shape[1]):
            if k == labels[n]:  # −log σ(x) = log(1 + exp(−x))
                total += positive[k] * softplus(-x[n, k], one)
            else:  # −log σ(−x)
                total += softplus(x[n, k], one)
        y[n] = total / x.dtype.type(x.shape[1])


@kernel
def binary_slopes(d, x, labels, positive):
    scale = x.dtype.type(1) / x.dtype.type(x.shape[1])
    for n in range(x.shape[0]):
        for k in range(x.shape[1]):
            d[n, k] = scale * (-positive[k] * logistic(-x[n, k]) if k == labels[n] else logistic(x[n, k]))


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
