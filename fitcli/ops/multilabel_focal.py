"""Focal loss (Lin et al., Focal loss for dense object detection, 2017) of one sigmoid a class, as its authors have it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.elementwise import logistic
from fitcli.ops.multilabel_cross_entropy import RowsLoss
from fitcli.ops.softplus import softplus


@kernel
def multilabel_focal_forward(y, x, labels, weights, gamma):
    zero, one = x.dtype.type(0), x.dtype.type(1)
    for n in range(x.shape[0]):
        total = zero
        for k in range(x.shape[1]):
            z = -x[n, k] if labels[n, k] != 0 else x[n, k]  # log-odds of the wrong answer
            total += weights[k] * logistic(z) ** gamma * softplus(z, one)
        y[n] = total / x.dtype.type(x.shape[1])


@kernel
def multilabel_focal_slopes(d, x, labels, weights, gamma):
    one = x.dtype.type(1)
    scale = one / x.dtype.type(x.shape[1])
    for n in range(x.shape[0]):
        for k in range(x.shape[1]):
            z = -x[n, k] if labels[n, k] != 0 else x[n, k]
            q = logistic(z)
            slope = scale * weights[k] * q**gamma * (q + gamma * logistic(-z) * softplus(z, one))
            d[n, k] = -slope if labels[n, k] != 0 else slope


@OPS.register("multilabel_focal")
@dataclass(frozen=True)
class MultilabelFocal(RowsLoss):
    """x [N, K], labels t [N, K] of 0 and 1 → y [N]: y = −Σₖ wₖ qₖ^γ log(1 − qₖ) / K with q the probability of the wrong
    answer: qₖ = 1 − σ(xₖ) where tₖ is 1, σ(xₖ) where it is 0;

    ∂y/∂xₖ = ± wₖ qₖ^γ (qₖ − γ (1 − qₖ) log(1 − qₖ)) / K, − where tₖ is 1.
    """

    weights: tuple[float, ...]
    gamma: float = 2.0

    def forward(self, y, x, labels, s):
        multilabel_focal_forward(y, x, labels, np.array(self.weights, x.dtype), float(self.gamma))

    def slopes(self, d, x, labels):
        multilabel_focal_slopes(d, x, labels, np.array(self.weights, x.dtype), float(self.gamma))
