"""Cross entropy of one sigmoid a class: K questions of yes or no, answered independently."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log1p

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.rowloss import RowLoss


@kernel
def binary_forward(y, x, labels, positive):
    zero = x.dtype.type(0)
    for n in range(x.shape[0]):
        total = zero
        for k in range(x.shape[1]):
            if k == labels[n]:  # −log σ(x) = log(1 + exp(−x))
                total += positive * (max(-x[n, k], zero) + log1p(exp(-abs(x[n, k]))))
            else:  # −log σ(−x)
                total += max(x[n, k], zero) + log1p(exp(-abs(x[n, k])))
        y[n] = total / x.dtype.type(x.shape[1])


@kernel
def binary_slopes(d, x, labels, positive):
    one = x.dtype.type(1)
    scale = one / x.dtype.type(x.shape[1])
    for n in range(x.shape[0]):
        for k in range(x.shape[1]):
            e = exp(-abs(x[n, k]))
            p = one / (one + e) if x[n, k] >= 0 else e / (one + e)  # σ(x)
            rest = e / (one + e) if x[n, k] >= 0 else one / (one + e)
            d[n, k] = scale * (-positive * rest if k == labels[n] else p)


@OPS.register("sigmoid_cross_entropy")
@dataclass(frozen=True)
class SigmoidCrossEntropy(RowLoss):
    """y = −(w log σ(x_label) + Σ over k ≠ label of log(1 − σ(xₖ))) / K;

    ∂y/∂xₖ = σ(xₖ) / K for k ≠ label, −w (1 − σ(xₖ)) / K for the label.
    """

    positive: float = 1.0

    def forward(self, y, x, labels, s):
        binary_forward(y, x, labels, float(self.positive))

    def slopes(self, d, x, labels):
        binary_slopes(d, x, labels, float(self.positive))
