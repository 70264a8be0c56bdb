"""A learned factor for each channel (LayerScale: Touvron et al., Going deeper with image transformers, 2021)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.views import rows


@kernel
def scale_forward(y, x, gamma, add):
    """y = γ x, or y += γ x when `add`."""
    c = gamma.size
    for r in range(x.shape[0]):
        if add:
            for k in range(c):
                y[r, k] += gamma[k] * x[r, k]
        else:
            for k in range(c):
                y[r, k] = gamma[k] * x[r, k]


@kernel
def scale_gamma(gamma_bar, y_bar, x):
    """γ_bar += Σ x y_bar."""
    c = gamma_bar.size
    for r in range(x.shape[0]):
        for k in range(c):
            gamma_bar[k] += x[r, k] * y_bar[r, k]


@OPS.register("scale")
@dataclass(frozen=True)
class Scale(Op):
    """x [N, …, C], γ [C]: y = γ x, dy = γ dx + x dγ; x_bar = γ y_bar, γ_bar = Σ x y_bar."""

    def shape(self, x: Shape) -> Shape:
        return x

    def forward(self, y, x, gamma, s):
        scale_forward(rows(y), rows(x), gamma, False)

    def vjp(self, y_bar, x_bar, gamma_bar, y, x, gamma, s):
        scale_gamma(gamma_bar, rows(y_bar), rows(x))
        if x_bar is not None:
            scale_forward(rows(x_bar), rows(y_bar), gamma, False)

    def jvp(self, y_dot, x_dot, gamma_dot, y, x, gamma, s):
        scale_forward(rows(y_dot), rows(x_dot), gamma, False)
        scale_forward(rows(y_dot), rows(x), gamma_dot, True)
