from dataclasses import dataclass

import numpy as np
import pytest

from fitcli.autodiff.graph import MAX_NUMBERS, MAX_SCOPES, Builder, Graph, Node, fuse, merge
from fitcli.autodiff.op import Op
from fitcli.errors import ShapeError
from fitcli.ops.add import Add
from fitcli.ops.conv2d import Conv2d
from fitcli.ops.dense import Dense
from fitcli.ops.relu import ReLU
from fitcli.ops.tanh import Tanh


def dense(g, x, features):
    weight, bias = g.param("weight", (x.shape[0], features), None), g.param("bias", (features,), None, decay=False)
    return g.apply(Dense(features), x, params=(weight, bias))


def test_names_are_paths():
    g = Builder(2)
    x = g.input("x", (4,))
    with g.scope("0.residual"), g.scope("layers.1.dense"):
        y = dense(g, x, 4)
    with g.scope("0.residual"):
        z = g.apply(Add(), y, x)
    assert [node.name for node in g.nodes] == ["x", "0.residual.layers.1.dense", "0.residual"]
    assert [p.name for p in y.params] == ["0.residual.layers.1.dense.weight", "0.residual.layers.1.dense.bias"]
    assert z.shape == (4,)


def test_two_ops_in_one_scope_have_different_names():
    g = Builder(2)
    x = g.input("x", (4,))
    with g.scope("0.block"):
        for _ in range(4):
            x = g.apply(Tanh(), x)
    assert [node.name for node in g.nodes[1:]] == ["0.block", "0.block.tanh", "0.block.tanh1", "0.block.tanh2"]


def test_an_op_outside_of_any_scope_is_called_by_its_own_name():
    g = Builder(2)
    assert g.apply(ReLU(), g.input("x", (4,))).name == "relu"


def test_a_scope_ends_with_its_block_even_after_an_error():
    g = Builder(2)
    with pytest.raises(KeyError), g.scope("inner"):
        raise KeyError
    assert g.path("weight") == "weight"


def test_a_param_used_twice_is_listed_once():
    g = Builder(2)
    x = g.input("x", (4,))
    first = dense(g, x, 4)
    g.apply(Dense(4), first, params=first.params)
    graph = Graph(tuple(g.nodes), g.nodes[-1])
    assert graph.params == first.params
    assert first.params[0].size == 16


def test_gradients_are_asked_for_only_behind_the_first_weight():
    g = Builder(2)
    x = g.input("x", (4,))
    early = g.apply(Tanh(), x)
    weighted = dense(g, early, 4)
    last = g.apply(Add(), weighted, early)
    assert Graph(tuple(g.nodes), last).needs_gradient() == {weighted, last}


def test_until_keeps_what_a_node_needs_and_nothing_else():
    g = Builder(2)
    x, other = g.input("x", (4,)), g.input("other", (4,))
    a = g.apply(Tanh(), x)
    g.apply(Add(), a, other)
    part = Graph(tuple(g.nodes), g.nodes[-1]).until(a)
    assert (part.nodes, part.output, part.loss) == ((x, a), a, None)
    assert part.inputs == (x,)


def test_multiply_adds_are_those_of_one_image():
    g = Builder(2)
    x = g.input("x", (6, 5, 2))
    conv = Conv2d(3, (3, 3), (2, 1), "same")
    g.apply(conv, x, params=(g.param("weight", (3, 3, 2, 3), None), g.param("bias", (3,), None)))
    assert Graph(tuple(g.nodes), g.nodes[-1]).multiply_adds() == (3 * 5 * 3) * (3 * 3 * 2)


def test_fuse_keeps_the_function_and_its_gradients(case, distance):
    fused = fuse(case.graph)
    assert len(fused.nodes) < len(case.graph.nodes)
    assert fused.params == case.graph.params
    found = []
    for graph in (case.graph, fused):
        eager = case.eager(graph)
        tape = eager.forward(case.inputs)
        gradients = eager.pull_back(tape, np.full(case.batch, 1 / case.batch))[1]
        found.append((tape.value[graph.output], tape.value[graph.loss], gradients))
    (y, loss, gradients), (fused_y, fused_loss, fused_gradients) = found
    np.testing.assert_array_equal(fused_y, y)
    np.testing.assert_array_equal(fused_loss, loss)
    for p in gradients:
        assert distance(fused_gradients[p], gradients[p]) < 1e-13


