"""A range test of a spec: its model at its first weights, its data, its optimizer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fitcli.data.dataset import Dataset
from fitcli.engine.compiling import compiling
from fitcli.engine.keep import batch_of
from fitcli.engine.normalization import model_for
from fitcli.engine.rangetest.suggest import read_sweep
from fitcli.engine.rangetest.sweep import rates_between, sweep
from fitcli.engine.room import check_room
from fitcli.engine.trainer import Trainer
from fitcli.errors import DataError, Problem, SpecError
from fitcli.spec import Spec


def check_sweep(spec: Spec) -> None:
    """SpecError when the rate of this optimizer is nothing that a sweep could find."""
    optimizer = spec.fit.optimizer
    if not optimizer.rate_scales:
        path, what = "fit.optimizer", "finds the length of its steps by itself: its lr is only what it tries first"
        hint = "no range test; train with it as it is, or --set fit.optimizer=adam to test that"
        raise SpecError(Problem(f"{optimizer.name} {what}", spec.where(path), path, optimizer.name, hint=hint))


def range_test(spec: Spec, train: Dataset, least: float = 1e-6, most: float = 10.0, steps: int = 100,
               threads: int | None = None, progress: Callable[[int, int], None] | None = None,
               tell: Callable[[str], None] | None = None) -> dict:  # fmt: skip
    """Sweep the rate from `least` to `most` in `steps` steps; writes nothing.

    {"optimizer", "batch", "images", "steps", "rates", "losses", "smoothed", "steepest", "lowest", "diverges",
    "suggestion", "key", "stopped"}; rates that are not found are None.
    """
    check_sweep(spec)
    if not len(train):
        raise DataError("there are no training images")
    spec = replace(spec, loss=spec.loss.prepare(train.counts().tolist(), len(train)))
    model = model_for(spec, train)
    model.initialize(spec.seed)
    trainer = Trainer(model, spec.seed, threads)
    batch = batch_of(spec, train)
    check_room(spec, [trainer.program(batch)])
    for event in compiling([trainer.program(batch)]):
        if tell:
            tell(event["message"])
    found = sweep(trainer, train, batch, rates_between(least, most, steps), progress)
    reading = read_sweep(found)
    return {
        "optimizer": spec.fit.optimizer.name, "batch": batch, "images": len(train), "steps": len(found.losses),
        "rates": found.rates.tolist(), "losses": found.losses.tolist(), "smoothed": reading.smoothed.tolist(),
        "steepest": reading.steepest, "lowest": reading.lowest, "diverges": reading.diverges,
        "suggestion": reading.suggestion, "key": f"fit.optimizer.{spec.fit.optimizer.rate_key}",
        "stopped": found.stopped,
    }  # fmt: skip
