from fitcli.autodiff.network import Graph, Node, Param
from fitcli.autodiff.tuning import Tuning


class Anything:
    """An op as far as a graph looks at it."""

    def multiply_adds(self, *shapes):
        return 7


def chain(*params):
    """x → one node a parameter."""
    nodes = [Node("x", None, (), (), (4,))]
    for index, p in enumerate(params):
        nodes.append(Node(f"n{index}", Anything(), (nodes[-1],), (p,), (4,)))
    return Graph(tuple(nodes), nodes[-1])


WEIGHT, OTHER = Param("w", (2, 4), None), Param("v", (3,), None)
FROZEN, STATE = Param("f", (4,), None, tuning=Tuning(lr=0.0)), Param("s", (4,), None, trained=False)


def test_a_parameter_of_two_nodes_is_counted_once():
    graph = chain(WEIGHT, OTHER, WEIGHT)
    assert graph.params == (WEIGHT, OTHER) and WEIGHT.size == 8
    assert graph.multiply_adds() == 21 and [node.name for node in graph.inputs] == ["x"]
    assert graph.nodes[1].shapes == ((4,), (2, 4))


def test_what_is_pulled_back_through():
    names = lambda *params: sorted(node.name for node in chain(*params).needs_gradient())  # noqa: E731
    assert names(FROZEN, STATE, WEIGHT, FROZEN) == ["n2", "n3"]
    assert names(WEIGHT, FROZEN) == ["n0", "n1"]
    assert names(FROZEN, STATE) == []


def test_until_keeps_what_a_node_needs():
    graph = chain(WEIGHT, OTHER, FROZEN)
    assert [node.name for node in graph.until(graph.nodes[2]).nodes] == ["x", "n0", "n1"]
