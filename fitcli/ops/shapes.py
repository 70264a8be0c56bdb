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
    if len(x) == 2:
        what = f"{x[0]} tokens of {x[1]} features"
        raise ShapeError(Problem(f"{name} needs an image (height×width×channels), got {what}",
                                 hint=f"put `{name}` before `patches`, or `reshape` the tokens to an image"))  # fmt: skip
    if len(x) != 3:
        flat = " or ".join(f"`{layer}`" for layer in ("flatten", "globalavgpool") if layer != name)
        raise ShapeError(
            Problem(f"{name} needs an image (height×width×channels), got a vector of {show(x)}",
                    hint=f"put `{name}` before {flat}")  # fmt: skip
        )
    return x


def as_tokens(name: str, x: Shape) -> Shape:
    """(tokens, features), or an error that says what to do."""
    if len(x) != 2:
        hint, what = f"put `{name}` before `flatten`", f"a vector of {show(x)}"
        if len(x) == 3:
            hint, what = f"`patches` or `reshape: [{x[0] * x[1]}, {x[2]}]` before it", show(x)
        raise ShapeError(Problem(f"{name} needs tokens (tokens×features), got {what}", hint=hint))
    return x


def as_places(name: str, x: Shape) -> Shape:
    """An image or tokens: a vector at each place."""
    return x if len(x) == 2 else as_image(name, x)


def as_vector(name: str, x: Shape) -> Shape:
    if len(x) == 2:
        raise ShapeError(
            Problem(f"{name} needs a flat input, got {x[0]} tokens of {x[1]} features",
                    hint="put `globalavgpool` or `first_token` before it")  # fmt: skip
        )
    if len(x) != 1:
        raise ShapeError(
            Problem(f"{name} needs a flat input, got {show(x)}", hint="put `flatten` or `globalavgpool` before it")
        )
    return x


def as_features(name: str, x: Shape) -> Shape:
    """A vector, or tokens each of which is one."""
    return x if len(x) == 2 else as_vector(name, x)
