"""Shape rules in the user's words."""

from __future__ import annotations

from fitcli.autodiff.op import Shape
from fitcli.errors import Problem, ShapeError


def show(shape: Shape) -> str:
    """(8, 8, 32) → 8×8×32."""
    return "×".join(map(str, shape)) or "one number"


def same_shape(name: str, a: Shape, b: Shape) -> Shape:
    if a != b:
        raise ShapeError(Problem(f"{name} needs two inputs of one shape, got {show(a)} and {show(b)}"))
    return a


def as_image(name: str, x: Shape) -> Shape:
    """(height, width, channels), or an error that says what to do."""
    if len(x) != 3:
        flat = " or ".join(f"`{layer}`" for layer in ("flatten", "globalavgpool") if layer != name)
        raise ShapeError(
            Problem(f"{name} needs an image (height×width×channels), got a vector of {show(x)}",
                    hint=f"put `{name}` before {flat}")  # fmt: skip
        )
    return x


def as_vector(name: str, x: Shape) -> Shape:
    if len(x) != 1:
        raise ShapeError(
            Problem(f"{name} needs a flat input, got {show(x)}", hint="put `flatten` or `globalavgpool` before it")
        )
    return x
