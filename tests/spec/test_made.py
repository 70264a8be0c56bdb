"""`model: {preset: resnet, depth: 20}`: what is right, what is wrong, and how it is told."""

import pytest

from fitcli.layers.presets import PRESETS
from fitcli.layers.presets.resnet import ResNet
from fitcli.layers.presets.vgg import VGG
from fitcli.spec import parse_spec
from fitcli.spec.hints import settings_of
from fitcli.spec.made import Made, made_of
from fitcli.spec.settings import Spec

KNOWN = ", ".join(PRESETS)
LIST = "a list of one or more layers or {preset: NAME, ...}"


def layers(model, *overrides):
    return parse_spec(f"data: {{path: x}}\nmodel: {model}", "s.yaml", overrides=overrides).model


def test_the_layers_it_makes():
    assert layers("{preset: resnet, depth: 8, width: 4}") == ResNet(8, 4).layers()
    assert layers("{depth: 8, preset: resnet}") == ResNet(8).layers()
    assert parse_spec("data: {path: x}\nmodel:\n  preset: vgg\n").model == VGG().layers()


def test_what_may_make_a_list():
    assert made_of(settings_of(Spec)["model"].hint) == Made("preset", PRESETS)
    assert made_of(settings_of(Spec)["seed"].hint) is None
    assert str(Made("preset", PRESETS)) == "{preset: NAME, ...}"


@pytest.mark.parametrize(
    ("model", "path", "message", "allowed", "hint"),
    [
        ("{preset: resnett}", "model.preset", "there is no preset 'resnett'", f"one of {KNOWN}", "resnet"),
        ("{preset: }", "model.preset", "there is no preset null", f"one of {KNOWN}", ""),
        ("{preset: [vgg]}", "model.preset", "there is no preset ['vgg']", f"one of {KNOWN}", ""),
        ("{preset: {resnet: {depth: 20}}}", "model.preset", "there is no preset {resnet: {depth: 20}}",
         f"one of {KNOWN}", "{preset: resnet, depth: 20}"),
        ("{preset: resnet, dept: 8}", "model.dept", "there is no setting 'dept' here", "depth, width, dropout", "depth"),
        ("{preset: resnet, depth: 8.5}", "model.depth", "cannot be 8.5", "a whole number from 8 to 200", ""),
        ("resnet", "model", "cannot be 'resnet'", LIST, "{preset: resnet}"),
        ("{resnet: {depth: 20}}", "model", "cannot be {resnet: {depth: 20}}", LIST, "{preset: resnet, depth: 20}"),
        ("{presets: vgg, width: 8}", "model", "cannot be {presets: 'vgg', width: 8}", LIST, "{preset: vgg, width: 8}"),
        ("{conv: 32}", "model", "cannot be {conv: 32}", LIST, "[{conv: 32}]"),
        ("[{preset: vgg, width: 8}]", "model", "a preset stands in place of the whole list, not in it", LIST,
         "model: {preset: vgg, width: 8}"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(model, path, message, allowed, hint, problems):
    (problem,) = problems(f"data: {{path: x}}\nmodel: {model}")
    assert problem.where == "s.yaml:2"
    assert (problem.path, problem.message, problem.allowed, problem.hint) == (path, message, allowed, hint)


def test_all_mistakes_at_once(problems):
    found = problems("data: {path: x}\nmodel:\n  preset: vit\n  heads: 0\n  size: 7\nfit: {epochs: -1}")
    assert [problem.where for problem in found] == ["s.yaml:4", "s.yaml:5", "s.yaml:6"]


def test_overrides():
    resnet = "{preset: resnet, depth: 8}"
    assert layers(resnet, "model.depth=14", "model.width=8") == ResNet(14, 8).layers()
    assert layers("{preset: resnet}", "model.preset=vgg") == VGG().layers()
    assert layers("[relu]", "model={preset: resnet, depth: 8}") == ResNet(8).layers()


@pytest.mark.parametrize(
    ("model", "override", "message", "hint"),
    [
        ("{preset: resnet}", "model.3.conv=4", "model is the preset resnet, not a list with an entry 3",
         "one of its settings, or its layers in place of it: fitcli presets resnet"),
        ("{preset: resnet}", "model.dept=8", "there is no setting 'dept' in model", "--set model.depth=8"),
        ("[relu]", "model.preset=resnet", "model is a list of its own", "--set 'model={preset: resnet}'"),
    ],
)  # fmt: skip
def test_overrides_that_do_not_fit(model, override, message, hint, problems):
    (problem,) = problems(f"data: {{path: x}}\nmodel: {model}", [override])
    assert problem.where == f"--set {override}" and (problem.message, problem.hint) == (message, hint)


def test_an_override_leaves_what_is_wrong_for_the_reader_to_tell(problems):
    (problem,) = problems("data: {path: x}\nmodel: {preset: resnett}", ["model.depth=8"])
    assert problem.message == "there is no preset 'resnett'"


def test_a_clash_of_shapes_is_told_at_the_presets_line():
    spec = parse_spec("data: {path: x}\n\nmodel:\n  preset: vgg\n", "s.yaml")
    assert spec.where("model[3].conv") == "s.yaml:3"
