"""Muon (Jordan et al., Muon: an optimizer for hidden layers in neural networks, 2024)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated

import numpy as np
from annotated_types import Gt

from fitcli.kernels.kernel import kernel
from fitcli.kernels.workspace import workspace
from fitcli.optim import OPTIMIZERS
from fitcli.optim.adam import adam
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate

A, B, C = 3.4445, -4.775, 2.0315  # steepest at 0 of the odd quintics that keep (0, 1] near 1


@kernel
def gather(x, g, m, momentum, nesterov, wide):
    """m ← momentum · m + g; x = m, or g + momentum · m, of norm 1, transposed where it is `wide`."""
    squares = 0.0
    n, k = g.shape
    for i in range(n):
        for j in range(k):
            m[i, j] = momentum * m[i, j] + g[i, j]
            u = g[i, j] + momentum * m[i, j] if nesterov else m[i, j]
            squares += u * u
    scale = x.dtype.type(1.0 / (sqrt(squares) + 1e-7))
    for i in range(n):
        for j in range(k):
            u = g[i, j] + momentum * m[i, j] if nesterov else m[i, j]
            if wide:
                x[j, i] = scale * u
            else:
                x[i, j] = scale * u


@kernel
def quintic(q, s, a, b, c):
    """q = a + b s + c q, where q holds s²."""
    k = s.shape[0]
    for i in range(k):
        for j in range(k):
            q[i, j] = b * s[i, j] + c * q[i, j]
        q[i, i] += a


@kernel
def apply(p, x, hyper, scale, decay, wide):
    number = p.dtype.type
    rate, shrink = number(hyper[0]) * scale, number(1.0) - number(hyper[0]) * decay
    n, k = p.shape
    for i in range(n):
        for j in range(k):
            p[i, j] = shrink * p[i, j] - rate * (x[j, i] if wide else x[i, j])


@kernel
def rescale(scaled, hyper, factor):
    """scaled = hyper with `factor` times its learning rate."""
    scaled[0], scaled[1] = factor * hyper[0], hyper[1]


@OPTIMIZERS.register("muon")
@dataclass(frozen=True)
class Muon(Optimizer):
    """For a matrix m ← momentum · m + g;  u = g + momentum · m (nesterov) or m;  X = u / ‖u‖;
    `steps` times X ← X (a + b XᵀX + c (XᵀX)²), which drives all singular values of X towards 1;
    p ← (1 − lr · weight_decay) p − lr · √max(1, outputs / inputs) · X.

    A kernel [h, w, in, out] is the matrix [h·w·in, out]. Biases and norms take AdamW's steps, at vector_rate · lr.
    """

    lr: Rate = 0.02
    momentum: Beta = 0.95
    nesterov: bool = True
    steps: Annotated[int, Gt(0)] = 5
    weight_decay: Decay = 0.0
    vector_rate: Annotated[float, Gt(0)] = 0.05
    beta1: Beta = 0.9  # β₁, β₂, ε: of the vectors
    beta2: Beta = 0.95
    eps: Epsilon = 1e-8

    states = ("m", "v")
    whole_blocks = True

    def update(self, p, g, states, hyper, decay):
        rate = self.weight_decay if decay else 0.0
        if p.ndim < 2:
            own = workspace((2,), np.float64)
            rescale(own, hyper, self.vector_rate)
            adam(p, g, *states, own, np.array([self.beta1, self.beta2, self.eps, rate]), True)
            return
        k = p.shape[-1]
        n = p.size // k
        p, g, m = p.reshape(n, k), g.reshape(n, k), states[0].reshape(n, k)
        wide = k > n
        x, y = (workspace((max(n, k), min(n, k)), p.dtype) for _ in range(2))
        gather(x, g, m, self.momentum, self.nesterov, wide)
        for _ in range(self.steps):
            contract(y, x)
            x, y = y, x
        apply(p, x, hyper, sqrt(max(1.0, k / n)), rate, wide)


def contract(y, x) -> None:
    """y = x (a + b xᵀx + c (xᵀx)²), x at least as tall as wide."""
    from fitcli.kernels.matrix import gram, times  # with numba, which a spec is read without

    n, k = x.shape
    s, q = (workspace((k, k), x.dtype) for _ in range(2))
    rows = np.arange(n, dtype=np.int64) * k
    gram(s, x, rows)
    times(q, s, s, rows, rows)
    quintic(q, s, A, B, C)
    times(y, x, q, rows, rows)
