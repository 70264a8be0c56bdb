"""Which layers to check: all, or the one that was named."""

from __future__ import annotations

from fitcli.autodiff.graph import Node
from fitcli.engine.gradcheck.place import Place
from fitcli.errors import Problem, SpecError
from fitcli.registry import nearest

WHOLE = "whole model"


def chosen(at: Place, layer: str | None) -> tuple[list[Node], bool]:
    """The nodes whose name, or a part of it between + and ., is `layer`; and whether the whole model is wanted."""
    if layer is None:
        return at.layers, True
    if layer == WHOLE:
        return [], True
    found = [n for n in at.layers if layer == n.name] or [n for n in at.layers if layer in _parts(n.name) or layer == n.op.name]
    if not found:
        names = [*(n.name for n in at.layers), WHOLE]
        near = nearest(layer, [*names, *(part for n in at.layers for part in _parts(n.name))])
        raise SpecError(
            Problem(f"no layer is called {layer!r}", path="--layer", value=layer, allowed=", ".join(names),
                    hint=f"--layer {near}" if near else "")  # fmt: skip
        )
    return found, False


def _parts(name: str) -> set[str]:
    """ "1.batchnorm+2.relu" → 1.batchnorm, 1, batchnorm, 2.relu, 2, relu."""
    return {piece for part in name.split("+") for piece in (part, *part.split("."))}
