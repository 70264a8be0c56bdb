"""Units behind a ReLU that are 0 whatever the image: no gradient passes them, so they stay so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.autodiff.graph import Graph, Node
from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.model import Model
from fitcli.ops.relu import ReLU

IMAGES = 64  # looked at
MOST = 24  # layers, of those nearest to the image


@dataclass(frozen=True)
class Layer:
    """`dead` of the `units` (channels) of a ReLU are 0 at every place of every image."""

    name: str
    dead: int
    units: int


def relu_layers(model: Model, images: np.ndarray) -> list[Layer]:
    """Every layer that ends in a ReLU, as validation sees `images`; nothing of the model changes."""
    return [_look(model, node, images[:IMAGES]) for node in model.graph.nodes if _clips(node)][:MOST]


def _clips(node: Node) -> bool:
    return isinstance(node.op, ReLU) or bool(getattr(node.op, "clip", False))


def _look(model: Model, node: Node, images: np.ndarray) -> Layer:
    whole = model.graph.until(node)
    graph = Graph(whole.nodes, node, None)
    program = Program(graph, model.params, Setup(len(images)), train=False, clock=np.zeros(2, np.int64))
    program.inputs[model.pixels][...] = images
    program.forward()
    alive = (program.outputs != 0).reshape(-1, node.shape[-1]).any(0)
    return Layer(node.name, int((~alive).sum()), alive.size)
