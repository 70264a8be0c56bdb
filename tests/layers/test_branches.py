import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.branches import Branches
from fitcli.layers.conv import Conv
from fitcli.layers.dense import Dense
from fitcli.layers.globalavgpool import GlobalAvgPool
from fitcli.layers.relu import ReLU
from fitcli.layers.sigmoid import Sigmoid
from fitcli.layers.tanh import Tanh
from fitcli.spec import dump_spec, parse_spec


def images(*shape):
    return np.random.default_rng(0).standard_normal((2, *shape))


def test_channels_side_by_side(build):
    built = build(Branches([[Conv(4, 1), ReLU()], [Conv(2)], []]), (5, 4, 3))
    assert built.shape == (5, 4, 9)
    assert list(built.params)[::2] == ["0.branches.paths.0.0.conv.weight", "0.branches.paths.1.0.conv.weight"]
    x = images(5, 4, 3)
    np.testing.assert_array_equal(built(x)[..., 6:], x)


@pytest.mark.parametrize(("join", "combine"), [("add", np.add), ("multiply", np.multiply)])
def test_three_of_one_shape(build, join, combine):
    x = images(7)
    found = build(Branches([[Tanh()], [Sigmoid()], []], join), (7,))(x)
    np.testing.assert_allclose(found, combine(combine(np.tanh(x), 1 / (1 + np.exp(-x))), x), rtol=1e-13)


@pytest.mark.parametrize("swapped", [False, True])
def test_squeeze_and_excite(build, swapped):
    excite = [GlobalAvgPool(), Dense(2), ReLU(), Dense(3), Sigmoid()]
    built = build(Branches([excite, []] if swapped else [[], excite], "multiply"), (5, 4, 3))
    x = images(5, 4, 3)
    y = built(x)
    assert built.shape == (5, 4, 3)
    factors = y / x
    np.testing.assert_allclose(factors, np.broadcast_to(factors[:, :1, :1], x.shape), rtol=1e-12)
    assert factors.min() > 0 and factors.max() < 1 and np.ptp(factors) > 0.01


def test_in_a_spec_and_by_set():
    text = "data: {path: x}\nmodel: [{branches: [[relu, conv: 3], []]}]"
    spec = parse_spec(text)
    assert spec.model[0].join == "concat" and parse_spec(dump_spec(spec)) == spec
    changed = parse_spec(text, overrides=["model.0.branches.paths.0.1.conv=5", "model.0.branches.join=add"])
    assert changed.model[0].paths[0][1].filters == 5 and changed.model[0].join == "add"


def test_branches_of_different_shape(wrong):
    problem = wrong("branches: {paths: [[], [conv: 4]], join: add}", "flatten", "dense: classes")
    assert (problem.where, problem.path) == ("s.yaml:3", "model[0].branches")
    assert "8×6×3" in problem.message and "8×6×4" in problem.message


def test_an_error_inside_is_told_by_its_own_line(wrong):
    problem = wrong("branches:\n      paths:\n        - []\n        - [relu, dense: 3]", "flatten")
    assert (problem.where, problem.path) == ("s.yaml:6", "model[0].branches.paths[1][1].dense")


@pytest.mark.parametrize("text", ["[relu]", "[[relu]]", "[]", "relu", "3", "[[relu], relu]"])
def test_what_paths_cannot_be(text):
    with pytest.raises(SpecError, match=r"model\[0\]\.branches\.paths"):
        parse_spec(f"data: {{path: x}}\nmodel: [branches: {text}]")
