import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.conv import Conv
from fitcli.layers.dense import Dense
from fitcli.layers.relu import ReLU
from fitcli.layers.repeat import Repeat
from fitcli.spec import parse_spec


def test_each_time_has_weights_of_its_own(build):
    built = build(Repeat(3, [Conv(4), ReLU()]), (5, 5, 2))
    assert built.shape == (5, 5, 4)
    assert list(built.params)[::2] == [f"0.repeat.{i}.layers.0.conv.weight" for i in range(3)]
    assert built.params["0.repeat.0.layers.0.conv.weight"] == (3, 3, 2, 4)
    assert built.params["0.repeat.2.layers.0.conv.weight"] == (3, 3, 4, 4)


def test_one_after_the_other(build):
    x, (a, b) = np.random.default_rng(0).standard_normal((2, 3)), np.random.default_rng(1).standard_normal((2, 3, 3))
    weights = {"0.repeat.0.layers.0.dense.weight": a, "0.repeat.1.layers.0.dense.weight": b}
    np.testing.assert_allclose(build(Repeat(2, [Dense(3, bias=False)]), (3,))(x, weights), x @ a @ b, rtol=1e-13)


def test_an_error_inside_is_told_by_its_own_line(wrong):
    problem = wrong("repeat:\n      times: 2\n      layers:\n        - relu\n        - dense: 3", "flatten")
    assert (problem.where, problem.path) == ("s.yaml:7", "model[0].repeat.layers[1].dense")


def test_a_repeat_in_a_repeat_in_a_repeat_ends_in_a_message(wrong):
    problem = wrong("repeat: {times: 900, layers: [{repeat: {times: 900, layers: [{repeat: {times: 900, layers: [relu]}}]}}]}")
    assert problem.message == "the model has more than 5000 operations"


@pytest.mark.parametrize("times", [0, 1001, "2.5", "many"])
def test_how_often(times):
    with pytest.raises(SpecError, match="allowed: a whole number above 0 and of at most 1000"):
        parse_spec(f"data: {{path: x}}\nmodel: [repeat: {{times: {times}, layers: [relu]}}]")
