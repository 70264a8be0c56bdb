"""What a layer is: settings that know how to add themselves to a graph."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Gt, Len

from fitcli.errors import ShapeError

if TYPE_CHECKING:
    from fitcli.autodiff.graph import Builder, Node

Positive = Annotated[int, Gt(0)]
Natural = Annotated[int, Ge(0)]
Pair = Annotated[list[Positive], Len(2, 2)]  # [height, width]
NaturalPair = Annotated[list[Natural], Len(2, 2)]


class Layer:
    """A frozen dataclass of settings. Its first field takes the value of the short form `name: value`."""

    name: str

    def build(self, g: Builder, x: Node) -> Node:
        """Add the layer's nodes behind `x` and return the last; raise ShapeError when `x` does not fit."""
        raise NotImplementedError


def pair(value: int | list[int]) -> tuple[int, int]:
    """3 → (3, 3); [3, 5] → (3, 5)."""
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def build_chain(g: Builder, x: Node, layers: list[Layer], part: str) -> Node:
    """One layer after the other. `part` is the list's name in the spec ("model", "layers", "paths[1]"); a ShapeError
    from a layer is given its path."""
    scope = "" if part == "model" else part.replace("[", ".").replace("]", "") + "."
    for index, layer in enumerate(layers):
        with g.scope(f"{scope}{index}.{layer.name}"):
            try:
                x = layer.build(g, x)
            except ShapeError as error:
                raise inside(f"{part}[{index}].{layer.name}", error) from None
    return x


def inside(path: str, error: ShapeError) -> ShapeError:
    """The same error, told from one level further out."""
    return ShapeError(*(replace(p, path=f"{path}.{p.path}" if p.path else path) for p in error.problems))
