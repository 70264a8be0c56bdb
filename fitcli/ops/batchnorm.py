"""Batch normalisation (Ioffe & Szegedy, 2015), with max(·, 0) behind it when `clip` is set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod, sqrt

import numpy as np

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.maxpool import MaxPool
from fitcli.ops.relu import ReLU


@kernel
def add_moments(part, x):
    """part[:C] += Σ x, part[C:] += Σ x², per channel; rows are summed in x's type, their sums in float64."""
    c = x.shape[-1]
    rows = x.reshape(-1, c)
    sums, squares = np.zeros(c, x.dtype), np.zeros(c, x.dtype)
    for low in range(0, rows.shape[0], 64):
        sums[:] = 0
        squares[:] = 0
        for r in range(low, min(low + 64, rows.shape[0])):
            for k in range(c):
                sums[k] += rows[r, k]
                squares[k] += rows[r, k] * rows[r, k]
        for k in range(c):
            part[k] += sums[k]
            part[c + k] += squares[k]


@kernel
def batch_affine(scale, shift, mean, inverse, total, count, gamma, beta, eps):
    """From the batch's sums: mean, 1/√(var + ε), and the map x ↦ scale · x + shift that normalises."""
    c = gamma.shape[0]
    for k in range(c):
        m = total[k] / count
        inv = 1.0 / sqrt(max(total[c + k] / count - m * m, 0.0) + eps)
        mean[k] = m
        inverse[k] = inv
        scale[k] = gamma[k] * inv
        shift[k] = beta[k] - m * gamma[k] * inv


@kernel
def update_running(running_mean, running_var, total, count, momentum):
    """running ← (1 − momentum) · running + momentum · batch, with the unbiased variance."""
    c = running_mean.shape[0]
    for k in range(c):
        m = total[k] / count
        var = max(total[c + k] / count - m * m, 0.0) * count / max(count - 1, 1)
        running_mean[k] = (1 - momentum) * running_mean[k] + momentum * m
        running_var[k] = (1 - momentum) * running_var[k] + momentum * var


@kernel
def running_affine(scale, shift, running_mean, running_var, gamma, beta, eps):
    for k in range(gamma.shape[0]):
        scale[k] = gamma[k] / sqrt(running_var[k] + eps)
        shift[k] = beta[k] - running_mean[k] * scale[k]


@kernel
def affine(y, x, scale, shift, clip):
    """y = scale · x + shift per channel, through max(·, 0) when clip."""
    c = x.shape[-1]
    y, x = y.reshape(-1, c), x.reshape(-1, c)
    zero = y.dtype.type(0)
    for r in range(x.shape[0]):
        if clip:
            for k in range(c):
                value = x[r, k] * scale[k] + shift[k]
                y[r, k] = value if not value <= zero else zero
        else:
            for k in range(c):
                y[r, k] = x[r, k] * scale[k] + shift[k]


@kernel
def add_pulled(part, g, x, scale, shift, mean, inverse, clip):
    """part[:C] += Σ ĝ, part[C:] += Σ ĝ x̂ with ĝ = g · [y > 0] behind a clip; also for tangents (clip off)."""
    c = x.shape[-1]
    g, x = g.reshape(-1, c), x.reshape(-1, c)
    zero = x.dtype.type(0)
    sums, products = np.zeros(c, x.dtype), np.zeros(c, x.dtype)
    for low in range(0, x.shape[0], 64):
        sums[:] = 0
        products[:] = 0
        for r in range(low, min(low + 64, x.shape[0])):
            for k in range(c):
                value = g[r, k] if not clip or x[r, k] * scale[k] + shift[k] > zero else zero
                sums[k] += value
                products[k] += value * (x[r, k] - mean[k])
        for k in range(c):
            part[k] += sums[k]
            part[c + k] += products[k] * inverse[k]


@kernel
def centre(out, g, x, total, count, scale, shift, mean, inverse, clip):
    """out = scale · (ĝ − mean(ĝ) − x̂ · mean(ĝ x̂)): the derivative of normalising, and its own transpose."""
    c = x.shape[-1]
    out, g, x = out.reshape(-1, c), g.reshape(-1, c), x.reshape(-1, c)
    zero = x.dtype.type(0)
    a, b = np.zeros(c, x.dtype), np.zeros(c, x.dtype)
    for k in range(c):  # scale · (ĝ − a' − b' (x − mean)) = scale · ĝ − (a + b · x)
        slope = total[c + k] / count * inverse[k] * scale[k]
        b[k] = slope
        a[k] = total[k] / count * scale[k] - slope * mean[k]
    for r in range(x.shape[0]):
        for k in range(c):
            value = g[r, k] if not clip or x[r, k] * scale[k] + shift[k] > zero else zero
            out[r, k] = scale[k] * value - (a[k] + b[k] * x[r, k])


