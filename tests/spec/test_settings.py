from dataclasses import FrozenInstanceError, replace

import pytest

from fitcli.errors import DataError, Problem, SpecError
from fitcli.losses import LOSSES
from fitcli.optim import OPTIMIZERS
from fitcli.schedules import SCHEDULES
from fitcli.spec import FitSettings, Spec, parse_spec

TEXT = """\
data:
  path: x
model:
  - conv: 8
  - residual:
      layers:
        - relu
        - conv: {filters: 8,
                 kernel: 3}
fit:
  optimizer:
    adam:
      lr: 1e-3
"""


def test_defaults():
    spec = parse_spec("data: {path: x}\nmodel: [relu]")
    assert spec.seed == 0
    assert spec.loss == LOSSES["cross_entropy"]()
    assert spec.fit == FitSettings(
        epochs=10,
        batch=32,
        optimizer=OPTIMIZERS["adam"](),
        schedule=SCHEDULES["constant"](),
        shuffle=True,
        keep=2,
        drop_last=False,
    )


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("data", 1),
        ("data.path", 2),
        ("model", 3),
        ("model[0]", 4),
        ("model[0].conv", 4),
        ("model[0].conv.filters", 4),
        ("model[0].conv.stride", 4),
        ("model[1]", 5),
        ("model[1].residual", 5),
        ("model[1].residual.layers", 6),
        ("model[1].residual.layers[0]", 7),
        ("model[1].residual.layers[1].conv.kernel", 9),
        ("fit.optimizer", 11),
        ("fit.optimizer.adam.lr", 13),
        ("fit.optimizer.adam.eps", 12),
        ("fit.batch", 10),
    ],
)
def test_every_path_has_its_place(path, line):
    assert parse_spec(TEXT, "a/s.yaml").where(path) == f"a/s.yaml:{line}"


def test_a_path_that_was_not_written_has_the_file():
    spec = parse_spec(TEXT, "s.yaml")
    assert [spec.where(path) for path in ("", "loss", "model2[3].x", "seed")] == ["s.yaml"] * 4


def test_a_path_from_the_command_line_has_its_option():
    spec = parse_spec(TEXT, "s.yaml", overrides=["model[0].conv.stride=2"], data="y")
    assert spec.where("model[0].conv.stride") == "--set model[0].conv.stride=2"
    assert spec.where("model[0].conv.filters") == "s.yaml:4"
    assert spec.where("data.path") == "--data"


def test_file_and_lines_do_not_count():
    one, two = parse_spec(TEXT, "one"), parse_spec("# more\n" + TEXT, "two")
    assert one == two
    assert one.file != two.file
    assert one.where("model") != two.where("model")
    assert one != replace(one, seed=1)
    assert "places" not in repr(one)


def test_frozen():
    spec = parse_spec(TEXT)
    with pytest.raises(FrozenInstanceError):
        spec.seed = 1
    assert isinstance(spec, Spec)


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ("seed: -1", "a whole number of at least 0"),
        ("fit: {epochs: 0}", "a whole number above 0"),
        ("fit: {batch: 0}", "a whole number above 0"),
        ("fit: {keep: 0}", "a whole number of at least 1"),
        ("fit: {shuffle: 1}", "true or false"),
        ("fit: {drop_last: no}", "true or false"),
    ],
)
def test_limits(problems, settings, allowed):
    (problem,) = problems(f"data: {{path: x}}\nmodel: [relu]\n{settings}")
    assert problem.allowed == allowed


def test_gradient_treatments_are_a_list_in_the_order_they_are_written():
    from fitcli.gradients.centralize import Centralize
    from fitcli.gradients.clip_norm import ClipNorm

    spec = parse_spec("data: {path: .}\nmodel: [relu]\nfit: {gradient: [centralize, clip_norm: 2]}\n")
    assert spec.fit.gradient == [Centralize(), ClipNorm(2.0)]


@pytest.mark.parametrize("optimizer", ["lbfgs", "cg", "armijo"])
def test_a_line_search_sees_the_gradient_of_its_loss(optimizer):
    text = f"data: {{path: .}}\nmodel: [relu]\nfit:\n  gradient: [clip_norm]\n  optimizer: {optimizer}\n"
    with pytest.raises(SpecError) as caught:
        parse_spec(text, "s.yaml")
    assert str(caught.value) == (
        f"s.yaml:3: fit: {optimizer} searches along lines of the loss itself: its gradient cannot be treated"
    )


def test_no_more_parts_than_images():
    with pytest.raises(SpecError, match="fit: a batch of 32 cannot be taken in 64 parts"):
        parse_spec("data: {path: .}\nmodel: [relu]\nfit: {accumulate: 64}\n")
    assert parse_spec("data: {path: .}\nmodel: [relu]\nfit: {accumulate: 64, optimizer: gd}\n").fit.accumulate == 64


def test_what_is_found_wrong_later_gets_its_line():
    spec = parse_spec("data: {path: x,\n  split: {folds: 9}}\nmodel: [flatten, dense: classes]", "s.yaml")
    with pytest.raises(SpecError) as caught, spec.placing():
        raise SpecError(Problem("is too much", path="data.split.folds"), Problem("a", where="b", path="seed"), "c")
    assert str(caught.value) == "s.yaml:2: data.split.folds: is too much\nb: seed: a\nc"
    with pytest.raises(DataError, match="as it is"), spec.placing():
        raise DataError("as it is")
