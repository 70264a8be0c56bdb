"""The chain rule through small whole graphs: pushed forward and pulled back they must meet, fused, cut or plain."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph, fuse
from fitcli.ops.add import Add
from fitcli.ops.batchnorm import BatchNorm
from fitcli.ops.conv2d import Conv2d
from fitcli.ops.dense import Dense
from fitcli.ops.dropout import Dropout
from fitcli.ops.flatten import Flatten
from fitcli.ops.globalavgpool import GlobalAvgPool
from fitcli.ops.maxpool import MaxPool
from fitcli.ops.mean_squared_error import MeanSquaredError
from fitcli.ops.multiply import Multiply
from fitcli.ops.relu import ReLU
from fitcli.ops.sigmoid import Sigmoid
from fitcli.ops.softmax_cross_entropy import SoftmaxCrossEntropy
from fitcli.ops.tanh import Tanh

N, CLASSES = 5, 4


@dataclass
class Net:
    """A builder that makes the weights each op needs."""

    shape: tuple
    g: Builder = field(default_factory=lambda: Builder(CLASSES))
    values: dict = field(default_factory=dict)
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def __post_init__(self):
        self.x = self.g.input("x", self.shape)
        self.labels = self.g.input("labels", (), "i8")

    def param(self, name, shape, trained=True):
        p = self.g.param(f"{len(self.values)}.{name}", shape, None, trained=trained)
        self.values[p] = self.rng.standard_normal(shape) if trained else np.ones(shape)
        return p

    def apply(self, op, *x, params=None):
        if params is None:
            params = self.params_of(op, x[0].shape)
        with self.g.scope(str(len(self.g.nodes))):
            return self.g.apply(op, *x, params=tuple(params))

    def params_of(self, op, shape):
        if isinstance(op, Conv2d):
            w = self.param("w", (*op.kernel, shape[2], op.filters))
            return [w, self.param("b", (op.filters,))] if op.bias else [w]
        if isinstance(op, Dense):
            w = self.param("w", (shape[0], op.features))
            return [w, self.param("b", (op.features,))] if op.bias else [w]
        if isinstance(op, BatchNorm):
            return [self.param(n, shape[-1:], trained=n in ("gamma", "beta")) for n in ("gamma", "beta", "mean", "var")]
        return []

    def chain(self, x, *ops):
        for op in ops:
            x = self.apply(op, x)
        return x

    def graph(self, y):
        used = {x for node in self.g.nodes for x in node.inputs}
        return Graph(tuple(n for n in self.g.nodes if n is not self.labels or n in used), y)


def conv_net(net):
    y = net.chain(net.x, Conv2d(6, (3, 3), bias=False), BatchNorm(), ReLU(), MaxPool((2, 2), (2, 2)),
                  Conv2d(9, (2, 3), (1, 2)), ReLU(), Flatten(), Dropout(0.3),
                  Dense(7), Tanh(), Dense(CLASSES))  # fmt: skip
    return net.apply(SoftmaxCrossEntropy(), y, net.labels)


def residual(net):
    y = net.chain(net.x, Conv2d(5, (3, 3)), ReLU())
    deep = net.chain(y, Conv2d(5, (3, 3)), BatchNorm(), ReLU(), Conv2d(5, (3, 3)), BatchNorm())
    y = net.apply(ReLU(), net.apply(Add(), deep, y))
    short = net.chain(y, Conv2d(8, (1, 1), (2, 2), bias=False))
    y = net.apply(Add(), net.chain(y, Conv2d(8, (3, 3), (2, 2)), Sigmoid()), short)
    return net.apply(MeanSquaredError(), net.chain(y, GlobalAvgPool(), Dense(CLASSES)), net.labels)


def gate(net):
    """Fan-out of three, and a product of a node with itself."""
    x = net.apply(Flatten(), net.x)
    a, b = net.chain(x, Dense(6), Tanh()), net.chain(x, Dense(6), Sigmoid())
    return net.apply(Add(), net.apply(Multiply(), a, a), net.apply(Multiply(), a, b))


def shared(net):
    """One matrix at two places."""
    w = net.param("w", (6, 6))
    y = net.chain(net.x, Flatten(), Dense(6))
    for _ in range(2):
        y = net.chain(net.apply(Dense(6, bias=False), y, params=[w]), Tanh())
    return y


def doubled(net):
    """Both inputs are the same node, an input of the graph at that."""
    return net.apply(Add(), net.x, net.x)


NETS = {f.__name__: f for f in (conv_net, residual, gate, shared, doubled)}


@dataclass
class Whole:
    net: Net
    graph: Graph
    eager: Eager
    inputs: dict

    def f(self, x, weights):
        inputs = self.inputs | {self.net.x: x}
        return self.eager.forward(inputs, weights).value[self.graph.output]


def whole(name, merge, dtype=np.float64):
    net = Net((7, 6, 3))
    graph = net.graph(NETS[name](net))
    graph = fuse(graph) if merge else graph
    inputs = {net.x: net.rng.standard_normal((N, 7, 6, 3)), net.labels: np.arange(N) % CLASSES}
    inputs = {node: value for node, value in inputs.items() if node in graph.nodes}
    return Whole(net, graph, Eager(graph, {p: w.astype(dtype) for p, w in net.values.items()}, dtype), inputs)


@pytest.mark.parametrize("merge", [False, True], ids=["plain", "fused"])
@pytest.mark.parametrize("name", NETS)
def test_pushed_and_pulled_they_meet(name, merge):
    run = whole(name, merge)
    rng, x = np.random.default_rng(1), run.net.x
    trained = {p: w for p, w in run.net.values.items() if p.trained}
    x_dot, w_dot = rng.standard_normal(run.inputs[x].shape), {p: rng.standard_normal(p.shape) for p in trained}
    tape = run.eager.forward(run.inputs)
    y_bar = rng.standard_normal(tape.value[run.graph.output].shape)
    y_dot = run.eager.push_forward(tape, {x: x_dot}, w_dot)
    x_bars, w_bars = run.eager.pull_back(tape, y_bar)

    terms = [y_bar * y_dot, -x_bars[x] * x_dot, *(-w_bars[p] * w_dot[p] for p in trained)]
    assert abs(sum(t.sum() for t in terms)) <= 1e-12 * sum(np.abs(t).sum() for t in terms)

    h = 1e-6
    plus, minus = (run.f(run.inputs[x] + s * x_dot, {p: w + s * w_dot[p] for p, w in trained.items()}) for s in (h, -h))
    quotient = (plus - minus) / (2 * h)
    np.testing.assert_allclose(y_dot, quotient, rtol=0, atol=1e-7 * np.abs(quotient).max())


@pytest.mark.parametrize("name", NETS)
def test_fused_is_plain(name):
    plain, fused = whole(name, False), whole(name, True)
    values, gradients = [], []
    for run in (plain, fused):
        tape = run.eager.forward(run.inputs)
        values.append(tape.value[run.graph.output])
        x_bars, w_bars = run.eager.pull_back(tape, np.ones_like(values[-1]))
        gradients.append([x_bars[run.net.x], *w_bars.values()])
    np.testing.assert_allclose(*values, rtol=1e-12, atol=1e-12)
    for a, b in zip(*gradients, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-11 * max(1, np.abs(a).max()))


def test_fusing_takes_along_what_it_may():
    found = [type(n.op).__name__ for n in whole("conv_net", True).graph.nodes if n.op]
    wanted = "Conv2d BatchNormPool Conv2d Flatten Dropout Dense Tanh Dense SoftmaxCrossEntropy"
    assert found == wanted.split()
    assert sum(type(n.op).__name__ == "ReLU" for n in whole("residual", True).graph.nodes) == 1  # behind the first sum


@pytest.mark.parametrize("name", NETS)
def test_float32_follows_float64(name):
    wide, narrow = whole(name, True), whole(name, True, np.float32)
    results = []
    for run in (wide, narrow):
        tape = run.eager.forward(run.inputs)
        y = tape.value[run.graph.output]
        x_bars, w_bars = run.eager.pull_back(tape, np.ones_like(y))
        results.append([y, x_bars[run.net.x], *w_bars.values()])
    for a, b in zip(*results, strict=True):
        assert b.dtype == np.float32
        np.testing.assert_allclose(b, a, rtol=0, atol=2e-3 * max(1, np.abs(a).max()))


def test_dropout_is_a_function_of_the_clock():
    run = whole("conv_net", False)
    once, again = (run.eager.forward(run.inputs).value[run.graph.output] for _ in range(2))
    np.testing.assert_array_equal(once, again)
    run.eager.clock[1] += 1
    assert (run.eager.forward(run.inputs).value[run.graph.output] != once).any()
