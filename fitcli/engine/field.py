"""The receptive field: how much of the image one number of a layer's output can depend on (Luo et al., 2016).

Windows add up: a window of k pixels whose neighbours lie `step` image pixels apart reaches (k − 1) · step further. What
norms measure over the whole image, or batch, is left aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from fitcli.autodiff.graph import Graph, Node
from fitcli.ops.adaptiveavgpool import even_spans

Pair = tuple[float, float]

_WHOLE = {"attention", "permute", "flatten", "globalavgpool", "globalmaxpool"}


@dataclass(frozen=True)
class Field:
    """`size` [height, width] in image pixels; `step` between the fields of neighbours. Size None: the whole image.

    Behind a `dct` of blocks, `size` is what it were without it, and `blocks` (size and step before it, pixels of a
    block) make whole blocks of that, along each axis.
    """

    size: Pair | None
    step: Pair = (1, 1)
    blocks: tuple[tuple[float, float, float], ...] | None = None

    @property
    def reach(self) -> Pair | None:
        """The size in pixels, blocks counted as a whole."""
        if self.size is None or self.blocks is None:
            return self.size
        return tuple(
            size - step + block * (1 + ceil((here - size) / block))
            for here, (size, step, block) in zip(self.size, self.blocks, strict=True)
        )


def receptive_fields(graph: Graph) -> dict[Node, list[int]]:
    """[height, width] in pixels for every op behind the image, at most the image's own size."""
    image = graph.inputs[0]
    height, width = image.shape[:2]
    fields: dict[Node, Field] = {}
    found = {}
    for node in graph.nodes:
        before = [fields[x] for x in node.inputs if x in fields]
        if node is image:
            fields[node] = Field((1, 1))
        elif node.op is not None and before:
            fields[node] = _behind(node, _joined(before))
            size = fields[node].reach or (height, width)
            found[node] = [min(height, ceil(size[0])), min(width, ceil(size[1]))]
    return found


def _joined(fields: list[Field]) -> Field:
    """Where branches meet, the widest counts."""
    if any(field.size is None for field in fields):
        return Field(None)
    if len(set(fields)) == 1:
        return fields[0]
    sizes, steps = [field.reach for field in fields], [field.step for field in fields]
    return Field(tuple(map(max, zip(*sizes, strict=True))), tuple(map(max, zip(*steps, strict=True))))


def _behind(node: Node, field: Field) -> Field:
    before, after = node.inputs[0].shape, node.shape
    if field.size is None or node.op.name in _WHOLE:
        return Field(None)
    if node.op.name == "reshape":  # pixels become tokens where their channels stay together
        return field if len(before) == 3 and len(after) == 2 and before[-1] == after[-1] else Field(None)
    if node.op.name == "dense":
        return field if len(before) == 2 else Field(None)
    if node.op.name == "dct":
        if node.op.block is None:
            return Field(None)
        sizes = zip(field.reach, field.step, node.op.block, strict=True)
        return Field(field.reach, field.step, tuple((size, step, b * step) for size, step, b in sizes))
    if len(before) == 3 and len(after) == 3:
        reach, stride = _window(node.op, before)
        size = tuple(s + r * step for s, r, step in zip(field.size, reach, field.step, strict=True))
        return Field(size, tuple(step * t for step, t in zip(field.step, stride, strict=True)), field.blocks)
    return field


def _window(op, image) -> tuple[Pair, Pair]:
    """(how many pixels a window has beyond one, how many pixels it moves on), along both axes."""
    if op.name == "batchnorm_pool":
        return (1, 1), (2, 2)
    if op.name == "adaptiveavgpool":
        spans = [even_spans(n, out) for n, out in zip(image[:2], op.size, strict=True)]
        return tuple((s[:, 1] - s[:, 0]).max() - 1 for s in spans), tuple(n / out for n, out in zip(image, op.size))
    if op.name.startswith("upsample"):
        return ((1, 1) if op.name == "upsample_bilinear" else (0, 0)), tuple(1 / f for f in op.factor)
    if not hasattr(op, "stride"):
        return (0, 0), (1, 1)
    size = getattr(op, "kernel", None) or op.size
    return tuple((k - 1) * d for k, d in zip(size, getattr(op, "dilation", (1, 1)), strict=True)), op.stride
