"""Branches that are joined again: inception and squeeze-and-excite blocks are made of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Annotated, Literal

from annotated_types import MinLen

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, build_chain


@LAYERS.register("branches")
@dataclass(frozen=True)
class Branches(Layer):
    """y = join(f₁(x), f₂(x), …): each path is a list of layers, an empty one hands x on as it is.

    concat puts the channels of one behind those of the other (Szegedy et al., Going deeper with convolutions, 2015);
    add and multiply want equal shapes, but an image may be multiplied by one factor a channel (Hu, Shen & Sun,
    Squeeze-and-excitation networks, 2018): {paths: [[], [globalavgpool, dense: 8, relu, dense: 64, sigmoid]],
    join: multiply}.
    """

    paths: Annotated[list[list[Layer]], MinLen(2)]
    join: Literal["concat", "add", "multiply"] = "concat"

    def build(self, g, x):
        ends = [build_chain(g, x, layers, f"paths[{index}]") for index, layers in enumerate(self.paths)]
        if self.join == "concat":
            from fitcli.ops.concat import Concat

            return g.apply(Concat(), *ends)
        return reduce(lambda a, b: self._joined(g, a, b), ends)

    def _joined(self, g, a, b):
        from fitcli.ops.add import Add
        from fitcli.ops.multiply import Multiply
        from fitcli.ops.multiply_channels import MultiplyChannels

        if self.join == "multiply" and len(a.shape) != len(b.shape):
            image, factors = (a, b) if len(a.shape) > len(b.shape) else (b, a)
            return g.apply(MultiplyChannels(), image, factors)
        return g.apply(Add() if self.join == "add" else Multiply(), a, b)
