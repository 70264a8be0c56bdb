"""Scaled dot-product attention of several heads (Vaswani et al., Attention is all you need, 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from fitcli.autodiff.op import Op, Shape
from fitcli.errors import Problem, ShapeError
from fitcli.kernels.kernel import kernel
from fitcli.kernels.lazy import inner
from fitcli.kernels.macc import ADD, ZERO, columns_product, link, panel_width, rows_product
from fitcli.kernels.native import address_of, size_of
from fitcli.kernels.panels import panels_shape
from fitcli.ops import OPS
from fitcli.ops.dense_products import rows
from fitcli.ops.exponential import exponential
from fitcli.ops.shapes import as_tokens

# One head of one image: columns [h·d, (h+1)·d) of Q, K and V, which lie side by side in x [N, T, 3 C].


@inner
def pack_columns(packed, x, start):
    """packed[j, k, l] = x[j·width + l, start + k]: T columns of a product from T rows of x."""
    panels, depth, width = packed.shape
    zero = packed.dtype.type(0)
    for j in range(panels):
        for l in range(width):
            token = j * width + l
            for k in range(depth):
                packed[j, k, l] = x[token, start + k] if token < x.shape[0] else zero


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


@kernel(links=link)
def attention_forward(y, p, x, packed, scale, x_rows, p_rows, y_rows):
    """p [N, H, T, T] = softmax(scale · Q Kᵀ), y = p V."""
    n, t, c = y.shape
    heads, d, width = p.shape[1], packed.shape[1], packed.shape[2]
    zero = y.dtype.type(0)
    size, xs, ps, ys = size_of(zero), address_of(x_rows), address_of(p_rows), address_of(y_rows)
    for i in range(n):
        for h in range(heads):
            q = address_of(x) + (i * t * 3 * c + h * d) * size
            v, s = q + 2 * c * size, address_of(p) + (i * heads + h) * t * t * size
            pack_columns(packed, x[i], c + h * d)
            rows_product(zero, q, xs, address_of(packed), d * width, s, ps, 0, t, t,
                         1, 1, d, 0, 0, 1, 0, 0, width, ZERO, 0)  # fmt: skip
            softmax_rows(p[i, h], scale)
            rows_product(zero, s, ps, v, panel_width(zero), address_of(y) + (i * t * c + h * d) * size, ys, 0, t, d,
                         1, 1, t, 0, 0, 1, 0, 0, 3 * c, ZERO, 0)  # fmt: skip


@kernel(links=link)
def attention_vjp(x_bar, y_bar, s_bar, p, x, packed, scale, x_rows, p_rows, y_rows):
    """Q_bar = S_bar K, K_bar = S_barᵀ Q, V_bar = pᵀ y_bar, S_bar = scale · p (p_bar − Σ p p_bar), p_bar = y_bar Vᵀ."""
    n, t, c = y_bar.shape
    heads, d, width = p.shape[1], packed.shape[1], packed.shape[2]
    zero = y_bar.dtype.type(0)
    size, xs, ps, ys = size_of(zero), address_of(x_rows), address_of(p_rows), address_of(y_rows)
    s, panel = address_of(s_bar), panel_width(zero)
    for i in range(n):
        for h in range(heads):
            at = (i * t * 3 * c + h * d) * size
            q, k = address_of(x) + at, address_of(x) + at + c * size
            q_bar = address_of(x_bar) + at
            k_bar, v_bar = q_bar + c * size, q_bar + 2 * c * size
            bar = address_of(y_bar) + (i * t * c + h * d) * size
            columns_product(zero, address_of(p) + (i * heads + h) * t * t * size, 0, bar, panel, v_bar, xs, 0, t, d,
                            1, 1, t, 0, 0, t, 0, 0, c, ZERO, 0)  # fmt: skip
            pack_columns(packed, x[i], 2 * c + h * d)
            rows_product(zero, bar, ys, address_of(packed), d * width, s, ps, 0, t, t,
                         1, 1, d, 0, 0, 1, 0, 0, width, ZERO, 0)  # fmt: skip
            softmax_rows_chain(s_bar, p[i, h], scale)
            rows_product(zero, s, ps, k, panel, q_bar, xs, 0, t, d, 1, 1, t, 0, 0, 1, 0, 0, 3 * c, ZERO, 0)
            columns_product(zero, s, 0, q, panel, k_bar, xs, 0, t, d, 1, 1, t, 0, 0, t, 0, 0, 3 * c, ZERO, 0)


@kernel(links=link)
def attention_jvp(y_dot, x_dot, s_dot, p, x, packed, scale, x_rows, p_rows, y_rows):
    """S_dot = Q_dot Kᵀ + Q K_dotᵀ, p_dot = scale · p (S_dot − Σ p S_dot), y_dot = p_dot V + p V_dot."""
    n, t, c = y_dot.shape
    heads, d, width = p.shape[1], packed.shape[1], packed.shape[2]
    zero = y_dot.dtype.type(0)
    size, xs, ps, ys = size_of(zero), address_of(x_rows), address_of(p_rows), address_of(y_rows)
    s, panel = address_of(s_dot), panel_width(zero)
    for i in range(n):
        for h in range(heads):
            at = (i * t * 3 * c + h * d) * size
            weight = address_of(p) + (i * heads + h) * t * t * size
            y = address_of(y_dot) + (i * t * c + h * d) * size
            pack_columns(packed, x[i], c + h * d)
            rows_product(zero, address_of(x_dot) + at, xs, address_of(packed), d * width, s, ps, 0, t, t,
                         1, 1, d, 0, 0, 1, 0, 0, width, ZERO, 0)  # fmt: skip
            pack_columns(packed, x_dot[i], c + h * d)
            rows_product(zero, address_of(x) + at, xs, address_of(packed), d * width, s, ps, 0, t, t,
                         1, 1, d, 0, 0, 1, 0, 0, width, ADD, 0)  # fmt: skip
            softmax_rows_chain(s_dot, p[i, h], scale)
            rows_product(zero, s, ps, address_of(x) + at + 2 * c * size, panel, y, ys, 0, t, d,
                         1, 1, t, 0, 0, 1, 0, 0, 3 * c, ZERO, 0)  # fmt: skip
            rows_product(zero, weight, ps, address_of(x_dot) + at + 2 * c * size, panel, y, ys, 0, t, d,
                         1, 1, t, 0, 0, 1, 0, 0, 3 * c, ADD, 0)  # fmt: skip


@OPS.register("attention")
@dataclass(frozen=True)
class Attention(Op):
    """x [N, T, 3 C] = Q, K, V side by side → y [N, T, C]; head by head, d = C / heads: y = softmax(Q Kᵀ / √d) V.

    With p the softmax and S = Q Kᵀ / √d: dy = dp V + p dV, dp = p (dS − Σ p dS), √d dS = dQ Kᵀ + Q dKᵀ;
    V_bar = pᵀ y_bar, S_bar = p (y_bar Vᵀ − Σ p y_bar Vᵀ), √d Q_bar = S_bar K, √d K_bar = S_barᵀ Q.
    """

    heads: int = 1

    def shape(self, x: Shape) -> Shape:
        t, c = as_tokens("attention", x)
        if c % (3 * self.heads):
            what = f"3 · {self.heads} equal parts, got {c} features"
            raise ShapeError(Problem(f"attention of {self.heads} heads needs {what}"))
        return (t, c // 3)

    def _tools(self, y, s):
        """Room for one packed operand, 1/√d, and the offsets of tokens in x, p and y."""
        t, c = y.shape[1:]
        d = c // self.heads
        return s.new(panels_shape(y.dtype, d, t)), 1 / sqrt(d), rows(t, 3 * c), rows(t, t), rows(t, c)

    def forward(self, y, x, s):
        s.weights = s.new((y.shape[0], self.heads, y.shape[1], y.shape[1]))
        attention_forward(y, s.weights, x, *self._tools(y, s))

    def vjp(self, y_bar, x_bar, y, x, s):
        s_bar = s.new((y.shape[1], y.shape[1]))
        attention_vjp(x_bar, y_bar, s_bar, s.weights, x, *self._tools(y, s))

    def jvp(self, y_dot, x_dot, y, x, s):
        s_dot = s.new((y.shape[1], y.shape[1]))
        attention_jvp(y_dot, x_dot, s_dot, s.weights, x, *self._tools(y, s))

    def multiply_adds(self, x):
        t, c = self.shape(x)
        return 2 * t * t * c
