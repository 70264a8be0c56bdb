"""Mean absolute error against the one-hot vector of a class number."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.rowloss import RowLoss


@kernel
def absolute_error_forward(y, x, labels):
    for n in range(x.shape[0]):
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            total += abs(x[n, k] - (1 if k == labels[n] else 0))
        y[n] = total / x.dtype.type(x.shape[1])


@kernel
def absolute_error_slopes(d, x, labels):
    scale = x.dtype.type(1) / x.dtype.type(x.shape[1])
    for n in range(x.shape[0]):
        for k in range(x.shape[1]):
            e = x[n, k] - (1 if k == labels[n] else 0)
            d[n, k] = scale * ((e > 0) - (e < 0))


@OPS.register("mean_absolute_error")
@dataclass(frozen=True)
class MeanAbsoluteError(RowLoss):
    """y = Σₖ |xₖ − [k = label]| / K; ∂y/∂xₖ = sign(xₖ − [k = label]) / K, 0 at the kink."""

    def forward(self, y, x, labels, s):
        absolute_error_forward(y, x, labels)

    def slopes(self, d, x, labels):
        absolute_error_slopes(d, x, labels)
