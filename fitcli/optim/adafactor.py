"""Adafactor (Shazeer & Stern, Adafactor: adaptive learning rates with sublinear memory cost, 2018): no momentum."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated

import numpy as np
from annotated_types import Gt, Lt

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Decay, Epsilon, Rate


@kernel
def adafactor(p, g, r, c, hyper, settings):
    """p, g [n, k]; r [n], c [k] the means of squares by row and by column.

    settings float64 [decay exponent, ε₁, ε₂, d, weight decay].
    """
    number = p.dtype.type
    lr, t = hyper[0], hyper[1]
    exponent, eps1, eps2, bound, decay = settings
    fresh = t**-exponent
    n, k = p.shape
    old, of_row, of_column, e = number(1.0 - fresh), number(fresh / k), number(fresh / n), number(eps1)
    squares_p, mean_r = 0.0, 0.0
    for j in range(k):
        c[j] *= old
    for i in range(n):
        total = number(0.0)
        for j in range(k):
            square = g[i, j] * g[i, j] + e
            total += square
            c[j] += of_column * square
            squares_p += p[i, j] * p[i, j]
        r[i] = old * r[i] + of_row * total
        mean_r += r[i]
    inverse = number(n / mean_r)
    squares_u = 0.0
    for i in range(n):
        part = r[i] * inverse
        for j in range(k):
            squares_u += g[i, j] * g[i, j] / (part * c[j])
    alpha = max(eps2, sqrt(squares_p / (n * k))) * min(lr, 1.0 / sqrt(t))
    rate = number(alpha / max(1.0, sqrt(squares_u / (n * k)) / bound))
    shrink = number(1.0 - lr * decay)
    for i in range(n):
        part = r[i] * inverse
        for j in range(k):
            p[i, j] = shrink * p[i, j] - rate * g[i, j] / sqrt(part * c[j])


@kernel
def adafactor_vector(p, g, v, hyper, settings):
    """The same with a v of each number."""
    number = p.dtype.type
    lr, t = hyper[0], hyper[1]
    exponent, eps1, eps2, bound, decay = settings
    fresh = t**-exponent
    n = p.size
    old, new, e = number(1.0 - fresh), number(fresh), number(eps1)
    squares_p, squares_u = 0.0, 0.0
    for i in range(n):
        v[i] = old * v[i] + new * (g[i] * g[i] + e)
        squares_p += p[i] * p[i]
        squares_u += g[i] * g[i] / v[i]
    alpha = max(eps2, sqrt(squares_p / n)) * min(lr, 1.0 / sqrt(t))
    rate = number(alpha / max(1.0, sqrt(squares_u / n) / bound))
    shrink = number(1.0 - lr * decay)
    for i in range(n):
        p[i] = shrink * p[i] - rate * g[i] / sqrt(v[i])


@OPTIMIZERS.register("adafactor")
@dataclass(frozen=True)
class Adafactor(Optimizer):
    """For a matrix, β = 1 − t^(−exponent), ρ = min(lr, 1/√t):
    R ← β R + (1 − β) · mean of g² + ε₁ over each row;  C ← the same over each column;  V = R Cᵀ / mean(R);
    U = g / √V;  p ← p − max(ε₂, rms(p)) · ρ · U / max(1, rms(U) / d).  For a vector V ← β V + (1 − β)(g² + ε₁).

    A kernel [h, w, in, out] is the matrix [h·w·in, out]. R and C lie at the head of the vector of state.
    weight_decay shrinks p by 1 − lr · weight_decay.
    """

    lr: Rate = 0.01
    exponent: Annotated[float, Gt(0), Lt(1)] = 0.8
    eps1: Epsilon = 1e-30
    eps2: Epsilon = 1e-3
    d: Annotated[float, Gt(0)] = 1.0
    weight_decay: Decay = 0.0

    states = ("v",)
    whole_blocks = True

    def update(self, p, g, states, hyper, decay):
        v = states[0].reshape(-1)
        settings = np.array([self.exponent, self.eps1, self.eps2, self.d, self.weight_decay if decay else 0.0])
        k = p.shape[-1]
        n = p.size // k
        if p.ndim > 1 and n + k <= p.size:
            adafactor(p.reshape(n, k), g.reshape(n, k), v[:n], v[n : n + k], hyper, settings)
        else:
            adafactor_vector(p.reshape(-1), g.reshape(-1), v, hyper, settings)
