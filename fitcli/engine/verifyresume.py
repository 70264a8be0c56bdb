"""Proof that a fit goes on bit for bit: a short one straight through, and the same interrupted and resumed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fitcli.data.dataset import Dataset, Splits
from fitcli.engine.checkpoint import load_latest
from fitcli.engine.fit import fit
from fitcli.engine.keep import batch_of
from fitcli.engine.log import read_log
from fitcli.engine.modelfile import load_model
from fitcli.engine.rundir import BEST_NAME, EPOCHS_NAME, LOG_NAME, STEPS_NAME
from fitcli.errors import ModelFileError, Problem
from fitcli.spec import Spec

BATCHES, EPOCHS, MEASURED = 4, 3, 64
_TIMES = ("seconds", "images_per_s", "model")  # what may differ from run to run


def shortened(spec: Spec, splits: Splits) -> tuple[Spec, Splits]:
    """The spec on so few images that a fit takes seconds: some whole batches and a part of one, evenly picked."""
    count = BATCHES * batch_of(spec, splits.train) - 1
    few = replace(
        splits, train=_picked(splits.train, count),
        **{part: _picked(data, MEASURED) for part in ("val", "test") if (data := getattr(splits, part)) is not None},
    )  # fmt: skip
    return replace(spec, fit=replace(spec.fit, epochs=EPOCHS)), few


def _picked(data: Dataset, count: int) -> Dataset:
    return data if len(data) <= count else data.subset([k * len(data) // count for k in range(count)])


def verify_resume(spec: Spec, splits: Splits, folder: Path, after: Callable[[int], int], threads: int | None = None) -> dict:
    """Fit `spec` in `folder`/whole and in `folder`/cut, there interrupted after step `after(steps)`, from 1 to steps − 1.

    {"images", "steps", "interrupted_after", "arrays"}: so many arrays of state and model are the same, bit for bit.
    ModelFileError names the first that is not, or the line of the log.
    """
    whole, cut = folder / "whole", folder / "cut"
    *_, last = fit(spec, splits, whole, threads)
    steps = last["steps"]
    stop = after(steps)
    events = fit(spec, splits, cut, threads)
    for event in events:
        if event["event"] == "step" and event["step"] == stop:
            break
    try:
        events.throw(KeyboardInterrupt())
    except KeyboardInterrupt:
        pass
    for _ in fit(spec, splits, cut, threads, resume=True):
        pass
    told = {"images": len(splits.train), "steps": steps, "interrupted_after": stop}
    return told | {"arrays": compare(whole, cut, f"interrupted after step {stop} and resumed")}


def compare(whole: Path, cut: Path, how: str) -> int:
    """The number of arrays that are equal; ModelFileError, beginning with `how`, names what is not."""
    count = 0
    loaded = {"state": lambda run: load_latest(run)[0], "model": load_model}
    if (whole / BEST_NAME).exists() or (cut / BEST_NAME).exists():
        loaded["best model"] = lambda run: load_model(run / BEST_NAME)
    for what, load in loaded.items():
        one, other = load(whole).arrays, load(cut).arrays
        for name in {**one, **other}:
            if name not in one or name not in other or one[name].tobytes() != other[name].tobytes():
                raise _different(f"{name} of the {what}", how)
            count += 1
    one, other = (read_log(run / LOG_NAME) for run in (whole, cut))
    for number, (a, b) in enumerate(zip(one, other, strict=False), 1):
        if _timeless(a) != _timeless(b):
            raise _different(f"line {number} of the log", how)
    if len(one) != len(other):
        raise _different(f"the log ({len(other)} lines instead of {len(one)})", how)
    for name in (STEPS_NAME, EPOCHS_NAME):
        if _rows(whole / name) != _rows(cut / name):
            raise _different(name, how)
    return count


def _timeless(event: dict) -> dict:
    return {key: value for key, value in event.items() if key not in _TIMES}


def _rows(path: Path) -> list[dict]:
    with open(path, newline="") as file:
        return [_timeless(row) for row in csv.DictReader(file)]


def _different(what: str, how: str) -> ModelFileError:
    told = f"{how}, {what} is not what it is without the interruption"
    return ModelFileError(Problem(told, hint="to send the spec to the makers of fitcli: this must not happen"))
