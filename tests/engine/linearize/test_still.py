import numpy as np

from fitcli.autodiff.check.function import behind
from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph
from fitcli.engine.linearize.still import Still, still
from fitcli.ops.attention import Attention


def parts(model):
    graph = model.graph
    first = next(node for node in graph.nodes if model.pixels in node.inputs)
    return behind(graph, first, graph.output, "image")


def test_the_network_in_evaluation(model_of):
    model = model_of()
    graph = parts(model)
    weights = {p: model.params.by_name[p.name].astype(np.float64) for p in graph.params}
    x = np.random.default_rng(0).standard_normal((2, 8, 6, 3))
    wanted = Eager(graph, weights, train=False).forward({graph.inputs[0]: x}).value[graph.output]
    calm = still(graph)
    found = Eager(calm, weights).forward({calm.inputs[0]: x}).value[calm.output]
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_what_is_drawn_is_left_out(model_of):
    calm = still(parts(model_of()))
    ops = [node.op for node in calm.nodes if node.op]
    assert sum(isinstance(op, Still) for op in ops) == 2
    assert not {"dropout", "spatial_dropout", "gaussian_noise"} & {op.name for op in ops}


def test_images_do_not_feel_each_other(model_of):
    model = model_of()
    calm = still(parts(model))
    weights = {p: model.params.by_name[p.name].astype(np.float64) for p in calm.params}
    eager, x = Eager(calm, weights), np.random.default_rng(0).standard_normal((2, 8, 6, 3))
    y_bar = np.zeros((2, 3))
    y_bar[0, 1] = 1
    gradients, _ = eager.pull_back(eager.forward({calm.inputs[0]: x}), y_bar)
    g = gradients[calm.inputs[0]]
    assert (g[1] == 0).all() and np.abs(g[0]).max() > 1e-3


def test_attention_is_kept_without_its_dropout():
    g = Builder(3)
    y = g.apply(Attention(2, 0.5), g.input("x", (4, 12)))
    calm = still(Graph(tuple(g.nodes), y))
    assert calm.output.op == Attention(2)
    x = np.random.default_rng(0).standard_normal((2, 4, 12))
    found = Eager(calm, {}).forward({calm.inputs[0]: x}).value[calm.output]
    wanted = Eager(Graph(tuple(g.nodes), y), {}, train=False).forward({g.nodes[0]: x}).value[y]
    np.testing.assert_array_equal(found, wanted)
