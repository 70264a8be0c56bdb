"""Fitting as a stream of events: nothing is printed here, everything that must last is written here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from fitcli import __version__
from fitcli.data.dataset import Dataset, Splits
from fitcli.engine.atomic import write_atomic
from fitcli.engine.checkpoint import load_latest, save_checkpoint
from fitcli.engine.curves import draw_curves
from fitcli.engine.evaluator import Evaluator
from fitcli.engine.log import JsonLines, read_log
from fitcli.engine.modelfile import ModelFile, save_model
from fitcli.engine.order import epoch_order
from fitcli.engine.rundir import CURVES_NAME, LOG_NAME, MODEL_NAME, SPEC_NAME
from fitcli.engine.runlock import lock_run
from fitcli.engine.threads import usable_threads
from fitcli.engine.trainer import Trainer
from fitcli.errors import ModelFileError, Problem
from fitcli.model import Model, Normalization, build_model
from fitcli.spec import Spec, dump_spec


def fit(spec: Spec, splits: Splits, run_dir: str | Path, threads: int | None = None, resume: bool = False,
        debug: bool = False) -> Iterator[dict]:  # fmt: skip
    """Descend the loss of `spec` on `splits.train`; yields the events of log.jsonl, "start", "compile" and "end".

    Writes the run directory. Interrupted (an exception thrown in at a yield), it saves a checkpoint first; with
    `resume` it goes on from the last one, to the same weights as without the interruption.
    """
    run = Path(run_dir)
    with lock_run(run):
        yield from Fit(spec, splits, run, threads, resume, debug).events()


class Fit:
    """The state of one fit. Steps and epochs are counted from 1 in events, from 0 inside."""

    def __init__(self, spec: Spec, splits: Splits, run: Path, threads: int | None, resume: bool, debug: bool):
        train = splits.train
        spec = replace(spec, loss=spec.loss.prepare(train.counts().tolist()))
        self.spec, self.splits, self.run, self.resume = spec, splits, run, resume
        self.threads = threads
        self.batch = min(spec.fit.batch, len(train))
        whole, rest = divmod(len(train), self.batch)
        self.steps_per_epoch = whole + (1 if rest and not spec.fit.drop_last else 0)
        self.steps = self.steps_per_epoch * spec.fit.epochs
        self.model = build_model(spec, train.classes, train.images.shape[1:], normalization(spec, train))
        self.model.initialize(spec.seed)
        self.trainer = Trainer(self.model, spec.seed, threads, debug)
        self.evaluator: Evaluator | None = None
        self.epoch_loss, self.epoch_correct, self.epoch_seconds = 0.0, 0, 0.0
        self.last: dict = {}

    def events(self) -> Iterator[dict]:
        position = self._restore() if self.resume else None
        if not self.resume:
            write_atomic(self.run / SPEC_NAME, dump_spec(self.spec).encode())
        yield self._start()
        yield from self._compile()
        with JsonLines(self.run / LOG_NAME, append=self.resume, position=position) as self.log:
            try:
                for epoch in range(self.trainer.step // self.steps_per_epoch, self.spec.fit.epochs):
                    yield from self._epoch(epoch)
            except (KeyboardInterrupt, GeneratorExit):
                self._checkpoint()
                raise
            yield self._end()

    def _start(self) -> dict:
        return {
            "event": "start", "steps": self.steps, "epochs": self.spec.fit.epochs, "parameters": self.model.params.count,
            "images": len(self.splits.train), "classes": list(self.model.classes),
            "threads": self.threads or usable_threads(), "resumed_at": self.trainer.step,
        }  # fmt: skip

    def _compile(self) -> Iterator[dict]:
        """Compile before the clock of the first epoch starts."""
        program = self.trainer.program(self.batch)
        if missing := program.missing():
            message = f"compiling {len(missing)} kernels (once on this machine for this version) ..."
            yield {"event": "compile", "message": message, "kernels": len(missing)}
        program.compile()

    def _epoch(self, epoch: int) -> Iterator[dict]:
        train, fit_ = self.splits.train, self.spec.fit
        order = epoch_order(self.spec.seed, epoch, len(train), fit_.shuffle)
        for index in range(self.trainer.step - epoch * self.steps_per_epoch, self.steps_per_epoch):
            before = time.perf_counter()
            chosen = order[index * self.batch : (index + 1) * self.batch]
            lr = fit_.optimizer.lr * fit_.schedule.factor(self.trainer.step, self.steps)
            step = self.trainer.descend(train.images[chosen], train.labels[chosen], lr)
            seconds = time.perf_counter() - before
            self.epoch_loss += step.loss * len(chosen)
            self.epoch_correct += step.correct
            self.epoch_seconds += seconds
            event = {
                "event": "step", "step": self.trainer.step, "epoch": epoch + 1, "loss": step.loss, "lr": lr,
                "grad_norm": step.gradient_norm, "seconds": seconds,
            }  # fmt: skip
            self.log.write(event)
            if index < self.steps_per_epoch - 1:
                yield event
        last = event if self.steps_per_epoch else {}
        summary = self._end_of_epoch(epoch)
        yield last
        yield summary

    def _end_of_epoch(self, epoch: int) -> dict:
        seen = min(len(self.splits.train), self.steps_per_epoch * self.batch)
        event = {
            "event": "epoch", "epoch": epoch + 1, "step": self.trainer.step, "train_loss": self.epoch_loss / seen,
            "train_accuracy": self.epoch_correct / seen, "seconds": self.epoch_seconds,
            "images_per_s": seen / max(self.epoch_seconds, 1e-9),
        }  # fmt: skip
        if self.splits.val is not None and len(self.splits.val):
            event["val_loss"], event["val_accuracy"] = self._measure(self.splits.val)
        self.log.write(event)
        self.last = event
        self.epoch_loss, self.epoch_correct, self.epoch_seconds = 0.0, 0, 0.0
        self._checkpoint()
        self._save_model()
        draw_curves(read_log(self.run / LOG_NAME), self.run / CURVES_NAME)
        return event

    def _measure(self, data: Dataset) -> tuple[float, float]:
        if self.evaluator is None:
            self.evaluator = Evaluator(self.model, self.threads)
        self.evaluator.refresh()
        loss, predicted = self.evaluator.measure(data.images, data.labels)
        return loss, float((predicted == data.labels).mean())

    def _end(self) -> dict:
        event = {"event": "end", "model": str(self.run / MODEL_NAME), "steps": self.trainer.step}
        event |= {k: self.last[k] for k in ("train_loss", "train_accuracy", "val_loss", "val_accuracy") if k in self.last}
        if self.splits.test is not None and len(self.splits.test):
            event["test_loss"], event["test_accuracy"] = self._measure(self.splits.test)
        self.log.write(event)
        return event

    def _save_model(self) -> None:
        info = {"fitcli": __version__, "step": self.trainer.step} | {k: v for k, v in self.last.items() if k != "event"}
        save_model(self.run / MODEL_NAME, model_file(self.model, info))

    def _checkpoint(self) -> None:
        state = {
            "epoch_loss": self.epoch_loss, "epoch_correct": self.epoch_correct, "epoch_seconds": self.epoch_seconds,
            "log": self.log.sync(), "last": self.last, "images": len(self.splits.train), "classes": list(self.model.classes),
        }  # fmt: skip
        save_checkpoint(self.run, self.trainer.step, self.trainer.arrays(), state, self.spec.fit.keep)

    def _restore(self) -> int | None:
        """Take up the newest whole checkpoint; the size of the log at that moment."""
        found, warnings = load_latest(self.run)
        self.warnings = warnings
        if found is None:
            return 0
        if found.state["images"] != len(self.splits.train) or tuple(found.state["classes"]) != self.model.classes:
            raise ModelFileError(
                Problem(f"{self.run}: the data are not those this run was started with",
                        hint="the same images as before, or a new run")  # fmt: skip
            )
        try:
            self.trainer.restore(found.arrays, found.step)
        except ValueError as error:
            raise ModelFileError(f"{self.run}: {error}") from None
        self.epoch_loss, self.epoch_correct = found.state["epoch_loss"], found.state["epoch_correct"]
        self.epoch_seconds, self.last = found.state["epoch_seconds"], found.state["last"]
        return found.state["log"]


def normalization(spec: Spec, train: Dataset) -> Normalization:
    """Mean and deviation of the training images' channels, or none when the spec says so."""
    channels = train.images.shape[3]
    if spec.data.normalize == "none":
        return Normalization((0.0,) * channels, (1.0,) * channels)
    from fitcli.data.statistics import channel_statistics

    mean, std = channel_statistics(train.images)
    return Normalization(tuple(map(float, mean)), tuple(map(float, std)))


def model_file(model: Model, info: dict) -> ModelFile:
    """The model as it is saved: arrays, class names, preprocessing, spec."""
    height, width, channels = model.image_shape
    preprocessing = {
        "size": [height, width], "channels": channels, "resize": model.spec.data.image.resize,
        "mean": list(model.normalization.mean), "std": list(model.normalization.std),
    }  # fmt: skip
    arrays = {name: np.ascontiguousarray(a, np.float32) for name, a in model.save_arrays().items()}
    return ModelFile(arrays, model.classes, preprocessing, dump_spec(model.spec), info)
