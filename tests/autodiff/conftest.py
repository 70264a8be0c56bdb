"""Small networks with weights and a batch, for the graph, the tape and the program alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph, Node, Param
from fitcli.autodiff.params import Params
from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.layers.base import build_chain
from fitcli.layers.batchnorm import BatchNorm
from fitcli.layers.conv import Conv
from fitcli.layers.dense import Dense
from fitcli.layers.dropout import Dropout
from fitcli.layers.flatten import Flatten
from fitcli.layers.globalavgpool import GlobalAvgPool
from fitcli.layers.maxpool import MaxPool
from fitcli.layers.relu import ReLU
from fitcli.layers.residual import Residual
from fitcli.layers.sigmoid import Sigmoid
from fitcli.layers.tanh import Tanh
from fitcli.losses.cross_entropy import CrossEntropy
from fitcli.losses.mse import MSE

CLASSES, SEED, BATCH = 3, 7, 7

NETWORKS = {
    "perceptron": [Flatten(), Dense(9), ReLU(), Dense(5), Tanh(), Dense("classes")],
    "convolutions": [Conv(5), ReLU(), MaxPool(2), Conv(4, [3, 2], 2, "valid"), Sigmoid(), Flatten(), Dense("classes")],
    "normalised": [
        Conv(4, bias=False), BatchNorm(), ReLU(), MaxPool(3, 2, 1), Conv(6, 3, 2), BatchNorm(), GlobalAvgPool(),
        Dense("classes"),
    ],
    "residual": [
        Conv(4), Residual([Conv(4), BatchNorm(), ReLU(), Conv(4), BatchNorm()]), ReLU(),
        Residual([Conv(6, 3, 2), Tanh()], [Conv(6, 1, 2)]), GlobalAvgPool(), Dense("classes"),
    ],
    "spread": [Tanh(), Flatten(), Dense(70), ReLU(), Dense(33), Dense("classes")],  # wide enough to share out the weights
    "dropout": [Flatten(), Dropout(0.3), Dense(8), ReLU(), Dropout(0.5), Dense("classes")],
}  # fmt: skip


@dataclass(eq=False)
class Case:
    """A graph as written, float64 weights by parameter, and a batch by input node."""

    graph: Graph
    weights: dict[Param, np.ndarray]
    inputs: dict[Node, np.ndarray]

    @property
    def batch(self) -> int:
        return len(next(iter(self.inputs.values())))

    def eager(self, graph: Graph | None = None, train: bool = True) -> Eager:
        return Eager(graph or self.graph, self.weights, train=train, seed=SEED)

    def params(self, graph: Graph | None = None, dtype="f8") -> Params:
        params = Params(graph or self.graph, np.dtype(dtype))
        params.assign({p.name: w for p, w in self.weights.items()})
        return params

    def program(self, params: Params, graph: Graph | None = None, workers=1, microbatch=32, dtype="f8", train=True,
                parts=1) -> Program:  # fmt: skip
        """With the batch filled in, ready to run."""
        setup = Setup(self.batch, workers, microbatch, dtype, parts)
        program = Program(graph or self.graph, params, setup, train=train, clock=np.array([SEED, 0]))
        for node, values in self.inputs.items():
            program.inputs[node][...] = values
        return program


def make_case(name: str, shape=(9, 8, 2), batch: int = BATCH) -> Case:
    loss = MSE() if name == "perceptron" else CrossEntropy()
    g = Builder(CLASSES)
    x, labels = g.input("image", shape), g.input("labels", (), "i8")
    y = build_chain(g, x, NETWORKS[name], "model")
    with g.scope("loss"):
        last = loss.build(g, y, labels)
    graph = Graph(tuple(g.nodes), y, last)
    rng = np.random.default_rng(11)
    weights = {p: rng.standard_normal(p.shape) / np.sqrt(max(1, p.size / p.shape[-1])) for p in graph.params}
    for p in graph.params:
        if p.name.endswith("running_var"):
            weights[p] = abs(weights[p]) + 0.5
    return Case(graph, weights, {x: rng.standard_normal((batch, *shape)), labels: rng.integers(0, CLASSES, batch)})


@pytest.fixture(params=NETWORKS)
def case(request, monkeypatch) -> Case:
    """Each of the networks in turn."""
    if request.param == "spread":
        monkeypatch.setattr("fitcli.ops.dense._LARGE", 1000)
    return make_case(request.param)


@pytest.fixture
def case_of():
    """case_of("residual") -> Case."""
    return make_case


def distance(found: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.linalg.norm(np.ravel(found - wanted)) / max(np.linalg.norm(np.ravel(wanted)), 1e-300))


@pytest.fixture(name="distance")
def _distance():
    """‖found − wanted‖ / ‖wanted‖."""
    return distance


@pytest.fixture
def table_of():
    """table_of([(kernel, arguments), …]) -> the table that replays these calls on real arrays."""
    from fitcli.kernels.arguments import block, settle

    alive = []

    def make(calls):
        calls = [(kernel, settle(args)) for kernel, args in calls]
        blocks = [np.array(block(args, 0), np.int64) for _, args in calls]
        alive.extend((calls, blocks))
        rows = [[kernel.entry(args), words.ctypes.data] for (kernel, args), words in zip(calls, blocks, strict=True)]
        return np.array(rows, np.int64)

    yield make
    alive.clear()
