from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph
from fitcli.errors import SpecError
from fitcli.model import build_model
from fitcli.spec import parse_spec


@dataclass(frozen=True)
class Built:
    """What a layer added to a graph."""

    graph: Graph

    @property
    def shape(self):
        return self.graph.output.shape

    @property
    def nodes(self):
        return [node.name for node in self.graph.nodes if node.op is not None]

    @property
    def params(self):
        return {p.name: p.shape for p in self.graph.params}

    @property
    def decayed(self):
        return [p.name for p in self.graph.params if p.trained and p.decay]

    def __call__(self, x, weights=(), train=False, seed=0):
        """The layer's value for images x, in float64; weights by name, those not given at their initial values."""
        given = dict(weights)
        values = {p: given.get(p.name, p.initial.values(np.random.default_rng(0), p.shape)) for p in self.graph.params}
        eager = Eager(self.graph, values, train=train, seed=seed)
        return eager.forward({self.graph.inputs[0]: x}).value[self.graph.output]


@pytest.fixture
def build():
    """build(layer, shape) -> Built, in the scope "0.<name>" with 10 classes."""

    def make(layer, shape):
        g = Builder(10)
        x = g.input("x", shape)
        with g.scope(f"0.{layer.name}"):
            y = layer.build(g, x)
        return Built(Graph(tuple(g.nodes), y))

    return make


@pytest.fixture
def wrong():
    """wrong("flatten, conv: 3") -> the one Problem of that model for 8×6×3 images and 4 classes, line 3 its layer."""

    def find(*layers, shape=(8, 6, 3)):
        text = "data: {path: x}\nmodel:\n" + "".join(f"  - {layer}\n" for layer in layers)
        spec = parse_spec(text, "s.yaml")
        with pytest.raises(SpecError) as caught:
            build_model(spec, ("a", "b", "c", "d"), shape)
        assert caught.value.exit_code == 2
        (problem,) = caught.value.problems
        return problem

    return find
