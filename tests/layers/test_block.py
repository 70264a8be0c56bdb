import numpy as np

from fitcli.layers.block import Block
from fitcli.layers.dense import Dense


def test_it_is_its_layers(build):
    built = build(Block("step", [Dense(4), Dense(2)]), (3,))
    assert built.shape == (2,) and list(built.params)[0] == "0.block.layers.0.dense.weight"
    x = np.random.default_rng(0).standard_normal((2, 3))
    assert built(x).shape == (2, 2)


def test_a_label_given_twice(wrong):
    problem = wrong("flatten", "block: {label: a, layers: [relu]}", "block: {label: a, layers: [tanh]}", "dense: classes")
    assert (problem.where, problem.path, problem.message) == ("s.yaml:5", "model[2].block", "two blocks are labelled 'a'")


def test_an_error_inside_is_told_by_its_own_line(wrong):
    problem = wrong("block:\n      label: a\n      layers:\n        - dense: 3", "flatten")
    assert (problem.where, problem.path) == ("s.yaml:6", "model[0].block.layers[0].dense")
