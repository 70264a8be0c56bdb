"""Residual block (He et al., Deep residual learning for image recognition, 2016)."""

from __future__ import annotations

from dataclasses import dataclass, field

from fitcli.errors import Problem, ShapeError
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, build_chain


@LAYERS.register("residual")
@dataclass(frozen=True)
class Residual(Layer):
    """y = f(x) + s(x): f the inner `layers`, s the `shortcut` layers (none: s(x) = x)."""

    layers: list[Layer]
    shortcut: list[Layer] = field(default_factory=list)

    def build(self, g, x):
        from fitcli.ops.add import Add
        from fitcli.ops.shapes import show

        deep, short = build_chain(g, x, self.layers, "layers"), build_chain(g, x, self.shortcut, "shortcut")
        if deep.shape != short.shape:
            raise ShapeError(
                Problem(
                    f"the layers of residual end in {show(deep.shape)}, its shortcut in {show(short.shape)}",
                    hint="a shortcut such as [{conv: {filters: "
                    f"{deep.shape[-1]}, kernel: 1, stride: …}}}}] that ends in the same shape",
                )
            )
        return g.apply(Add(), deep, short)
