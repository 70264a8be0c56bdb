"""Cross entropy of one sigmoid a class against rows of yes and no: any number of the classes may be right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.op import Shape
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.rowloss import RowLoss
from fitcli.ops.sigmoid_cross_entropy import answer_loss, answer_slope


@kernel
def multilabel_forward(y, x, labels, positive):
    for n in range(x.shape[0]):
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            total += answer_loss(x[n, k], labels[n, k] != 0, positive[k])
        y[n] = total / x.dtype.type(x.shape[1])


@kernel
def multilabel_slopes(d, x, labels, positive):
    scale = x.dtype.type(1) / x.dtype.type(x.shape[1])
    for n in range(x.shape[0]):
        for k in range(x.shape[1]):
            d[n, k] = scale * answer_slope(x[n, k], labels[n, k] != 0, positive[k])


class RowsLoss(RowLoss):
    """A loss against rows [N, K] of 0 and 1."""

    def shape(self, x: Shape, labels: Shape) -> Shape:
        if labels != x:
            raise ShapeError(Problem(f"labels of the shape {labels} for outputs of the shape {x}"))
        return super().shape(x, labels)


@OPS.register("multilabel_cross_entropy")
@dataclass(frozen=True)
class MultilabelCrossEntropy(RowsLoss):
    """x [N, K], labels [N, K] of 0 and 1 → y [N]: y = −Σₖ (wₖ tₖ log σ(xₖ) + (1 − tₖ) log(1 − σ(xₖ))) / K, one weight w
    in `positive` a class; ∂y/∂xₖ = ((1 − tₖ) σ(xₖ) − wₖ tₖ (1 − σ(xₖ))) / K.
    """

    positive: tuple[float, ...]

    def forward(self, y, x, labels, s):
        multilabel_forward(y, x, labels, np.array(self.positive, x.dtype))

    def slopes(self, d, x, labels):
        multilabel_slopes(d, x, labels, np.array(self.positive, x.dtype))
