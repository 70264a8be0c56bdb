"""Fitting as a stream of events: nothing is printed here, everything that must last is written here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fitcli.autodiff.program import Program
from fitcli.data.dataset import Dataset, Splits
from fitcli.engine.advice import Adviser
from fitcli.engine.batches import Batches
from fitcli.engine.bestepoch import BestEpoch
from fitcli.engine.compiling import compiling
from fitcli.engine.evaluator import Evaluator
from fitcli.engine.eventfile import check_writer
from fitcli.engine.ending import end_event
from fitcli.engine.events import epoch_event, start_event, step_event
from fitcli.engine.keep import Keeper, batch_of
from fitcli.engine.measured import measured
from fitcli.engine.normalization import model_for
from fitcli.engine.prediction import Prediction
from fitcli.engine.resume import check_epochs
from fitcli.engine.rollback import Rollback
from fitcli.engine.room import check_room
from fitcli.engine.rundir import find_run, is_run, make_directory
from fitcli.engine.runlock import lock_run
from fitcli.engine.stopping import Stopping
from fitcli.engine.trainer import Trainer
from fitcli.engine.watched import check_measured, check_without_validation
from fitcli.errors import DataError, DivergedError, ModelFileError, Problem
from fitcli.spec import Spec


def fit(spec: Spec, splits: Splits, run_dir: str | Path, threads: int | None = None, resume: bool = False,
        debug: bool = False, log_prediction: bool = False) -> Iterator[dict]:  # fmt: skip
    """Descend the loss of `spec` on `splits.train`; yields the events of log.jsonl, "start", "compile" and "end".

    Writes the run directory, a new one unless `resume`. Whatever is thrown in at a yield (or `close`), a checkpoint is
    saved first; with `resume` the fit goes on from the last one, to the same weights as without the interruption. An
    exception from within a step leaves the checkpoint of the last epoch. `log_prediction` adds to each step's event what
    the derivative says of it (see Prediction).
    """
    run = Path(run_dir)
    if resume:
        find_run(run)
    else:
        make_directory(run)
    with lock_run(run):
        if not resume and is_run(run):
            hint = f"`fitcli train --resume {run}` to go on with it, or another directory"
            raise ModelFileError(Problem(f"{run} holds a run already; nothing is overwritten", hint=hint))
        yield from Fit(spec, splits, run, threads, debug, log_prediction).events(resume)


class Fit:
    """One fit. Steps and epochs are counted from 1 in events, from 0 inside."""

    def __init__(self, spec: Spec, splits: Splits, run: Path, threads: int | None, debug: bool,
                 log_prediction: bool = False):  # fmt: skip
        train = splits.train
        if not len(train):
            raise DataError("there are no training images")
        if splits.val is None:
            check_without_validation(spec)
        check_measured(spec, train.multilabel)
        check_writer(spec)
        spec = replace(spec, loss=spec.loss.prepare(train.counts().tolist(), len(train)))
        self.spec, self.splits, self.run, self.threads = spec, splits, run, threads
        self.batch = batch_of(spec, train)
        self.batches = Batches(spec, train, self.batch)
        self.rest = 0 if spec.fit.drop_last else len(train) % self.batch
        self.steps_per_epoch = self.batches.per_epoch
        self.steps = self.steps_per_epoch * spec.fit.epochs
        self.model = model_for(spec, train)
        self.model.initialize(spec.seed)
        self.trainer = Trainer(self.model, spec.seed, threads, debug, self.steps)
        if log_prediction:
            self.trainer.prediction = Prediction(self.trainer)
        self.evaluator = Evaluator(self.model, threads) if splits.val or splits.test else None
        self.keeper = Keeper(run, self.trainer, train)
        self.rollback = Rollback(self.keeper)
        self.stopping = Stopping(self.keeper)
        self.best = BestEpoch(self.keeper)
        self.adviser = Adviser(self.trainer, train, self.steps, self.steps_per_epoch)

    def events(self, resume: bool) -> Iterator[dict]:
        keeper = self.keeper
        if resume:
            keeper.restore()
            check_epochs(self.spec, -(-self.trainer.step // self.steps_per_epoch))
        check_room(self.spec, self._programs())
        self.rollback.begin()
        keeper.begin()
        try:
            yield self._start()
            if keeper.changed:
                yield keeper.changed
            yield from compiling(self._programs())  # before the clock of the first epoch starts
            while (epoch := self.trainer.step // self.steps_per_epoch) < self.spec.fit.epochs and not self.stopping.done:
                try:
                    yield from self._epoch(epoch)
                except DivergedError as error:
                    yield from self._go_back(error, epoch)
            yield from self._end()
        except DivergedError as error:
            keeper.log.write({"event": "diverged", "step": self.trainer.step + 1, "message": error.problems[0].message})
            yield from keeper.draw()
            raise
        finally:
            self.batches.close()
            keeper.close()

    def _start(self) -> dict:
        over = self.stopping.over(self.steps, self.trainer.step // self.steps_per_epoch)
        warnings = [*self.keeper.warnings, *over]
        return start_event(self.trainer, self.steps, len(self.splits.train), warnings)

    def _programs(self) -> list[Program]:
        trainer = self.trainer
        programs = [trainer.program(n) for n in (self.batch, self.rest) if n]
        if trainer.prediction:
            programs += [trainer.prediction.program(n) for n in (self.batch, self.rest) if n]
        programs += self.keeper.averages.programs
        if self.evaluator:
            programs.append(self.evaluator.program)
        return programs

    def _epoch(self, epoch: int) -> Iterator[dict]:
        fit_, progress = self.spec.fit, self.keeper.progress
        for index in range(self.trainer.step - epoch * self.steps_per_epoch, self.steps_per_epoch):
            before = time.perf_counter()
            batch = self.batches.at(epoch, index)
            scheduled = fit_.schedule.factor(self.trainer.step, self.steps, progress.observed)
            lr = fit_.optimizer.lr * scheduled * progress.rate
            step = self.trainer.descend(batch.images, batch.labels, lr, *batch.mixed)
            seconds = time.perf_counter() - before
            progress.loss += step.loss * len(batch)
            progress.first = progress.first if self.trainer.step > 1 else step.loss
            progress.correct += step.correct
            progress.seconds += seconds
            event = step_event(self.trainer.step, epoch, step, lr, seconds)
            told = [event, *self.adviser.look(progress.advice, step, batch.images)]
            for event in told:
                self.keeper.log.write(event)
            if index < self.steps_per_epoch - 1:
                yield from self._tell(*told)
        summary = self._end_of_epoch(epoch)  # before its last step is told: an interruption there finds it done
        yield from self._tell(*told, summary)

    def _go_back(self, error: DivergedError, epoch: int) -> Iterator[dict]:
        event = self.rollback.back(error, epoch)
        self.keeper.log.write(event)
        yield from self._tell(event)

    def _tell(self, *events: dict) -> Iterator[dict]:
        """Yield between two steps, where the state is whole."""
        try:
            yield from events
        except BaseException as error:
            self.keeper.save_checkpoint()
            if isinstance(error, KeyboardInterrupt):
                self.keeper.draw()
            raise

    def _end_of_epoch(self, epoch: int) -> dict:
        keeper, progress = self.keeper, self.keeper.progress
        self.trainer.check()
        seen = min(len(self.splits.train), self.steps_per_epoch * self.batch)
        event = epoch_event(self.trainer.step, epoch, progress, seen)
        if self.splits.val:
            event |= {f"val_{name}": value for name, value in self._measure(self.splits.val).items()}
        keeper.log.write(event)
        seen_so_far = [*progress.observed, event.get(self.spec.fit.schedule.watches)] if self.spec.fit.schedule.watches else []
        keeper.progress = replace(progress, loss=0.0, correct=0, seconds=0.0, last=event, observed=seen_so_far)
        good = self.rollback.is_good(event["train_loss"])
        as_model, as_best = self.stopping.look(event, good), self.best.look(event, good)
        self.rollback.look(event["train_loss"])
        keeper.save_epoch(as_model, as_best)
        keeper.draw(seldom=True)
        return event

    def _measure(self, data: Dataset) -> dict[str, float]:
        self.evaluator.refresh()
        with self.keeper.averages.standing():
            return measured(self.evaluator, data)

    def _end(self) -> Iterator[dict]:
        """Behind the last checkpoint: a fit that goes on from there ends again."""
        if self.stopping.done:
            event = self.stopping.told()
            self.keeper.log.write(event)
            yield event
        event = end_event(self.keeper, self.stopping, self.best, self.evaluator, self.splits)
        self.keeper.log.write(event)
        yield from self.keeper.draw()
        yield event
