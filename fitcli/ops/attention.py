"""Scaled dot-product attention of several heads (Vaswani et al., Attention is all you need, 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from fitcli.autodiff.op import Op, Shape
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.kernel import kernel
from fitcli.kernels.lazy import inner
from fitcli.kernels.macc import ADD, ZERO, link
from fitcli.kernels.native import address_of, size_of
from fitcli.kernels.panels import panels_shape
from fitcli.kernels.random import stream_key, uniform
from fitcli.ops import OPS
from fitcli.ops.dense_products import rows
from fitcli.ops.exponential import exponential
from fitcli.ops.head_products import against_rows, pack_columns, parts_of, weighted, weighted_back
from fitcli.ops.shapes import as_tokens

@inner
def softmax_rows(p, scale):
    """p = softmax(scale · p) along each row."""
    for r in range(p.shape[0]):
        row = p[r]
        top = row[0]
        for k in range(1, row.size):
            top = max(top, row[k])
        total = p.dtype.type(0)
        for k in range(row.size):
            row[k] = exponential((row[k] - top) * scale)  # at most 1: never overflows
            total += row[k]
        for k in range(row.size):
            row[k] /= total


@inner
def softmax_rows_chain(d, p, scale):
    """d = scale · p (d − Σ p d) along each row: the derivative, a symmetric matrix, so its own transpose."""
    for r in range(p.shape[0]):
        row, weight = d[r], p[r]
        total = p.dtype.type(0)
        for k in range(row.size):
            total += weight[k] * row[k]
        for k in range(row.size):
            row[k] = scale * weight[k] * (row[k] - total)


@inner
def thinned(out, p, key, at, rate):
    """out [T, T] = p · m / (1 − rate); m of its k-th number is the draw at + k: the same in both directions."""
    scale = p.dtype.type(1) / (p.dtype.type(1) - p.dtype.type(rate))
    zero = p.dtype.type(0)
    for r in range(p.shape[0]):
        for k in range(p.shape[1]):
            out[r, k] = p[r, k] * scale if uniform(key, at + r * p.shape[1] + k) >= rate else zero


@kernel(links=link)
def attention_forward(y, p, x, s, packed, scale, x_rows, p_rows, y_rows, clock, stream, first, rate):
    """p [N, H, T, T] = softmax(scale · Q Kᵀ), y = p V; with a rate above 0, y = s V with s = p thinned out."""
    (n, t, c), heads, d = y.shape, p.shape[1], packed.shape[1]
    key, size = stream_key(clock[0], stream, clock[1]), size_of(y.dtype.type(0))
    for i in range(n):
        for h in range(heads):
            (q, _, v), weights = parts_of(x, i, h * d), p[i, h]
            pack_columns(packed, x[i], c + h * d)
            against_rows(weights, q, x_rows, packed, p_rows, ZERO)
            softmax_rows(weights, scale)
            if rate > 0:
                thinned(s, weights, key, ((first + i) * heads + h) * t * t, rate)
                weights = s
            weighted(address_of(y) + (i * t * c + h * d) * size, y_rows, weights, p_rows, v, 3 * c, d, ZERO)


@kernel(links=link)
def attention_vjp(x_bar, y_bar, p, x, s, packed, scale, x_rows, p_rows, y_rows, clock, stream, first, rate):
    """Q_bar = S_bar K, K_bar = S_barᵀ Q, V_bar = pᵀ y_bar, S_bar = scale · p (p_bar − Σ p p_bar), p_bar = y_bar Vᵀ;
    with a rate above 0, V_bar by p thinned out, and p_bar thinned out alike."""
    (n, t, c), heads, d = y_bar.shape, p.shape[1], packed.shape[1]
    key, size = stream_key(clock[0], stream, clock[1]), size_of(y_bar.dtype.type(0))
    for i in range(n):
        for h in range(heads):
            (q, k, _), (q_bar, k_bar, v_bar), weights = parts_of(x, i, h * d), parts_of(x_bar, i, h * d), p[i, h]
            bar, at = address_of(y_bar) + (i * t * c + h * d) * size, ((first + i) * heads + h) * t * t
            if rate > 0:
                thinned(s, weights, key, at, rate)
                weighted_back(v_bar, x_rows, s, bar, c, d)
            else:
                weighted_back(v_bar, x_rows, weights, bar, c, d)
            pack_columns(packed, x[i], 2 * c + h * d)
            against_rows(s, bar, y_rows, packed, p_rows, ZERO)
            if rate > 0:
                thinned(s, s, key, at, rate)
            softmax_rows_chain(s, weights, scale)
            weighted(q_bar, x_rows, s, p_rows, k, 3 * c, d, ZERO)
            weighted_back(k_bar, x_rows, s, q, 3 * c, d)


@kernel(links=link)
def attention_jvp(y_dot, x_dot, p, x, s, packed, scale, x_rows, p_rows, y_rows, clock, stream, first, rate):
    """S_dot = Q_dot Kᵀ + Q K_dotᵀ, p_dot = scale · p (S_dot − Σ p S_dot), y_dot = p_dot V + p V_dot;
    with a rate above 0, p_dot and p thinned out alike."""
    (n, t, c), heads, d = y_dot.shape, p.shape[1], packed.shape[1]
    key, size = stream_key(clock[0], stream, clock[1]), size_of(y_dot.dtype.type(0))
    for i in range(n):
        for h in range(heads):
            (q, _, v), (q_dot, _, v_dot), weights = parts_of(x, i, h * d), parts_of(x_dot, i, h * d), p[i, h]
            y, at = address_of(y_dot) + (i * t * c + h * d) * size, ((first + i) * heads + h) * t * t
            pack_columns(packed, x[i], c + h * d)
            against_rows(s, q_dot, x_rows, packed, p_rows, ZERO)
            pack_columns(packed, x_dot[i], c + h * d)
            against_rows(s, q, x_rows, packed, p_rows, ADD)
            softmax_rows_chain(s, weights, scale)
            if rate > 0:
                thinned(s, s, key, at, rate)
            weighted(y, y_rows, s, p_rows, v, 3 * c, d, ZERO)
            if rate > 0:
                thinned(s, weights, key, at, rate)
                weights = s
            weighted(y, y_rows, weights, p_rows, v_dot, 3 * c, d, ADD)


@OPS.register("attention")
@dataclass(frozen=True)
class Attention(Op):
    """x [N, T, 3 C] = Q, K, V side by side → y [N, T, C]; head by head, d = C / heads: y = softmax(Q Kᵀ / √d) V.

    With p the softmax and S = Q Kᵀ / √d: dy = dp V + p dV, dp = p (dS − Σ p dS), √d dS = dQ Kᵀ + Q dKᵀ;
    V_bar = pᵀ y_bar, S_bar = p (y_bar Vᵀ − Σ p y_bar Vᵀ), √d Q_bar = S_bar K, √d K_bar = S_barᵀ Q.
    In training y = (p · m / (1 − dropout)) V, each number of m 1 with probability 1 − dropout, else 0.
    """

    heads: int = 1
    dropout: float = 0.0

    def shape(self, x: Shape) -> Shape:
        t, c = as_tokens("attention", x)
        if c % (3 * self.heads):
            what = f"3 · {self.heads} equal parts, got {c} features"
            raise ShapeError(Problem(f"attention of {self.heads} heads needs {what}"))
        return (t, c // 3)

    def _tools(self, y, s, thinned: bool = True):
        """Room for one head's [T, T] and a packed operand, 1/√d, the offsets of tokens in x, p and y, and the draws."""
        t, c = y.shape[1:]
        d = c // self.heads
        rate = float(self.dropout) if thinned else 0.0
        rooms = s.new((t, t)), s.new(panels_shape(y.dtype, d, t))
        return *rooms, 1 / sqrt(d), rows(t, 3 * c), rows(t, t), rows(t, c), s.clock, s.stream, s.first, rate

    def forward(self, y, x, s, thinned: bool = True):
        s.weights = s.new((y.shape[0], self.heads, y.shape[1], y.shape[1]))
        attention_forward(y, s.weights, x, *self._tools(y, s, thinned))

    def evaluate(self, y, x, s):
        self.forward(y, x, s, thinned=False)

    def vjp(self, y_bar, x_bar, y, x, s):
        attention_vjp(x_bar, y_bar, s.weights, x, *self._tools(y, s))

    def jvp(self, y_dot, x_dot, y, x, s):
        attention_jvp(y_dot, x_dot, s.weights, x, *self._tools(y, s))

    def multiply_adds(self, x):
        t, c = self.shape(x)
        return 2 * t * t * c
