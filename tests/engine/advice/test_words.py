import pytest

from fitcli.engine.advice import words
from fitcli.engine.advice.dead import Layer
from fitcli.engine.advice.guess import Guess
from fitcli.engine.trainer import Step


@pytest.fixture
def spec(spec_of):
    return spec_of("[dense: classes]", optimizer="{lookahead: {optimizer: {sgd: {lr: 0.3}}}}")


def test_exploding(spec):
    assert words.exploding(spec, Step(12.3, 0, 4567.0)) == {
        "kind": "exploding", "message": "the gradient explodes: its norm is 4.57e+03, and the loss has risen to 12.3",
        "hint": "a smaller rate, such as --set fit.optimizer.lookahead.optimizer.sgd.lr=0.03,"
                " or fit.gradient: [clip_norm: 1]",
    }  # fmt: skip


def test_the_setting_that_is_told_exists(spec_of):
    assert spec_of("[dense: classes]", more="").fit.gradient == []
    from fitcli.spec import parse_spec

    parse_spec("data: {path: .}\nmodel: [flatten, dense: classes]\nfit: {gradient: [clip_norm: 1]}")


def test_critical_point():
    told = words.critical_point(Step(1.1, 0, 3e-9))
    assert "(its norm is 3.0e-09) at a loss of 1.1: a critical point" in told["message"]


def test_stuck(spec):
    told = words.stuck(spec, Guess(1.0986, 1 / 3, 3), {"loss": 110.0, "right": 34, "images": 100})
    assert told["message"] == (
        "the loss stands at 1.1000, which is ln 3 = 1.0986: the model says the same of every image (34 % right)"
    )
    assert "another rate than 0.3 (`fitcli lr s.yaml` looks for one)" in told["hint"]


def test_dead_units_name_three_layers(spec):
    told = words.dead_units(spec, [Layer(name, 4, 4) for name in "abcde"])
    assert told["message"].endswith("any more: a (4 of 4), b (4 of 4), c (4 of 4) and 2 more layers")
    assert words.dead_units(spec, [Layer("a", 9, 10)])["message"].endswith(": a (9 of 10)")
