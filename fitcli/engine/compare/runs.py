"""What a run directory tells of its fit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from fitcli.data.names import natural_key
from fitcli.engine.better import best_of, goodness
from fitcli.engine.compare.differences import differences
from fitcli.engine.log import read_log
from fitcli.engine.rundir import LOG_NAME, SPEC_NAME, is_run, run_file, runs_near
from fitcli.errors import ModelFileError, Problem, SpecError
from fitcli.spec import Spec, load_spec

DONE, UNFINISHED, DIVERGED = "done", "unfinished", "diverged"


@dataclass(frozen=True, eq=False)
class Run:
    """`losses[i]` is what step `steps[i]` began with, `seconds[i]` of training after the first step began."""

    name: str
    path: Path
    spec: Spec
    steps: list[int]
    losses: list[float]
    seconds: list[float]
    epochs: list[dict]
    spent: float  # seconds of all steps, those that a rollback undid with them
    end: dict
    diverged: bool = False

    @property
    def state(self) -> str:
        return DONE if self.end else DIVERGED if self.diverged else UNFINISHED

    def summary(self, metric: str = "val_accuracy") -> dict:
        """Losses and accuracies of epochs, None where the run has none; the best epoch is that by `metric`."""
        last = self.epochs[-1] if self.epochs else {}
        best, accurate = best_of(self.epochs, metric), best_of(self.epochs)
        losses = [e["train_loss"] for e in self.epochs if e.get("train_loss") is not None]
        return {
            "run": self.name, "path": str(self.path), "state": self.state, "epochs": len(self.epochs),
            "steps": self.steps[-1] if self.steps else 0, "seconds": self.spent,
            "train_loss": last.get("train_loss"), "best_train_loss": min(losses, default=None),
            "val_loss": last.get("val_loss"), "val_accuracy": last.get("val_accuracy"),
            "best_val_accuracy": accurate.get("val_accuracy"), "best_epoch": best.get("epoch"),
            "test_accuracy": self.end.get("test_accuracy"),
        } | {metric: last.get(metric), f"best_{metric}": best.get(metric)}  # fmt: skip


def find_runs(paths: Sequence[str | os.PathLike]) -> list[Path]:
    """The run directories among `paths` and directly below them, each once; ModelFileError where there is none."""
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        inside = [p for p in ([path] if is_run(path) else _entries(path)) if is_run(p)]
        if not inside and _holds_specs(path):
            raise ModelFileError(Problem(f"{path}: no run, but what to make one of", hint=f"`fitcli compare --train {path}`"))
        if not inside and path.is_dir():
            raise ModelFileError(Problem(f"{path} is not a run directory and holds none", hint=runs_near(path)))
        if not inside:
            raise ModelFileError(Problem(f"{path}: no such run directory", hint=runs_near(path)))
        for run in inside:
            found.setdefault(run.resolve(), run)
    return list(found.values())


def _holds_specs(path: Path) -> bool:
    return any(p.suffix in (".yaml", ".yml") and p.is_file() for p in [path, *_entries(path)])


def _entries(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    try:
        return sorted(folder.iterdir(), key=lambda p: natural_key(p.name))
    except OSError as error:
        raise ModelFileError(f"cannot read {folder}: {error.strerror or error}") from error


def read_runs(paths: Sequence[Path]) -> list[Run]:
    """Each run with a name that no other one has."""
    return [_read(path, name) for path, name in zip(paths, _names(paths), strict=True)]


def _names(paths: Sequence[Path]) -> list[str]:
    """As few last parts of each path as tell all apart."""
    parts = [path.resolve().parts for path in paths]
    depth = 1
    while len({p[-depth:] for p in parts}) < len(parts) and depth < max(map(len, parts), default=0):
        depth += 1
    return [str(Path(*p[-depth:])) for p in parts]


def _read(path: Path, name: str) -> Run:
    try:
        spec = load_spec(run_file(path, SPEC_NAME))
    except SpecError as error:
        raise ModelFileError(*error.problems) from error
    steps, losses, seconds, clock = [], [], [], 0.0
    epochs, end, diverged = [], {}, False
    for event in read_log(run_file(path, LOG_NAME)):
        kind, number = event.get("event"), event.get("step", 0)
        if kind == "step":
            steps.append(number)
            losses.append(event["loss"] if event.get("loss") is not None else float("nan"))
            seconds.append(clock)
            clock += event.get("seconds") or 0.0
        elif kind == "epoch":
            epochs.append(event)
        elif kind == "rollback":
            kept = sum(step <= event["to_step"] for step in steps)
            del steps[kept:], losses[kept:], seconds[kept:]
            epochs = [e for e in epochs if e.get("step", 0) <= event["to_step"]]
        elif kind == "end":
            end = event
        elif kind == "diverged":
            diverged = True
    return Run(name, path, spec, steps, losses, seconds, epochs, clock, end, diverged)


def compare_runs(runs: Sequence[Run]) -> dict:
    """{"runs": [each one's summary with its "settings"], "differ": [paths of the settings that differ], "ranked_by": what
    decides the order}, best first.

    Best is the best value of any epoch, by what all of them kept their best epochs by (fit.keep_best); where that is not
    the same for all, by F1 where it was measured, else by validation accuracy; where a run has none of these, by the
    lowest training loss. What diverged comes last.
    """
    table, metric = differences([run.spec for run in runs]), _metric(runs)
    rows = [
        run.summary(metric or "val_accuracy") | {"settings": {p: values[i] for p, values in table.items()}}
        for i, run in enumerate(runs)
    ]

    def rank(row: dict) -> tuple:
        loss = row["train_loss"]
        loss = loss if loss is not None and isfinite(loss) else float("inf")
        best = goodness({metric: row[f"best_{metric}"]}, metric) if metric else 0.0
        return row["state"] == DIVERGED, -best, loss

    return {"runs": sorted(rows, key=rank), "differ": list(table), "ranked_by": metric or "train_loss"}


def _metric(runs: Sequence[Run]) -> str | None:
    """What all runs that have not diverged were measured by, and that they are to be ranked by."""
    judged = [run for run in runs if run.state != DIVERGED] or runs
    kept = {run.spec.fit.keep_best for run in judged}
    wanted = [*(kept if len(kept) == 1 else ()), "val_f1", "val_accuracy"]
    return next((metric for metric in wanted if all(best_of(run.epochs, metric) for run in judged)), None)
