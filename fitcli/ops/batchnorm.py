"""Batch normalisation (Ioffe & Szegedy, 2015), with max(·, 0) behind it when `clip` is set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.lazy import inner
from fitcli.kernels.native import CHANNELS, local, rows_of
from fitcli.ops import OPS
from fitcli.ops.batch_moments import BLOCK, add_moments, batch_affine, fold_affine, running_affine, update_running
from fitcli.ops.maxpool import MaxPool
from fitcli.ops.relu import ReLU


@kernel
def affine(y, x, scale, shift, clip):
    """y = scale · x + shift per channel, through max(·, 0) when clip."""
    c = x.shape[-1]
    y, x = rows_of(y), rows_of(x)
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
    g, x = rows_of(g), rows_of(x)
    zero = x.dtype.type(0)
    sums, products = local(x.dtype), local(x.dtype)
    for start in range(0, c, CHANNELS):
        count = min(CHANNELS, c - start)
        m, a, b = mean[start : start + count], scale[start : start + count], shift[start : start + count]
        for low in range(0, x.shape[0], BLOCK):
            for k in range(count):
                sums[k] = 0
                products[k] = 0
            for r in range(low, min(low + BLOCK, x.shape[0])):
                bar, row = g[r, start : start + count], x[r, start : start + count]
                for k in range(count):
                    value = bar[k] if not clip or row[k] * a[k] + b[k] > zero else zero
                    sums[k] += value
                    products[k] += value * (row[k] - m[k])
            for k in range(count):
                part[start + k] += sums[k]
                part[c + start + k] += products[k] * inverse[start + k]


@inner
def derivative_line(a, b, total, count, scale, mean, inverse, start):
    """scale · (ĝ − mean(ĝ) − x̂ mean(ĝ x̂)) = scale · ĝ − (a + b · x), for the channels from `start` on."""
    c = scale.shape[0]
    for k in range(min(CHANNELS, c - start)):
        at = start + k
        slope = total[c + at] / count * inverse[at] * scale[at]
        b[k] = slope
        a[k] = total[at] / count * scale[at] - slope * mean[at]


@kernel
def centre(out, g, x, total, count, scale, shift, mean, inverse, clip):
    """out = scale · (ĝ − mean(ĝ) − x̂ · mean(ĝ x̂)): the derivative of normalising, and its own transpose."""
    c = x.shape[-1]
    out, g, x = rows_of(out), rows_of(g), rows_of(x)
    zero = x.dtype.type(0)
    a, b = local(x.dtype), local(x.dtype)
    for start in range(0, c, CHANNELS):
        stop = min(start + CHANNELS, c)
        derivative_line(a, b, total, count, scale, mean, inverse, start)
        factor, offset = scale[start:stop], shift[start:stop]
        for r in range(x.shape[0]):
            bar, row, into = g[r, start:stop], x[r, start:stop], out[r, start:stop]
            for k in range(stop - start):
                value = bar[k] if not clip or row[k] * factor[k] + offset[k] > zero else zero
                into[k] = factor[k] * value - (a[k] + b[k] * row[k])


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
    y_dot, x = rows_of(y_dot), rows_of(x)
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
    Evaluation has the running ones, by which y = a x + c: a convolution or dense layer before it takes that into its
    weights and bias, W a and a b + c (Jacob et al., Quantization and Training of Neural Networks, 2018, section 3.2).
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

    def behind(self, op: Op) -> tuple[Op, ...] | None:
        biased = op.biased(self.clip)
        return None if biased is None else (biased,)

    def fold(self, weight, bias, w, *args):
        *b, gamma, beta, running_mean, running_var, s = args
        scale, shift = s.new(gamma.shape), s.new(gamma.shape)
        running_affine(scale, shift, running_mean, running_var, gamma, beta, self.eps)
        fold_affine(weight, bias, w, b[0] if b else None, scale, shift, *s.share)

    def sums(self, x, *w):
        return {"moments": 2 * x[-1], "pulled": 2 * x[-1], "pushed": 2 * x[-1]}

    def forward(self, y, x, gamma, beta, running_mean, running_var, s):
        add_moments(s.moments.part, x)
        yield s.moments
        s.count = s.batch * prod(x.shape[1:-1])
        s.scale, s.shift, s.mean, s.inverse = (s.new(gamma.shape) for _ in range(4))
        batch_affine(s.scale, s.shift, s.mean, s.inverse, s.moments.total, s.count, gamma, beta, self.eps)
        self._apply(y, x, s.scale, s.shift, s)
        if s.leads:
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
        if s.leads:
            add_affine_gradients(gamma_bar, beta_bar, s.pulled.total)
        if x_bar is not None:
            centre(x_bar, y_bar, x, s.pulled.total, s.count, s.scale, s.shift, s.mean, s.inverse, self.clip)

    def jvp(self, y_dot, x_dot, gamma_dot, beta_dot, y, x, gamma, beta, running_mean, running_var, s):
        add_pulled(s.pushed.part, x_dot, x, s.scale, s.shift, s.mean, s.inverse, False)
        yield s.pushed
        centre(y_dot, x_dot, x, s.pushed.total, s.count, s.scale, s.shift, s.mean, s.inverse, False)
        add_affine_tangents(y_dot, x, s.mean, s.inverse, gamma_dot, beta_dot, s.scale, s.shift, self.clip)
