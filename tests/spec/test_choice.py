import pytest

from fitcli.layers import LAYERS
from fitcli.optim import OPTIMIZERS
from fitcli.spec.choice import explain, name_and_settings, spread
from fitcli.spec.node import node_of, plain

LAYER_NAMES = ", ".join(LAYERS)


def node(value):
    return node_of(value, "s.yaml:1")


@pytest.mark.parametrize(
    ("value", "name", "settings"),
    [
        ("relu", "relu", None),
        ({"relu": None}, "relu", None),
        ({"conv": 3}, "conv", 3),
        ({"conv": {"filters": 3}}, "conv", {"filters": 3}),
    ],
)
def test_the_three_forms(value, name, settings):
    found = name_and_settings(node(value))
    assert (found[0], plain(found[1])) == (name, settings)


@pytest.mark.parametrize("value", [3, None, True, [], ["relu"], {}, {"conv": None, "filters": 3}])
def test_what_is_no_entry(value):
    assert name_and_settings(node(value)) is None


def test_a_lone_value_is_the_first_setting():
    assert plain(spread(LAYERS["maxpool"], node(3))) == {"size": 3}
    assert plain(spread(LAYERS["maxpool"], node([2, 3]))) == {"size": [2, 3]}
    assert plain(spread(LAYERS["maxpool"], node(None))) == {}
    assert plain(spread(LAYERS["maxpool"], node({"stride": 1}))) == {"stride": 1}
    assert plain(spread(LAYERS["relu"], node(3))) == 3


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        ("conw", "there is no layer 'conw'", "conv"),
        ({"conw": 3}, "there is no layer 'conw'", "conv"),
        ("zzz", "there is no layer 'zzz'", ""),
        ("conv:32", "there is no layer 'conv:32'", "conv: 32"),
        ("dense(10)", "there is no layer 'dense(10)'", "dense: 10"),
        (3, "cannot be 3", ""),
        (None, "cannot be null", ""),
        ({}, "cannot be {}", ""),
    ],
)
def test_why_it_names_no_layer(value, message, hint):
    assert explain(LAYERS, node(value)) == (message, f"one of {LAYER_NAMES}", hint)


@pytest.mark.parametrize(
    ("value", "keys", "hint"),
    [
        ({"conv": None, "filters": 3}, "'conv', 'filters'", "indent the settings deeper than conv"),
        ({"name": "conv", "filters": 3}, "'name', 'filters'", "{conv: {filters: 3}}"),
        ({"type": "nothing", "filters": 3}, "'type', 'filters'", ""),
        ({"name": [1], "filters": 3}, "'name', 'filters'", ""),
        ({"filters": 3, "padding": 5}, "'filters', 'padding'",
         "{conv: {filters: 3, padding: 5}} or {separable_conv: {filters: 3, padding: 5}}"),
        ({"conv": 3, "relu": None}, "'conv', 'relu'", ""),
    ],
)
def test_several_keys_where_one_name_is_expected(value, keys, hint):
    message, allowed, meant = explain(LAYERS, node(value))
    assert message == f"one layer is expected here, not 2 keys: {keys}"
    assert allowed == f"NAME or {{NAME: {{SETTING: VALUE, ...}}}}, where NAME is one of {LAYER_NAMES}"
    assert meant == hint


def test_settings_without_the_name_they_belong_to():
    message, _, hint = explain(OPTIMIZERS, node({"dampening": 0.5}))
    assert message == "there is no optimizer 'dampening'"
    assert hint == "{sgd: {dampening: 0.5}}"


def test_of_many_that_would_do_the_usual_ones_come_first():
    _, _, meant = explain(OPTIMIZERS, node({"lr": 0.1}))
    assert meant == "{adam: {lr: 0.1}} or {sgd: {lr: 0.1}} or {adamw: {lr: 0.1}}"
    assert explain(OPTIMIZERS, node({"adma": {"lr": 0.1}}))[2] == "adam"


@pytest.mark.parametrize(
    ("section", "key", "near", "found"),
    [
        ("FitSettings", "clip_norm", False, ("gradient", "clip_norm")),
        ("FitSettings", "clip", False, None),
        ("FitSettings", "clip", True, ("gradient", "clip_norm")),
        ("Spec", "conv", False, ("model", "conv")),
        ("FitSettings", "velocity", True, None),
        ("FitSettings", "gradient_noise", False, ("gradient", "noise")),
        ("FitSettings", "grad_clipping", False, ("gradient", "clip_norm")),
        ("FitSettings", "max_grad_norm", True, ("gradient", "clip_norm")),
        ("FitSettings", "gradient_", True, None),
        ("DataSettings", "augment_flip", False, ("augment", "flip")),
    ],
)
def test_a_component_stands_in_a_list(section, key, near, found):
    from fitcli.spec import settings
    from fitcli.spec.choice import list_of
    from fitcli.spec.hints import settings_of

    assert list_of(settings_of(getattr(settings, section)), key, near) == found


@pytest.mark.parametrize(
    ("written", "hint"),
    [("clip_norm: 1", "gradient: [{clip_norm: 1}]"), ("clip: 1", "gradient: [{clip_norm: 1}]"), ("bach: 3", "batch"),
     ("gradient_clip: 1", "gradient: [{clip_norm: 1}]")],  # fmt: skip
)
def test_a_treatment_beside_the_list_of_them(written, hint):
    from fitcli.errors import SpecError
    from fitcli.spec import parse_spec

    with pytest.raises(SpecError) as caught:
        parse_spec(f"data: {{path: .}}\nmodel: [relu]\nfit:\n  {written}\n", "s.yaml")
    (problem,) = caught.value.problems
    assert problem.hint == hint
    key, _, value = written.partition(": ")
    with pytest.raises(SpecError) as caught:
        parse_spec("data: {path: .}\nmodel: [relu]\n", "s.yaml", overrides=[f"fit.{key}={value}"])
    (problem,) = caught.value.problems
    assert problem.hint == ("--set 'fit.gradient=[{clip_norm: 1}]'" if "gradient" in hint else "--set fit.batch=3")