def test_a_fused_node_has_both_names_and_its_followers_read_it(case_of):
    graph = fuse(case_of("normalised").graph)
    names = [node.name for node in graph.nodes]
    assert names[2:4] == ["0.conv", "1.batchnorm+2.relu"]
    assert graph.nodes[4].inputs == (graph.nodes[3],)
    assert all(x in graph.nodes for node in graph.nodes for x in node.inputs)
    assert graph.output in graph.nodes and graph.loss in graph.nodes


def relu_behind_dense(output_first=False, fan_out=False):
    g = Builder(2)
    x = g.input("x", (4,))
    first = dense(g, x, 4)
    last = g.apply(ReLU(), first)
    if fan_out:
        last = g.apply(Add(), first, last)
    return Graph(tuple(g.nodes), first if output_first else last)


def test_fuse_takes_the_output_along():
    graph = fuse(relu_behind_dense())
    assert len(graph.nodes) == 2 and graph.output is graph.nodes[1]
    assert graph.output.op == Dense(4, clip=True)


@pytest.mark.parametrize("case", [{"output_first": True}, {"fan_out": True}])
def test_fuse_leaves_alone_what_somebody_else_reads(case):
    graph = relu_behind_dense(**case)
    assert fuse(graph) == graph


def test_fuse_does_not_absorb_a_second_time():
    g = Builder(2)
    y = g.apply(ReLU(), g.apply(ReLU(), dense(g, g.input("x", (4,)), 4)))
    fused = fuse(Graph(tuple(g.nodes), y))
    assert [node.op for node in fused.nodes[1:]] == [Dense(4, clip=True), ReLU()]


def test_an_op_absorbs_nothing_unless_it_says_so():
    @dataclass(frozen=True)
    class Plain(Op):
        pass

    assert Plain().absorb(ReLU()) is None and ReLU().behind(Plain()) is None and Plain().biased(True) is None


def test_two_may_become_several_of_which_the_last_is_read():
    def together(first, node):
        if node.op != ReLU():
            return None
        middle = Node("middle", Tanh(), first.inputs, (), first.shape)
        return middle, Node("last", Tanh(), (middle,), (), node.shape)

    g = Builder(2)
    x = g.input("x", (4,))
    y = g.apply(Add(), g.apply(ReLU(), g.apply(Tanh(), x)), x)
    merged = merge(Graph(tuple(g.nodes), y), together)
    assert [node.name for node in merged.nodes] == ["x", "middle", "last", "add"]
    assert merged.nodes[0] is x and merged.output is merged.nodes[3] and merged.output.inputs == (merged.nodes[2], x)


def test_numbers_without_end_are_refused_before_there_is_memory_for_them():
    g = Builder(2)
    x = g.input("x", (4,))
    with pytest.raises(ShapeError, match=r"weights of 4×900000000000 numbers are too many"):
        g.param("w", (4, 900_000_000_000), None)
    g = Builder(2)
    g.param("w", (MAX_NUMBERS - 3,), None)
    with pytest.raises(ShapeError, match=f"{MAX_NUMBERS:,} numbers in all layers together"):
        g.param("v", (4,), None)
    with pytest.raises(ShapeError, match=r"an output of 268435457 numbers is too large"):
        g.apply(Dense(MAX_NUMBERS + 1), x)


def test_scopes_without_end_are_refused():
    g = Builder(2)
    with pytest.raises(ShapeError, match="the model has more than 100,000 layers") as caught:
        for _ in range(MAX_SCOPES + 1):
            with g.scope("again"):
                pass
    assert caught.value.exit_code == 2


def test_fuse_merges_a_chain_of_absorbing_ops_and_time_does_not_explode():
    """4,000 pairs: where each merge looked through the whole graph again, this took minutes."""
    g = Builder(3)
    x = y = g.input("x", (4,))
    for _ in range(2000):
        y = g.apply(ReLU(), g.apply(Dense(4), y, params=(g.param("w", (4, 4), None), g.param("b", (4,), None))))
    fused = fuse(Graph(tuple(g.nodes), y))
    assert len(fused.nodes) == 2001 and fused.nodes[0] is x and fused.output is fused.nodes[-1]
    assert all(node.op == Dense(4, clip=True) for node in fused.nodes[1:])
