import os

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.settings import DataSettings
from fitcli.layers import LAYERS
from fitcli.losses import LOSSES
from fitcli.optim import OPTIMIZERS
from fitcli.schedules import SCHEDULES
from fitcli.spec import FitSettings, Spec, dump_spec, parse_spec
from fitcli.spec.dump import as_short, flow
from fitcli.spec.hints import choice_of, item_of, section_of, settings_of


def test_every_default_is_written_out():
    model = "model: [conv: 8, relu, dense: classes]"
    spec = parse_spec(f"data: {{path: /x, augment: [flip]}}\n{model}\nfit: {{optimizer: {{adam: 1e-5}}}}")
    text = dump_spec(spec)
    assert text.splitlines() == dump_spec(parse_spec(text)).splitlines()
    assert parse_spec(text) == spec
    for line in (
        "seed: 0",
        "  path: /x",
        "  - flip: {axis: horizontal}",
        "- dense: {units: classes, bias: true, init: he_normal}",
        "- relu",
        "  cross_entropy: {smoothing: 0.0, weights: null}",
        "    adam: {lr: 1.0e-05, beta1: 0.9, beta2: 0.999, eps: 1.0e-08, weight_decay: 0.0}",
        "    constant: {warmup: 0.0}",
        "  shuffle: true",
    ):
        assert line in text.splitlines()


def test_equal_layers_are_written_twice_not_as_aliases():
    spec = parse_spec("data: {path: /x}\nmodel: [&a {conv: {filters: 8, kernel: [3, 3]}}, *a]")
    text = dump_spec(spec)
    assert "&" not in text
    assert "*" not in text
    assert parse_spec(text) == spec


@pytest.mark.parametrize(
    "path",
    ["/1e-3", "/a: b #c", "/x 'y' \"z\"", "/é/日本/\U0001f600",
     "/\x85", "/a\u2028b\n\t", "/\ufeff", "/no", "/" + "long " * 60 + "x"],
)  # fmt: skip
def test_any_path_comes_back(path):
    spec = parse_spec("data: {path: /x}\nmodel: [relu]", data=path)
    assert parse_spec(dump_spec(spec)).data.path == os.path.realpath(path)


def held(value):
    """Whether YAML's 64 bits hold it."""
    if isinstance(value, list):
        return all(map(held, value))
    return not isinstance(value, int | float) or abs(value) < 2**63


def values(hint, depth=2):
    """A strategy for what a field may hold."""
    if (item := item_of(hint)) is not None:
        return st.lists(values(item, depth - 1), min_size=2 if item_of(item) else 1, max_size=3)
    if (registry := choice_of(hint)) is not None:
        return component(registry, depth)
    if (section := section_of(hint)) is not None:
        return build(section, depth)
    return st.from_type(hint).filter(held)


def component(registry, depth=2):
    names = [n for n in registry if depth > 0 or not any(item_of(s.hint) for s in settings_of(registry[n]).values())]
    return st.sampled_from(names).flatmap(lambda name: build(registry[name], depth))


def build(cls, depth=2):
    return st.builds(made, st.just(cls), **{name: values(s.hint, depth) for name, s in settings_of(cls).items()})


def made(cls, **settings):
    try:
        return cls(**settings)
    except ValueError:  # settings that do not go together
        reject()


WHOLE = st.integers(1, 2**63 - 1)
SPECS = st.builds(
    Spec,
    seed=st.integers(0, 2**63 - 1),
    data=st.builds(
        DataSettings,
        path=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0/."), min_size=1).map("/{}".format),
        augment=st.lists(component(AUGMENTATIONS), max_size=3),
    ),
    model=st.lists(component(LAYERS), min_size=1, max_size=4),
    loss=component(LOSSES),
    fit=st.builds(
        FitSettings, epochs=WHOLE, batch=WHOLE, optimizer=component(OPTIMIZERS), schedule=component(SCHEDULES)
    ),
)


@settings(max_examples=60, deadline=None)
@given(SPECS)
def test_every_spec_comes_back_equal(spec):
    assert parse_spec(dump_spec(spec)) == spec


@pytest.mark.parametrize(
    ("layer", "short"),
    [
        ("relu", "relu"),
        ("maxpool: {size: 2}", "maxpool"),
        ("conv: {filters: 8}", "conv: 8"),
        ("conv: {filters: 8, kernel: 3, bias: false}", "conv: {filters: 8, bias: false}"),
        ("maxpool: {stride: 1}", "maxpool: {stride: 1}"),
        ("dense: {units: classes, init: {he_normal: {}}}", "dense: classes"),
        ("dense: {units: 3, init: {normal: 0.1}}", "dense: {units: 3, init: {normal: 0.1}}"),
        ("residual: {layers: [{conv: {filters: 8}}, relu]}", "residual: [{conv: 8}, relu]"),
        ("branches: {paths: [[], [{dropout: {rate: 0.5}}]]}", "branches: [[], [dropout]]"),
    ],
)
def test_short_is_what_is_not_the_default(layer, short):
    (read,) = parse_spec(f"data: {{path: x}}\nmodel:\n- {layer}").model
    assert flow(as_short(read)) == short
    assert parse_spec(f"data: {{path: x}}\nmodel:\n- {short}").model == [read]
