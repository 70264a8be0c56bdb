"""A labelled block once more: `reuse: step` with the weights it has, `reuse: {label: step, weights: own}` with others."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Literal

from fitcli.errors import Problem, ShapeError
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, build_chain
from fitcli.registry import nearest


@LAYERS.register("reuse")
@dataclass(frozen=True)
class Reuse(Layer):
    """y = f(x), f the block of that label further up.

    shared: f has one set of weights wherever it stands, whose gradient is the sum of those of all its places; batch
    norm in it shares its running statistics. own: the same layers with weights of their own, as in a copy.
    """

    label: str
    weights: Literal["shared", "own"] = "shared"

    def build(self, g, x):
        if self.label not in g.blocks:
            known = ", ".join(map(repr, g.blocks))
            message = f"no block above is labelled {self.label!r}"
            hint = nearest(self.label, g.blocks) or "{block: {label: " + self.label + ", layers: [...]}} further up"
            raise ShapeError(Problem(message, allowed=known, hint=hint))
        block, scope = g.blocks[self.label]
        with g.weights_of(scope) if self.weights == "shared" else nullcontext():
            return build_chain(g, x, block.layers, "layers")
