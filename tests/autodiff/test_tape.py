import gc
import weakref

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph
from fitcli.autodiff.tape import accumulate, fill, pulls_back
from fitcli.ops.add import Add
from fitcli.ops.multiply import Multiply
from fitcli.ops.tanh import Tanh


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_accumulate_and_fill(dtype):
    y, x = np.arange(6, dtype=dtype).reshape(2, 3), np.full((2, 3), 0.5, dtype)
    accumulate(y, x)
    np.testing.assert_array_equal(y, np.arange(6).reshape(2, 3) + 0.5)
    fill(y, 2.0)
    np.testing.assert_array_equal(y, np.full((2, 3), 2))
    assert y.dtype == dtype


def diamond():
    """y = tanh(x) · tanh(x) + x: one node read three times."""
    g = Builder(1)
    x = g.input("x", (4,))
    t = g.apply(Tanh(), x)
    y = g.apply(Add(), g.apply(Multiply(), t, t), x)
    return Graph(tuple(g.nodes), y), x


def test_a_fan_out_sums_gradients_and_the_product_rule_is_the_chain_rule():
    graph, x = diamond()
    values, w = np.linspace(-2, 2, 12).reshape(3, 4), np.arange(12.0).reshape(3, 4)
    t = np.tanh(values)
    slope = 2 * t * (1 - t**2) + 1
    eager = Eager(graph, {})
    tape = eager.forward({x: values})
    np.testing.assert_allclose(tape.value[graph.output], t * t + values, rtol=1e-14)
    np.testing.assert_allclose(eager.push_forward(tape, {x: w}, {}), slope * w, rtol=1e-14)
    np.testing.assert_allclose(eager.pull_back(tape, w)[0][x], slope * w, rtol=1e-14)


def test_an_input_without_a_tangent_is_named():
    graph, x = diamond()
    eager = Eager(graph, {})
    tape = eager.forward({x: np.zeros((1, 4))})
    with pytest.raises(ValueError, match="the input x has no tangent"):
        eager.push_forward(tape, {}, {})


def test_a_node_that_leads_nowhere_is_named():
    g = Builder(1)
    x = g.input("x", (4,))
    with g.scope("lost"):
        g.apply(Tanh(), x)
    y = g.apply(Tanh(), x)
    eager = Eager(Graph(tuple(g.nodes), y), {})
    tape = eager.forward({x: np.zeros((1, 4))})
    with pytest.raises(ValueError, match="lost leads nowhere"):
        eager.pull_back(tape, np.ones((1, 4)))


def test_a_view_shares_memory_in_all_three_maps(case_of):
    case = case_of("perceptron")
    flatten = case.graph.nodes[2]
    assert flatten.name == "0.flatten"
    eager = case.eager()
    tape = eager.forward(case.inputs)
    x = case.graph.inputs[0]
    assert np.shares_memory(tape.value[flatten], tape.value[x])
    eager.push_forward(tape, {x: np.ones(tape.value[x].shape)}, {p: np.ones(p.shape) for p in case.graph.params})
    assert np.shares_memory(tape.tangent[flatten], tape.tangent[x])
    eager.pull_back(tape, np.ones(case.batch))
    assert np.shares_memory(tape.gradient[flatten], tape.gradient[x])


def test_pulls_back_asks_whether_an_input_is_wanted():
    graph, x = diamond()
    tanh = graph.nodes[1]
    assert pulls_back(tanh, frozenset([x])) and not pulls_back(tanh, frozenset([tanh]))


def test_a_tape_is_freed_as_soon_as_nobody_holds_it():
    """Without the collector of cycles, which does not know how large arrays are."""
    graph, x = diamond()
    eager = Eager(graph, {})
    tape = eager.forward({x: np.ones((3, 4))})
    eager.push_forward(tape, {x: np.ones((3, 4))}, {})
    eager.pull_back(tape, np.ones((3, 4)))
    gone = weakref.ref(tape)
    gc.disable()
    try:
        del tape
        assert gone() is None
    finally:
        gc.enable()
