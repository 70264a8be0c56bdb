"""Evaluation with batch normalisation folded into the weights before it, against the eager walk that folds nothing."""

from __future__ import annotations

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.fold import fold
from fitcli.autodiff.graph import Builder, Graph, fuse
from fitcli.autodiff.params import Params
from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.layers.base import build_chain
from fitcli.layers.batchnorm import BatchNorm
from fitcli.layers.block import Block
from fitcli.layers.conv import Conv
from fitcli.layers.dense import Dense
from fitcli.layers.depthwise import Depthwise
from fitcli.layers.flatten import Flatten
from fitcli.layers.maxpool import MaxPool
from fitcli.layers.relu import ReLU
from fitcli.layers.residual import Residual
from fitcli.layers.reuse import Reuse
from fitcli.ops.add import Add

LINEAR = {
    "direct": [Conv(5, 3, algorithm="direct")],
    "strided": [Conv(7, [3, 2], 2, "valid", bias=False)],
    "dilated": [Conv(4, 3, dilation=2)],
    "narrow": [Conv(1, 1)],
    "winograd": [Conv(16, bias=False, algorithm="winograd")],
    "grouped": [Conv(6, groups=3)],
    "grouped without a bias": [Conv(6, groups=2, bias=False)],
    "depthwise": [Depthwise(3)],
    "depthwise without a bias": [Depthwise(3, 2, bias=False)],
    "tokens": [Dense(9)],
    "features": [Flatten(), Dense(9, bias=False)],
}


def graph_of(layers, shape=(9, 8, 6)):
    g = Builder(3)
    y = build_chain(g, g.input("image", shape), layers, "model")
    return fuse(Graph(tuple(g.nodes), y))


def weights_of(graph):
    """Some variances are tiny, some gammas 0 or negative, no mean is 0."""
    rng = np.random.default_rng(5)
    weights = {p: rng.standard_normal(p.shape) for p in graph.params}
    for p, w in weights.items():
        if p.name.endswith("running_var"):
            w[:] = np.resize([1e-12, 0.3, 20.0, 0.0, 1.0], w.size)
        if p.name.endswith("gamma"):
            w[-1] = 0.0
    return weights


def evaluated(graph, weights, x, workers=1, microbatch=32, dtype="f8"):
    params = Params(graph, np.dtype(dtype))
    params.assign({p.name: w for p, w in weights.items()})
    program = Program(graph, params, Setup(len(x), workers, microbatch, dtype), train=False, clock=np.zeros(2, np.int64))
    program.inputs[graph.inputs[0]][...] = x
    program.forward()
    return program


def images(graph):
    return np.random.default_rng(6).standard_normal((5, *graph.inputs[0].shape))


def unfolded(graph, weights, x, dtype="f8"):
    eager = Eager(graph, {p: w.astype(dtype) for p, w in weights.items()}, np.dtype(dtype), train=False)
    return eager.forward({graph.inputs[0]: x}).value[graph.output]


def ops_of(graph):
    return [node.op.name for node in graph.nodes if node.op is not None and not node.op.view]


@pytest.fixture(params=LINEAR)
def linear(request):
    return LINEAR[request.param], (5, 6) if request.param == "tokens" else (9, 8, 6)


@pytest.mark.parametrize(("workers", "microbatch"), [(1, 32), (2, 1), (3, 2)])
@pytest.mark.parametrize("end", [[], [ReLU()], [ReLU(), MaxPool(2)], [MaxPool(2)]])
def test_it_is_the_same_function(linear, end, workers, microbatch, distance):
    layers, shape = linear
    if isinstance(layers[-1], Dense):
        end = [layer for layer in end if layer != MaxPool(2)]
    graph = graph_of([*layers, BatchNorm(), *end], shape)
    weights, x = weights_of(graph), images(graph)
    program = evaluated(graph, weights, x, workers, microbatch)
    assert not any("batchnorm" in name for name in ops_of(program.graph))
    assert len(ops_of(program.graph)) == 1 + (MaxPool(2) in end)
    assert distance(program.outputs, unfolded(graph, weights, x)) < 1e-12


@pytest.mark.parametrize("workers", [1, 3])
def test_in_float32_it_is_as_exact_as_unfolded(linear, workers, distance):
    """Both a few roundings from float64; a tiny variance makes of the image's roundings what it makes of the image."""
    layers, shape = linear
    graph = graph_of([*layers, BatchNorm(), ReLU()], shape)
    weights = {p: w.astype("f4") for p, w in weights_of(graph).items()}
    x = images(graph).astype("f4")
    wanted = unfolded(graph, weights, x)
    before, now = unfolded(graph, weights, x, "f4"), evaluated(graph, weights, x, workers, dtype="f4").outputs
    assert distance(now, wanted) < 2 * distance(before, wanted) + 2e-7


