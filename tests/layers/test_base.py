import pytest

from fitcli.autodiff.graph import Builder
from fitcli.errors import Problem, ShapeError
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer, build_chain, inside, pair
from fitcli.layers.dense import Dense
from fitcli.layers.relu import ReLU


def test_pair():
    assert pair(3) == (3, 3) and pair([3, 5]) == (3, 5)


def test_a_chain_names_its_layers_by_place_and_name():
    g = Builder(2)
    build_chain(g, g.input("x", (4,)), [Dense(3), ReLU()], "model")
    with g.scope("2.residual"):
        build_chain(g, g.nodes[-1], [Dense(3)], "layers")
    assert [node.name for node in g.nodes[1:]] == ["0.dense", "1.relu", "2.residual.layers.0.dense"]


def test_an_error_is_told_with_the_path_of_its_layer():
    g = Builder(2)
    with pytest.raises(ShapeError) as caught:
        build_chain(g, g.input("x", (4, 4, 1)), [ReLU(), Dense(3)], "model")
    assert caught.value.problems[0].path == "model[1].dense"
    assert g.path() == ""


def test_inside_puts_the_outer_path_in_front():
    error = inside("model[2].residual", ShapeError(Problem("a", path="layers[0].conv"), Problem("b")))
    assert [p.path for p in error.problems] == ["model[2].residual.layers[0].conv", "model[2].residual"]


def test_a_layer_that_cannot_build_is_not_silent():
    with pytest.raises(NotImplementedError):
        Layer().build(None, None)


def test_layers_are_found_by_name():
    names = "batchnorm conv dense dropout flatten globalavgpool maxpool relu residual sigmoid tanh"
    assert set(names.split()) <= set(LAYERS.names())
