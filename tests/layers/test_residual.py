import numpy as np

from fitcli.layers.batchnorm import BatchNorm
from fitcli.layers.conv import Conv
from fitcli.layers.relu import ReLU
from fitcli.layers.residual import Residual


def test_names_are_paths_into_the_block(build):
    built = build(Residual([Conv(3, bias=False), BatchNorm(), ReLU()]), (4, 4, 3))
    assert built.shape == (4, 4, 3)
    assert built.nodes == [
        "0.residual.layers.0.conv", "0.residual.layers.1.batchnorm", "0.residual.layers.2.relu", "0.residual",
    ]  # fmt: skip
    assert "0.residual.layers.1.batchnorm.gamma" in built.params


def test_the_input_is_added(build):
    built = build(Residual([Conv(3, bias=False)]), (4, 4, 3))
    x = np.random.default_rng(0).standard_normal((2, 4, 4, 3))
    np.testing.assert_array_equal(built(x, {"0.residual.layers.0.conv.weight": np.zeros((3, 3, 3, 3))}), x)
    identity = np.zeros((3, 3, 3, 3))
    identity[1, 1] = np.eye(3)
    np.testing.assert_allclose(built(x, {"0.residual.layers.0.conv.weight": identity}), 2 * x, rtol=1e-14)


def test_a_shortcut_with_layers_of_its_own(build):
    built = build(Residual([Conv(5, 3, 2)], [Conv(5, 1, 2, bias=False)]), (5, 4, 3))
    assert built.shape == (3, 2, 5)
    assert built.params["0.residual.shortcut.0.conv.weight"] == (1, 1, 3, 5)
    x, w = np.random.default_rng(0).standard_normal((2, 5, 4, 3)), np.random.default_rng(1).standard_normal((1, 1, 3, 5))
    zero = {"0.residual.layers.0.conv.weight": np.zeros((3, 3, 3, 5)), "0.residual.layers.0.conv.bias": np.zeros(5)}
    y = built(x, zero | {"0.residual.shortcut.0.conv.weight": w})
    np.testing.assert_allclose(y, x[:, ::2, ::2] @ w[0, 0], rtol=1e-12)


def test_ends_of_different_shape(wrong):
    problem = wrong("relu", "residual: {layers: [{conv: 8}]}", "flatten", "dense: classes")
    assert (problem.where, problem.path) == ("s.yaml:4", "model[1].residual")
    assert problem.message == "the layers of residual end in 8×6×8, its shortcut in 8×6×3"
    assert problem.hint.startswith("a shortcut such as [{conv: {filters: 8, kernel: 1")


def test_an_error_inside_is_told_by_its_own_line(wrong):
    problem = wrong("residual:\n      layers:\n        - relu\n        - dense: 3", "flatten", "dense: classes")
    assert (problem.where, problem.path) == ("s.yaml:6", "model[0].residual.layers[1].dense")
    assert problem.message == "dense needs a flat input, got 8×6×3"


def test_an_error_in_the_shortcut_too(wrong):
    problem = wrong("residual: {layers: [relu], shortcut: [{conv: {filters: 2, kernel: 7, padding: valid}}]}")
    assert problem.path == "model[0].residual.shortcut[0].conv"
