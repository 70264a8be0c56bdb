"""Whether what a fit watches is there to be watched."""

from __future__ import annotations

from fitcli.errors import Problem, SpecError
from fitcli.spec import Spec


def check_without_validation(spec: Spec) -> None:
    """SpecError when the schedule, early stopping, the best epoch or calibration need validation images, which the data do not have."""
    fit, problems = spec.fit, []

    def note(path: str, what: str, value: object, hint: str) -> None:
        told = f"{what}, but there are no validation images"
        problems.append(Problem(told, spec.where(path), path, value, hint=f"data.split.val above 0, or {hint}"))

    if fit.schedule.watches.startswith("val_"):
        name = fit.schedule.name
        known = "train_accuracy" if fit.schedule.watches == "val_accuracy" else "train_loss"
        note(f"fit.schedule.{name}.metric", f"{name} follows {fit.schedule.watches}", fit.schedule.watches, f"metric: {known}")
    if fit.early_stopping is not None:
        metric = fit.early_stopping.metric
        note("fit.early_stopping", f"early stopping watches {metric}", metric, "no early_stopping")
    if fit.keep_best not in ("val_accuracy", "none"):  # that by default is kept where there is one
        note("fit.keep_best", f"the best epoch is to be that of {fit.keep_best}", fit.keep_best, "keep_best: none")
    if fit.calibrate:
        note("fit.calibrate", "the temperature is found on validation images", True, "calibrate: false")
    if problems:
        raise SpecError(*problems)


def check_measured(spec: Spec, multilabel: bool) -> None:
    """SpecError where a fit watches what is measured of images of several classes only, and these are of one each."""
    schedule = spec.fit.schedule
    watched = {"fit.keep_best": spec.fit.keep_best, f"fit.schedule.{schedule.name}.metric": schedule.watches}
    if spec.fit.early_stopping is not None:
        watched["fit.early_stopping.metric"] = spec.fit.early_stopping.metric
    problems = [
        Problem(f"{metric} is measured where an image may be of several classes; here each is of one", spec.where(path), path,
                metric, "val_loss, val_accuracy")
        for path, metric in watched.items() if metric in ("val_f1", "val_map")
    ]  # fmt: skip
    if problems and not multilabel:
        raise SpecError(*problems)
