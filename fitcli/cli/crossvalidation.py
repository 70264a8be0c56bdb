"""`fitcli train --folds K`: a fit a fold, each in a run directory of its own, and what they say together."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fitcli.cli.output import json_text, plain, say, table, tell
from fitcli.cli.progress import MORE, number, percent
from fitcli.errors import FitcliError

if TYPE_CHECKING:
    from fitcli.spec import Spec

RESULTS_NAME = "folds.json"
MEASURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_f1", "val_map", "test_loss", "test_accuracy",
            "test_f1", "test_map")  # fmt: skip
HEADS = {"train": "training", "val": "validation", "test": "test"}
Fit = Callable[["Spec", object, Path, bool], dict]  # (spec, splits, run directory, resume) -> last event by kind


def is_folded(run: str) -> bool:
    return os.path.isfile(os.path.join(run, RESULTS_NAME))


def resumed_folds(run: str, given: str | None, overrides: tuple[str, ...], data: str | None) -> tuple[Spec, int]:
    """The spec and the number of folds of a cross-validation to go on with."""
    from fitcli.errors import ModelFileError, Problem, SpecError
    from fitcli.spec import parse_spec

    path = Path(run, RESULTS_NAME)
    if given is not None:
        hint = f"`fitcli train --resume {run}` alone"
        raise SpecError(Problem(f"{run} goes on with its own spec: leave out {given}", hint=hint))
    try:
        saved = json.loads(path.read_text("utf-8"))
        folds, text = int(saved["folds"]), str(saved["spec"])
        if not all(isinstance(result.get(key, 0), int | float) for result in saved["results"] for key in MEASURES):
            raise ValueError("a result is no number")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFileError(Problem(f"{path} is damaged: {error}", hint="a new cross-validation")) from None
    return parse_spec(text, name=f"{path} (the spec in it)", overrides=overrides, data=data), folds


def run_folds(spec: Spec, folds: int, run: Path, fit: Fit, quiet: bool) -> None:
    """Fit every fold in `run`/fold-1, fold-2, ...; print each one's results, their mean and their deviation. What is
    there of them already is not fitted again."""
    from fitcli.cli.progress import counting
    from fitcli.data.cachedpart import with_cache
    from fitcli.data.load import load_splits, open_source
    from fitcli.data.plan import plan_splits
    from fitcli.data.remember import remembered
    from fitcli.engine.rundir import discard_empty, is_run

    try:
        contents = remembered(with_cache(open_source(spec.data), spec.data, make=True))
        first = fold_spec(spec, folds, 1)
        with first.placing():
            plan_splits(contents, first.data, first.seed)
    except FitcliError:
        discard_empty(run)
        raise
    results = _results(run)
    _save(run, spec, folds, results)
    for fold in range(len(results) + 1, folds + 1):
        place = run / f"fold-{fold}"
        one = fold_spec(spec, folds, fold)
        with counting("reading images", quiet) as progress:
            splits = load_splits(one.data, one.seed, progress, contents)
        for warning in splits.warnings if fold == 1 else ():
            tell(f"warning: {plain(warning)}")
        if not quiet:
            tell(f"fold {fold} of {folds}")
        seen = fit(one, splits, place, is_run(place))
        end = {**seen.get("epoch", {}), **seen.get("end", {})}
        results.append({"fold": fold, "run": f"fold-{fold}"} | {key: end[key] for key in MEASURES if key in end})
        _save(run, spec, folds, results)
    if quiet:
        say(plain(run))
    else:
        show_folds(run, {"folds": folds, "results": results} | statistics(results))


def _results(run: Path) -> list[dict]:
    return json.loads((run / RESULTS_NAME).read_text("utf-8"))["results"] if is_folded(run) else []


def _save(run: Path, spec: Spec, folds: int, results: list[dict]) -> None:
    from fitcli.engine.atomic import write_atomic
    from fitcli.spec import dump_spec

    summary = {"folds": folds, "results": results} | statistics(results) | {"spec": dump_spec(spec)}
    write_atomic(run / RESULTS_NAME, (json_text(summary) + "\n").encode())


def fold_spec(spec: Spec, folds: int, fold: int) -> Spec:
    """The spec that fits one fold, as it stands in its run directory."""
    split = replace(spec.data.split, folds=folds, fold=fold)
    return replace(spec, data=replace(spec.data, split=split), places=spec.places | {"data.split.folds": "--folds"})


def statistics(results: list[dict]) -> dict:
    """{"mean", "deviation"} of every measure: Σ x / n and √(Σ (x − mean)² / (n − 1)) over the folds."""
    keys = [key for key in MEASURES if results and all(key in result for result in results)]
    mean = {key: sum(result[key] for result in results) / len(results) for key in keys}
    spread = {
        key: (sum((result[key] - mean[key]) ** 2 for result in results) / (len(results) - 1)) ** 0.5
        for key in keys if len(results) > 1
    }  # fmt: skip
    return {"mean": mean, "deviation": spread}


def show_folds(run: Path, summary: dict) -> None:
    """A row a fold, and below them mean ± deviation."""
    keys = list(summary["mean"])
    heads = [f"{HEADS[split]} {MORE.get(measure, measure)}" for split, measure in (key.split("_") for key in keys)]
    rows = [[str(result["fold"]), *(_shown(key, result[key]) for key in keys)] for result in summary["results"]]
    rows.append(["mean", *(_shown(key, summary["mean"][key]) for key in keys)])
    rows.append(["±", *(_shown(key, summary["deviation"].get(key)) for key in keys)])
    table(["fold", *heads], rows)
    say("")
    if "val_accuracy" in keys and summary["deviation"]:
        mean, spread = summary["mean"]["val_accuracy"], summary["deviation"]["val_accuracy"]
        say(f"validation accuracy {100 * mean:.2f} ± {100 * spread:.2f} %")
    say(f"run directories: {plain(run)}/fold-1 ... fold-{summary['folds']}")


def _shown(key: str, value: float | None) -> str:
    return number(value) if key.endswith("loss") else percent(value)
