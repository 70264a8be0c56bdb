"""Multi-head self-attention (Vaswani et al., Attention is all you need, 2017): `attention: 4`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Lt

from fitcli.errors import Problem, ShapeError
from fitcli.initializers.base import Initializer
from fitcli.initializers.constant import Constant
from fitcli.initializers.xavier import XavierUniform
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, Positive


@LAYERS.register("attention")
@dataclass(frozen=True)
class Attention(Layer):
    """(tokens, features) → the same: Q, K, V = x W + b in `heads` parts of d = features / heads numbers each; part by
    part softmax(Q Kᵀ / √d) V, and a last product with weights of its own.

    What PyTorch's MultiheadAttention does with query = key = value: `qkv.weight` is its in_proj_weight transposed,
    `out.weight` its out_proj's, `dropout` is of the attention weights (the softmax), in training. Weights start as `init`
    says, biases at 0. Mostly in a `residual`, behind `layernorm`.
    """

    heads: Positive = 1
    bias: bool = True
    init: Initializer = XavierUniform()  # of both weights
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.0  # of the attention weights

    def build(self, g, x):
        from fitcli.ops.attention import Attention as Op
        from fitcli.ops.shapes import as_tokens

        _, features = as_tokens("attention", x.shape)
        if features % self.heads:
            divisors = [d for d in range(1, min(features, 64) + 1) if features % d == 0]
            nearest = min(divisors, key=lambda d: abs(d - self.heads))
            raise ShapeError(Problem(f"attention cannot cut {features} features into {self.heads} equal heads",
                                     allowed=f"a divisor of {features}", hint=f"heads: {nearest}"))  # fmt: skip
        with g.scope("qkv"):
            x = self._dense(g, x, 3 * features)
        x = g.apply(Op(self.heads, self.dropout), x)
        with g.scope("out"):
            return self._dense(g, x, features)

    def _dense(self, g, x, units):
        from fitcli.ops.dense import Dense

        params = [g.param("weight", (x.shape[-1], units), self.init)]
        if self.bias:
            params.append(g.param("bias", (units,), Constant(0.0), decay=False))
        return g.apply(Dense(units, self.bias), x, params=tuple(params))
