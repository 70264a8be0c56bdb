import numpy as np
import pytest

from fitcli.autodiff.check.function import Function, alone, behind
from fitcli.autodiff.graph import Builder, Graph


@pytest.fixture
def f_and_v(affine, build_function):
    return build_function(affine(), (4,), ("a", "b"))


def test_value_push_and_pull(f_and_v):
    f, v = f_and_v
    point = f.at(v)
    assert f.blocks == ("input", "a", "b")
    np.testing.assert_array_equal(point.y, v["a"] * v["input"] + v["b"])
    d = {name: np.full_like(x, 2.0) for name, x in v.items()}
    np.testing.assert_allclose(point.push(d), 2 * v["a"] + 2 * v["input"] + 2, rtol=1e-15)
    g = point.pull(np.ones((5, 4)))
    np.testing.assert_allclose(g["input"], np.broadcast_to(v["a"], (5, 4)))
    np.testing.assert_allclose(g["a"], v["input"].sum(0))
    np.testing.assert_array_equal(g["b"], np.full(4, 5.0))


def test_asking_twice_gives_the_same(f_and_v):
    f, v = f_and_v
    point = f.at(v)
    first, second = point.pull(np.ones((5, 4))), point.pull(np.ones((5, 4)))
    assert all(np.array_equal(first[k], second[k]) for k in first)


def test_the_mean_is_one_number(f_and_v):
    f, v = f_and_v
    mean = Function(f.graph, {}, {}, mean=True)
    point = mean.at(v)
    assert point.y.shape == () and point.y == pytest.approx(f(v).mean())
    np.testing.assert_allclose(point.pull(np.ones(()))["b"], np.full(4, 0.25))
    assert point.push({k: np.ones_like(x) if k == "b" else np.zeros_like(x) for k, x in v.items()}) == pytest.approx(
        1.0
    )


def test_on_another_graph(affine, build_function, f_and_v):
    f, v = f_and_v
    g = Builder(2)
    x = g.input("input", (4,))
    y = g.apply(affine(push=3.0), x, params=tuple(f.params.values()))
    other = f.on(Graph((x, y), y))
    zero = {k: np.zeros_like(b) for k, b in v.items()}
    d = zero | {"input": np.ones((5, 4))}
    np.testing.assert_allclose(other.at(v).push(d), 3 * f.at(v).push(d))


@pytest.fixture
def chain(affine):
    """labels, image -> first -> second(first) -> third(first, second)."""
    from fitcli.ops.add import Add
    from fitcli.ops.softmax_cross_entropy import SoftmaxCrossEntropy

    g = Builder(2)
    image, labels = g.input("image", (4,), "u1"), g.input("labels", (), "i8")
    a, b = g.param("a", (4,), None), g.param("b", (4,), None)
    nodes = {}
    for name, op, *inputs in (
        ("first", affine(), "image"),
        ("third", Add(), "first", "first"),
        ("loss", SoftmaxCrossEntropy(), "third", "labels"),
    ):
        known = nodes | {"image": image, "labels": labels}
        with g.scope(name):
            nodes[name] = g.apply(op, *(known[i] for i in inputs), params=(a, b) if name == "first" else ())
    return Graph(tuple(g.nodes), nodes["third"], nodes["loss"]), nodes


def test_a_node_alone_has_free_inputs(chain):
    _, nodes = chain
    graph = alone(nodes["third"])
    assert [n.name for n in graph.nodes] == ["input 1", "input 2", "third"] and graph.output.op is nodes["third"].op
    loss = alone(nodes["loss"])
    assert [(n.name, n.dtype) for n in loss.inputs] == [("input", ""), ("labels", "i8")]


def test_the_part_behind_a_node(chain):
    graph, nodes = chain
    rest = behind(graph, nodes["first"], graph.loss, "x")
    assert [n.name for n in rest.nodes] == ["labels", "x", "third", "loss"] or [n.name for n in rest.nodes] == [
        "x",
        "labels",
        "third",
        "loss",
    ]
    assert rest.nodes[-1].name == "loss" and {n.name: n.dtype for n in rest.inputs} == {"x": "", "labels": "i8"}
    assert rest.params == ()
