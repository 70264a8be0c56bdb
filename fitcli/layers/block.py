"""Layers with a label, to be used again: `block: {label: step, layers: [...]}`, later `reuse: step`."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.errors import Problem, ShapeError
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, build_chain


@LAYERS.register("block")
@dataclass(frozen=True)
class Block(Layer):
    """y = f(x), f the inner layers. `reuse` takes them up again, with these weights or others."""

    label: str
    layers: list[Layer]

    def build(self, g, x):
        if self.label in g.blocks:
            raise ShapeError(Problem(f"two blocks are labelled {self.label!r}", hint="another label"))
        scope = g.path()
        y = build_chain(g, x, self.layers, "layers")
        g.blocks[self.label] = (self, scope)  # only now: a block cannot hold itself
        return y
