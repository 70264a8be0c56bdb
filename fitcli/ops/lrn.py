"""Local response normalisation across channels (Krizhevsky, Sutskever & Hinton, ImageNet classification, 2012)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.views import rows


@kernel
def lrn_forward(y, x, base, below, above, rate, beta, k):
    """base = k + rate · Σ x² over channels [c − below, c + above], y = x · base^−beta."""
    for r in range(x.shape[0]):
        for j in range(x.shape[1]):
            total = x.dtype.type(0)
            for l in range(max(j - below, 0), min(j + above + 1, x.shape[1])):
                total += x[r, l] * x[r, l]
            base[r, j] = k + rate * total
            y[r, j] = x[r, j] * base[r, j] ** -beta


@kernel
def lrn_vjp(y_bar, x_bar, y, x, base, below, above, rate, beta):
    """x_bar[l] = y_bar[l] base[l]^−beta − 2 rate beta x[l] Σ y_bar y / base over the windows that l is in."""
    twice = (rate + rate) * beta
    for r in range(x.shape[0]):
        for l in range(x.shape[1]):
            total = x.dtype.type(0)
            for j in range(max(l - above, 0), min(l + below + 1, x.shape[1])):
                total += y_bar[r, j] * y[r, j] / base[r, j]
            x_bar[r, l] = y_bar[r, l] * base[r, l] ** -beta - twice * x[r, l] * total


@kernel
def lrn_jvp(y_dot, x_dot, y, x, base, below, above, rate, beta):
    """y_dot[j] = x_dot[j] base[j]^−beta − 2 rate beta y[j] / base[j] Σ x x_dot over the window of j."""
    twice = (rate + rate) * beta
    for r in range(x.shape[0]):
        for j in range(x.shape[1]):
            total = x.dtype.type(0)
            for l in range(max(j - below, 0), min(j + above + 1, x.shape[1])):
                total += x[r, l] * x_dot[r, l]
            y_dot[r, j] = x_dot[r, j] * base[r, j] ** -beta - twice * y[r, j] / base[r, j] * total


@OPS.register("lrn")
@dataclass(frozen=True)
class LRN(Op):
    """y[c] = x[c] / (k + α/size Σ x²)^β over the `size` channels c − ⌊size / 2⌋ … c + ⌊(size − 1) / 2⌋ that there are.

    The derivative has a diagonal part, and one through the window's sum: see the kernels.
    """

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    def shape(self, x: Shape) -> Shape:
        return x

    @property
    def _settings(self):
        return self.size // 2, (self.size - 1) // 2, self.alpha / self.size, float(self.beta)

    def forward(self, y, x, s):
        s.base = s.new(x.shape)
        lrn_forward(rows(y), rows(x), rows(s.base), *self._settings, float(self.k))

    def vjp(self, y_bar, x_bar, y, x, s):
        lrn_vjp(*map(rows, (y_bar, x_bar, y, x, s.base)), *self._settings)

    def jvp(self, y_dot, x_dot, y, x, s):
        lrn_jvp(*map(rows, (y_dot, x_dot, y, x, s.base)), *self._settings)