@kernel
def add_affine_gradients(gamma_bar, beta_bar, total):
    c = gamma_bar.shape[0]
    for k in range(c):
        beta_bar[k] += total[k]
        gamma_bar[k] += total[c + k]


@kernel
def add_affine_tangents(y_dot, x, mean, inverse, gamma_dot, beta_dot, scale, shift, clip):
    """y_dot += γ_dot x̂ + β_dot, then [y > 0] behind a clip."""
    c = x.shape[-1]
    y_dot, x = y_dot.reshape(-1, c), x.reshape(-1, c)
    for r in range(x.shape[0]):
        for k in range(c):
            y_dot[r, k] += gamma_dot[k] * (x[r, k] - mean[k]) * inverse[k] + beta_dot[k]
            if clip and not x[r, k] * scale[k] + shift[k] > 0:
                y_dot[r, k] = 0


@OPS.register("batchnorm")
@dataclass(frozen=True)
class BatchNorm(Op):
    """x̂ = (x − mean) / √(var + ε) over batch and pixels, y = γ x̂ + β.

    With ĝ = y_bar: β_bar = Σ ĝ, γ_bar = Σ ĝ x̂, x_bar = γ/√(var + ε) · (ĝ − mean(ĝ) − x̂ mean(ĝ x̂)).
    Mean and variance are of the whole batch, whatever the workers and microbatches: two sums are waited for.
    """

    momentum: float = 0.1
    eps: float = 1e-5
    clip: bool = False

    def shape(self, x: Shape) -> Shape:
        return x

    def absorb(self, follower: Op) -> Op | None:
        if isinstance(follower, ReLU) and not self.clip:
            return replace(self, clip=True)
        if isinstance(follower, MaxPool) and follower.quads:
            from fitcli.ops.batchnorm_pool import BatchNormPool

            return BatchNormPool(self.momentum, self.eps, self.clip)
        return None

    def sums(self, x, *w):
        return {"moments": 2 * x[-1], "pulled": 2 * x[-1], "pushed": 2 * x[-1]}

    def forward(self, y, x, gamma, beta, running_mean, running_var, s):
        add_moments(s.moments.part, x)
        yield s.moments
        s.count = s.batch * prod(x.shape[1:-1])
        s.scale, s.shift, s.mean, s.inverse = (s.new(gamma.shape) for _ in range(4))
        batch_affine(s.scale, s.shift, s.mean, s.inverse, s.moments.total, s.count, gamma, beta, self.eps)
        self._apply(y, x, s.scale, s.shift, s)
        if s.first == 0:
            update_running(running_mean, running_var, s.moments.total, s.count, self.momentum)

    def evaluate(self, y, x, gamma, beta, running_mean, running_var, s):
        scale, shift = s.new(gamma.shape), s.new(gamma.shape)
        running_affine(scale, shift, running_mean, running_var, gamma, beta, self.eps)
        self._apply(y, x, scale, shift, s)

    def _apply(self, y, x, scale, shift, s):
        affine(y, x, scale, shift, self.clip)

    def vjp(self, y_bar, x_bar, gamma_bar, beta_bar, y, x, gamma, beta, running_mean, running_var, s):
        add_pulled(s.pulled.part, y_bar, x, s.scale, s.shift, s.mean, s.inverse, self.clip)
        yield s.pulled
        if s.first == 0:
            add_affine_gradients(gamma_bar, beta_bar, s.pulled.total)
        if x_bar is not None:
            centre(x_bar, y_bar, x, s.pulled.total, s.count, s.scale, s.shift, s.mean, s.inverse, self.clip)

    def jvp(self, y_dot, x_dot, gamma_dot, beta_dot, y, x, gamma, beta, running_mean, running_var, s):
        add_pulled(s.pushed.part, x_dot, x, s.scale, s.shift, s.mean, s.inverse, False)
        yield s.pushed
        centre(y_dot, x_dot, x, s.pushed.total, s.count, s.scale, s.shift, s.mean, s.inverse, False)
        add_affine_tangents(y_dot, x, s.mean, s.inverse, gamma_dot, beta_dot, s.scale, s.shift, self.clip)
