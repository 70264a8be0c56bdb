"""Huber's error (Huber, Robust estimation of a location parameter, 1964) against the one-hot vector of a class."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.rowloss import RowLoss


@kernel
def huber_forward(y, x, labels, delta):
    half = x.dtype.type(0.5)
    for n in range(x.shape[0]):
        total = x.dtype.type(0)
        for k in range(x.shape[1]):
            a = abs(x[n, k] - (1 if k == labels[n] else 0))
            total += delta * (a - half * delta) if a > delta else half * a * a
        y[n] = total / x.dtype.type(x.shape[1])


@kernel
def huber_slopes(d, x, labels, delta):
    scale = x.dtype.type(1) / x.dtype.type(x.shape[1])
    for n in range(x.shape[0]):
        for k in range(x.shape[1]):
            e = x[n, k] - (1 if k == labels[n] else 0)
            d[n, k] = scale * max(-delta, min(delta, e))


@OPS.register("huber_error")
@dataclass(frozen=True)
class HuberError(RowLoss):
    """With e = x − [k = label]: y = Σₖ h(eₖ) / K, h(e) = e² / 2 up to |e| = δ and δ (|e| − δ / 2) behind it;

    ∂y/∂xₖ = eₖ, cut to −δ..δ, / K.
    """

    delta: float = 1.0

    def forward(self, y, x, labels, s):
        huber_forward(y, x, labels, float(self.delta))

    def slopes(self, d, x, labels):
        huber_slopes(d, x, labels, float(self.delta))
