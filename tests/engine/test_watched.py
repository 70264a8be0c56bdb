import pytest

from fitcli.data.dataset import Splits
from fitcli.engine.fit import fit
from fitcli.engine.watched import check_measured, check_without_validation
from fitcli.errors import SpecError
from fitcli.spec import parse_spec

TEXT = """\
data: {path: .}
model: [flatten, dense: classes]
fit:
  schedule:
    plateau:
      %s
"""


@pytest.mark.parametrize(
    ("written", "line", "metric"),
    [("metric: val_accuracy", 6, "val_accuracy"), ("patience: 3", 5, "val_loss"), ("metric: val_map", 6, "val_map")],
)
def test_a_metric_that_nothing_measures_is_told_with_its_line(written, line, metric):
    instead = "train_accuracy" if metric == "val_accuracy" else "train_loss"
    with pytest.raises(SpecError) as caught:
        check_without_validation(parse_spec(TEXT % written, "s.yaml"))
    assert caught.value.exit_code == 2
    assert str(caught.value) == (
        f"s.yaml:{line}: fit.schedule.plateau.metric: plateau follows {metric}, but there are no validation images\n"
        f"  try: data.split.val above 0, or metric: {instead}"
    )


def test_other_schedules_and_metrics_pass():
    check_without_validation(parse_spec(TEXT % "metric: train_loss", "s.yaml"))
    check_without_validation(parse_spec("data: {path: .}\nmodel: [relu]\nfit: {schedule: cosine}", "s.yaml"))


def test_it_is_told_before_a_run_begins(spec_of, splits, tmp_path):
    spec = spec_of(schedule="plateau")
    with pytest.raises(SpecError, match="there are no validation images"):
        next(fit(spec, Splits(splits.train, None, splits.test), tmp_path / "run"))
    assert not (tmp_path / "run" / "spec.yaml").exists()
    events = fit(spec, splits, tmp_path / "other")
    assert next(events)["event"] == "start"
    events.close()


def test_everything_that_needs_them_is_told_at_once():
    text = "data: {path: .}\nmodel: [relu]\nfit:\n  early_stopping: {metric: val_accuracy}\n  calibrate: true\n"
    with pytest.raises(SpecError) as caught:
        check_without_validation(parse_spec(text, "s.yaml"))
    assert [str(problem) for problem in caught.value.problems] == [
        "s.yaml:4: fit.early_stopping: early stopping watches val_accuracy, but there are no validation images\n"
        "  try: data.split.val above 0, or no early_stopping",
        "s.yaml:5: fit.calibrate: the temperature is found on validation images, but there are no validation images\n"
        "  try: data.split.val above 0, or calibrate: false",
    ]


@pytest.mark.parametrize("metric", ["val_f1", "val_map"])
def test_what_is_measured_of_several_classes_only(metric):
    text = f"data: {{path: .}}\nmodel: [relu]\nfit:\n  early_stopping: {{metric: {metric}}}"
    spec = parse_spec(text, "s.yaml")
    check_measured(spec, multilabel=True)
    with pytest.raises(SpecError) as caught:
        check_measured(spec, multilabel=False)
    assert str(caught.value) == (
        f"s.yaml:4: fit.early_stopping.metric: {metric} is measured where an image may be of several classes; "
        "here each is of one\n  allowed: val_loss, val_accuracy"
    )
    check_measured(parse_spec(text.replace(metric, "val_accuracy")), multilabel=False)
    with pytest.raises(SpecError, match=f"fit.keep_best: {metric} is measured where"):
        check_measured(parse_spec(f"data: {{path: .}}\nmodel: [relu]\nfit: {{keep_best: {metric}}}"), multilabel=False)
    with pytest.raises(SpecError, match=f"fit.schedule.plateau.metric: {metric} is measured where"):
        check_measured(parse_spec(TEXT % f"metric: {metric}"), multilabel=False)


def test_the_best_epoch_by_what_is_not_measured():
    text = "data: {path: .}\nmodel: [relu]\nfit: {keep_best: val_loss}\n"
    with pytest.raises(SpecError, match="s.yaml:3: fit.keep_best: the best epoch is to be that of val_loss, but there are no"):
        check_without_validation(parse_spec(text, "s.yaml"))
    for kept in ("val_accuracy", "none"):
        check_without_validation(parse_spec(text.replace("val_loss", kept)))
