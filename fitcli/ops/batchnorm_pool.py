"""Batch normalisation, max(·, 0) and 2 × 2 max pooling in one pass: the full-size output is never written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.lazy import inner
from fitcli.kernels.native import CHANNELS, local, rows_of
from fitcli.ops import OPS
from fitcli.ops.batch_moments import BLOCK
from fitcli.ops.batchnorm import BatchNorm, add_affine_gradients, add_affine_tangents, add_pulled, centre, derivative_line
from fitcli.ops.maxpool import MaxPool


@kernel
def affine_max(y, place, best, x, scale, shift, clip):
    """y = max over four of scale · x + shift; best = the x it comes from; place = which one, −1 where y is clipped."""
    n, h, w, c = y.shape
    number = y.dtype.type
    zero, one, two, three = number(0), number(1), number(2), number(3)
    floor = zero if clip else -number(np.inf)
    for i in range(n):
        for r in range(h):
            for q in range(w):
                a, b, d, e = x[i, 2 * r, 2 * q], x[i, 2 * r, 2 * q + 1], x[i, 2 * r + 1, 2 * q], x[i, 2 * r + 1, 2 * q + 1]
                out, at, source = y[i, r, q], place[i, r, q], best[i, r, q]
                for k in range(c):
                    value, p, from_x = a[k] * scale[k] + shift[k], zero, a[k]
                    other = b[k] * scale[k] + shift[k]
                    if other > value or other != other:
                        value, p, from_x = other, one, b[k]
                    other = d[k] * scale[k] + shift[k]
                    if other > value or other != other:
                        value, p, from_x = other, two, d[k]
                    other = e[k] * scale[k] + shift[k]
                    if other > value or other != other:
                        value, p, from_x = other, three, e[k]
                    if value <= floor:
                        value, p = floor, -one
                    out[k] = value
                    at[k] = p
                    source[k] = from_x


@kernel
def add_pulled_best(part, y_bar, place, best, mean, inverse):
    """part[:C] += Σ ĝ, part[C:] += Σ ĝ x̂ over the places of the maxima, ĝ = y_bar where not clipped."""
    c = y_bar.shape[-1]
    g, at, x = rows_of(y_bar), rows_of(place), rows_of(best)
    zero = g.dtype.type(0)
    sums, products = local(g.dtype), local(g.dtype)
    for start in range(0, c, CHANNELS):
        stop = min(start + CHANNELS, c)
        m = mean[start:stop]
        for low in range(0, g.shape[0], BLOCK):
            for k in range(stop - start):
                sums[k] = 0
                products[k] = 0
            for r in range(low, min(low + BLOCK, g.shape[0])):
                bar, p, row = g[r, start:stop], at[r, start:stop], x[r, start:stop]
                for k in range(stop - start):
                    value = bar[k] if p[k] >= zero else zero
                    sums[k] += value
                    products[k] += value * (row[k] - m[k])
            for k in range(stop - start):
                part[start + k] += sums[k]
                part[c + start + k] += products[k] * inverse[start + k]


@inner
def _centre_one(out, x, bar, at, p, scale, a, b):
    zero = out.dtype.type(0)
    for k in range(out.size):
        out[k] = scale[k] * (bar[k] if at[k] == p else zero) - (a[k] + b[k] * x[k])


@inner
def _centre_none(out, x, a, b):
    for q in range(out.shape[0]):
        for k in range(out.shape[1]):
            out[q, k] = -(a[k] + b[k] * x[q, k])


@kernel
def centre_best(x_bar, y_bar, place, x, total, count, scale, mean, inverse):
    """x_bar = scale · (ĝ − mean(ĝ) − x̂ · mean(ĝ x̂)), ĝ = y_bar at the places of the maxima and 0 elsewhere."""
    n, h, w, c = y_bar.shape
    number = x_bar.dtype.type
    a, b = local(x.dtype), local(x.dtype)
    for low in range(0, c, CHANNELS):
        high = min(low + CHANNELS, c)
        derivative_line(a, b, total, count, scale, mean, inverse, low)
        factor = scale[low:high]
        for i in range(n):
            for r in range(h):
                for q in range(w):
                    bar, at = y_bar[i, r, q, low:high], place[i, r, q, low:high]
                    for p in range(4):
                        down, across = 2 * r + p // 2, 2 * q + p % 2
                        into, value = x_bar[i, down, across, low:high], x[i, down, across, low:high]
                        _centre_one(into, value, bar, at, number(p), factor, a, b)
                for row in range(2 * r, 2 * r + 2):
                    _centre_none(x_bar[i, row, 2 * w :, low:high], x[i, row, 2 * w :, low:high], a, b)
            for row in range(2 * h, x.shape[1]):
                _centre_none(x_bar[i, row, :, low:high], x[i, row, :, low:high], a, b)


@kernel
def push_best(y_dot, x_dot, place):
    """y_dot = x_dot at the place of each maximum, 0 where it was clipped."""
    n, h, w, c = y_dot.shape
    for i in range(n):
        for r in range(h):
            for q in range(w):
                for k in range(c):
                    p = int(place[i, r, q, k])
                    y_dot[i, r, q, k] = x_dot[i, 2 * r + p // 2, 2 * q + p % 2, k] if p >= 0 else 0


@OPS.register("batchnorm_pool")
@dataclass(frozen=True)
class BatchNormPool(BatchNorm):
    """`batchnorm` and the 2 × 2 `maxpool` behind it; the same sums over the batch, taken at the maxima only."""

    def shape(self, x: Shape) -> Shape:
        return MaxPool((2, 2), (2, 2)).shape(x)

    def absorb(self, follower: Op) -> Op | None:
        return None

    def behind(self, op: Op) -> tuple[Op, ...] | None:
        folded = super().behind(op)
        return None if folded is None else (*folded, MaxPool((2, 2), (2, 2)))

    def _apply(self, y, x, scale, shift, s):
        s.place, s.best = s.new(y.shape), s.new(y.shape)
        affine_max(y, s.place, s.best, x, scale, shift, self.clip)

    def vjp(self, y_bar, x_bar, gamma_bar, beta_bar, y, x, gamma, beta, running_mean, running_var, s):
        add_pulled_best(s.pulled.part, y_bar, s.place, s.best, s.mean, s.inverse)
        yield s.pulled
        if s.leads:
            add_affine_gradients(gamma_bar, beta_bar, s.pulled.total)
        if x_bar is not None:
            centre_best(x_bar, y_bar, s.place, x, s.pulled.total, s.count, s.scale, s.mean, s.inverse)

    def jvp(self, y_dot, x_dot, gamma_dot, beta_dot, y, x, gamma, beta, running_mean, running_var, s):
        add_pulled(s.pushed.part, x_dot, x, s.scale, s.shift, s.mean, s.inverse, False)
        yield s.pushed
        full = s.new(x.shape)
        centre(full, x_dot, x, s.pushed.total, s.count, s.scale, s.shift, s.mean, s.inverse, False)
        add_affine_tangents(full, x, s.mean, s.inverse, gamma_dot, beta_dot, s.scale, s.shift, self.clip)
        push_best(y_dot, full, s.place)
