"""Which layers to check: all, or the one that was named."""

from __future__ import annotations

import shlex

from fitcli.autodiff.graph import Node
from fitcli.engine.gradcheck.place import Place
from fitcli.errors import Problem, SpecError
from fitcli.registry import nearest

WHOLE = "whole model"


def chosen(at: Place, layer: str | None) -> tuple[list[Node], bool]:
    """The nodes that `layer` names, and whether the whole model is wanted.

    A node's name, one of the layers fused in it, what comes before it ("4.residual" is all that is inside), the kind of
    layer ("batchnorm") or of op ("conv2d").
    """
    if layer is None:
        return at.layers, True
    if layer == WHOLE:
        return [], True
    found = [n for n in at.layers if layer == n.name] or [n for n in at.layers if layer in _names(n)]
    if not found:
        names = [*(n.name for n in at.layers), WHOLE]
        last = max((int(number) for n in at.layers for number in _names(n) if number.isdecimal()), default=-1)
        if layer.removeprefix("-").isdecimal() and not 0 <= int(layer) <= last:
            what = f"there is no layer {layer}"
            raise SpecError(Problem(what, path="--layer", value=layer, allowed=f"0 to {last}, or a name such as {names[0]}"))
        near = nearest(layer, [*names, *(part for n in at.layers for part in sorted(_names(n)))])
        raise SpecError(
            Problem(
                f"no layer is called {layer!r}",
                path="--layer",
                value=layer,
                allowed=", ".join(names),
                hint=f"--layer {shlex.quote(near)}" if near else "",
            )  # fmt: skip
        )
    return found, False


def _names(node: Node) -> set[str]:
    """Of "4.residual.layers.0.conv+…": 4, 4.residual, …, 4.residual.layers.0.conv, conv, and so on for each part."""
    names = {node.op.name}
    for part in node.name.split("+"):
        steps = part.split(".")
        names |= {steps[-1], *(".".join(steps[: i + 1]) for i in range(len(steps)))}
    return names