def test_weights_shared_out_among_workers(distance, monkeypatch):
    monkeypatch.setattr("fitcli.ops.dense._LARGE", 1000)
    graph = graph_of([Flatten(), Dense(70, bias=False), BatchNorm(), ReLU(), Dense(33), BatchNorm()])
    weights, x = weights_of(graph), images(graph)
    program = evaluated(graph, weights, x, workers=2)
    assert ops_of(program.graph) == ["dense", "dense"]
    products = [i for phase in program.phases for part in phase for i in part if i.kernel.name == "product"]
    assert products and all(i.args[6] < i.args[0].shape[1] for i in products)
    assert distance(program.outputs, unfolded(graph, weights, x)) < 1e-12


def test_the_weights_are_made_by_all_workers_and_anew_after_prepare(distance):
    graph = graph_of([Conv(5, bias=False), BatchNorm(), ReLU()])
    weights, x = weights_of(graph), images(graph)
    program = evaluated(graph, weights, x, workers=2)
    made = [{i.kernel.name for i in part} for part in program.phases[0]]
    assert made == [{"running_affine", "fold_affine"}] * 2
    assert {i.label for i in program.phases[0][0]} == {"0.conv+1.batchnorm+2.relu prepare"}
    for number, (p, w) in enumerate(weights.items()):  # statistics and all
        w[...] = 0.5 + number + w**2
        program.params.views[p][...] = w
    program.evaluate()
    assert distance(program.outputs, unfolded(graph, weights, x)) > 0.1
    program.prepare()
    program.evaluate()
    assert distance(program.outputs, unfolded(graph, weights, x)) < 1e-12


def test_weights_used_twice_are_folded_with_the_norm_behind_each(distance):
    graph = graph_of([Block("twice", [Conv(6)]), BatchNorm(), ReLU(), Reuse("twice"), BatchNorm()])
    weights, x = weights_of(graph), images(graph)
    program = evaluated(graph, weights, x)
    assert ops_of(program.graph) == ["conv2d", "conv2d"]
    assert distance(program.outputs, unfolded(graph, weights, x)) < 1e-12


def test_names_shapes_and_inputs():
    graph = graph_of([Conv(5, bias=False), BatchNorm(), ReLU(), MaxPool(2)])
    folded, (made,) = fold(graph)
    whole = "0.conv+1.batchnorm+2.relu+3.maxpool"
    assert [(node.name, node.shape) for node in folded.nodes[1:]] == [(whole, (9, 8, 5)), (f"{whole}.maxpool", (4, 4, 5))]
    assert folded.inputs == graph.inputs and folded.output is folded.nodes[-1] and folded.nodes[1] is made.node
    assert [(p.name, p.shape) for p in made.node.params] == [(f"{whole}.weight", (3, 3, 6, 5)), (f"{whole}.bias", (5,))]
    assert made.read == graph.params and made.params == (*made.node.params, *made.read)
    assert folded.multiply_adds() == graph.multiply_adds()


def left_alone(graph):
    return fold(graph) == (graph, [])


@pytest.mark.parametrize(
    "layers",
    [[BatchNorm(), Conv(4)], [Conv(4), ReLU(), BatchNorm()], [MaxPool(2), BatchNorm(), ReLU()],
     [Residual([Conv(6)]), BatchNorm()], [Conv(4), MaxPool(2), BatchNorm()]],
)  # fmt: skip
def test_what_is_not_behind_something_linear_stays(layers):
    assert left_alone(graph_of(layers))


def conv_and_norm(g):
    x = g.input("x", (4, 4, 3))
    with g.scope("conv"):
        conv = Conv(3).build(g, x)
    with g.scope("norm"):
        return conv, BatchNorm().build(g, conv)


def test_outputs_that_somebody_else_reads_stay():
    g = Builder(2)
    conv, norm = conv_and_norm(g)
    assert left_alone(Graph(tuple(g.nodes), conv)) and left_alone(Graph(tuple(g.nodes), norm, conv))
    assert len(fold(Graph(tuple(g.nodes), norm))[1]) == 1
    assert left_alone(Graph((*g.nodes, both := g.apply(Add(), conv, norm)), both))


def test_a_second_norm_is_not_folded(distance):
    graph = graph_of([Conv(4), BatchNorm(), BatchNorm()])
    weights, x = weights_of(graph), images(graph)
    program = evaluated(graph, weights, x)
    assert ops_of(program.graph) == ["conv2d", "batchnorm"]
    assert distance(program.outputs, unfolded(graph, weights, x)) < 1e-12


def test_in_training_nothing_is_folded(case_of):
    case = case_of("normalised")
    graph = fuse(case.graph)
    assert case.program(case.params(graph), graph).graph is graph
