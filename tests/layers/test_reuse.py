import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph
from fitcli.autodiff.params import Params
from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.layers.base import build_chain
from fitcli.layers.block import Block
from fitcli.layers.dense import Dense
from fitcli.layers.reuse import Reuse
from fitcli.layers.tanh import Tanh
from fitcli.model import build_model
from fitcli.spec import parse_spec


@pytest.fixture
def model():
    def make(*layers):
        text = "data: {path: x}\nmodel:\n" + "".join(f"  - {layer}\n" for layer in layers)
        return build_model(parse_spec(text, "s.yaml"), ("a", "b", "c"), (2, 2, 1))

    return make


BLOCK = "block: {label: step, layers: [dense: 4, tanh]}"


def test_shared_weights_are_one_set(model):
    made = model("flatten", BLOCK, "reuse: step", "reuse: step", "dense: classes")
    names = [p.name for p in made.graph.params]
    assert names == [f"{where}.{what}" for where in ("1.block.layers.0.dense", "4.dense") for what in ("weight", "bias")]
    dense = [node for node in made.graph.nodes if node.op is not None and node.op.name == "dense"]
    assert [node.name for node in dense] == [
        "1.block.layers.0.dense", "2.reuse.layers.0.dense", "3.reuse.layers.0.dense", "4.dense",
    ]  # fmt: skip
    assert dense[0].params == dense[1].params == dense[2].params


def test_own_weights_are_others(model):
    made = model("flatten", BLOCK, "reuse: {label: step, weights: own}", "dense: classes")
    assert [p.name for p in made.graph.params][2] == "2.reuse.layers.0.dense.weight"
    made.initialize(0)
    arrays = made.save_arrays()
    assert np.all(arrays["1.block.layers.0.dense.weight"] != arrays["2.reuse.layers.0.dense.weight"])


def test_the_gradient_is_the_sum_over_all_places(model):
    """The same network with three sets of equal weights: their gradients add up."""
    shared = model("flatten", BLOCK, "reuse: step", "reuse: step", "dense: classes")
    apart = model("flatten", BLOCK, *["reuse: {label: step, weights: own}"] * 2, "dense: classes")
    shared.initialize(1)
    arrays = shared.save_arrays()
    for p in apart.graph.params:
        name = p.name.replace("2.reuse", "1.block").replace("3.reuse", "1.block")
        apart.params.by_name[p.name][...] = arrays[name]
    images = np.random.default_rng(0).integers(0, 256, (5, 2, 2, 1), dtype=np.uint8)
    found = {}
    for name, made in (("shared", shared), ("apart", apart)):
        params = Params(made.graph, np.float64)
        params.assign(made.save_arrays())
        program = Program(made.graph, params, Setup(5, 2, 1, "f8"), train=True, clock=np.zeros(2, np.int64))
        program.inputs[made.pixels][...], program.inputs[made.labels][...] = images, [0, 1, 2, 0, 1]
        program.differentiate()
        views = params.layout.views(program.gradient, params.state)
        found[name] = {p.name: g.copy() for p, g in views.items()}, program.losses.copy()
    np.testing.assert_allclose(found["shared"][1], found["apart"][1], rtol=1e-13)
    for what in ("weight", "bias"):
        parts = [found["apart"][0][f"{where}.layers.0.dense.{what}"] for where in ("1.block", "2.reuse", "3.reuse")]
        np.testing.assert_allclose(found["shared"][0][f"1.block.layers.0.dense.{what}"], sum(parts), rtol=1e-11)


def test_central_differences():
    g = Builder(3)
    x = g.input("x", (4,))
    y = build_chain(g, x, [Block("step", [Dense(4), Tanh()]), Reuse("step"), Reuse("step")], "model")
    graph, rng = Graph(tuple(g.nodes), y), np.random.default_rng(0)
    values = {p: rng.standard_normal(p.shape) for p in graph.params}
    direction = {p: rng.standard_normal(p.shape) for p in values}
    images, eager = rng.standard_normal((4, 4)), Eager(graph, values)
    at = lambda h: eager.forward({x: images}, {p: w + h * direction[p] for p, w in values.items()}).value[y]  # noqa: E731
    tape = eager.forward({x: images})
    _, gradients = eager.pull_back(tape, np.ones((4, 4)))
    slope = sum((gradients[p] * direction[p]).sum() for p in values)
    assert slope == pytest.approx((at(1e-5) - at(-1e-5)).sum() / 2e-5, rel=1e-8)
    pushed = eager.push_forward(eager.forward({x: images}), {x: np.zeros((4, 4))}, direction)
    assert slope == pytest.approx(pushed.sum(), rel=1e-12)


def test_dropout_in_it_draws_anew(model):
    made = model("flatten", "block: {label: a, layers: [dropout: 0.5]}", "reuse: a", "dense: classes")
    ops = [node.name for node in made.graph.nodes if node.op is not None and node.op.name == "dropout"]
    assert len(set(ops)) == 2  # the stream is named by the node


def test_a_block_in_a_block(model):
    inner = "block: {label: in, layers: [dense: 4]}"
    made = model("flatten", f"block: {{label: out, layers: [{inner}, reuse: in, tanh]}}", "reuse: in", "dense: classes")
    assert sum(p.name.endswith("weight") for p in made.graph.params) == 2


def test_a_block_with_blocks_is_used_again_with_weights_of_its_own_only_once(model, wrong):
    inner = "block: {label: in, layers: [dense: 4]}"
    problem = wrong("flatten", f"block: {{label: out, layers: [{inner}]}}", "reuse: {label: out, weights: own}")
    assert problem.message == "two blocks are labelled 'in'"


def test_weights_of_another_shape(wrong):
    problem = wrong("flatten", "block: {label: step, layers: [dense: 5]}", "reuse: step", "dense: classes")
    assert problem.message == "the weights that are used again have the shape [144, 5], here they would have to be [5, 5]"
    assert (problem.where, problem.path) == ("s.yaml:5", "model[2].reuse.layers[0].dense")


def test_no_such_block(wrong):
    problem = wrong("flatten", "block: {label: step, layers: [dense: 4]}", "reuse: stepp", "dense: classes")
    assert (problem.where, problem.path) == ("s.yaml:5", "model[2].reuse")
    assert (problem.message, problem.allowed, problem.hint) == ("no block above is labelled 'stepp'", "'step'", "step")
    assert "further up" in wrong("flatten", "reuse: step", "dense: classes").hint


def test_a_block_cannot_hold_itself(wrong):
    problem = wrong("flatten", "block: {label: step, layers: [dense: 4, reuse: step]}", "dense: classes")
    assert problem.message == "no block above is labelled 'step'"
