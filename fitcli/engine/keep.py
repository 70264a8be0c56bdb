"""What a fit keeps in its run directory, and takes up again from there."""

from __future__ import annotations

import time
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from fitcli import __version__
from fitcli.data.dataset import Dataset
from fitcli.engine.atomic import link_atomic, write_atomic
from fitcli.engine.averages import Averages
from fitcli.engine.changes import changed_event, settings
from fitcli.engine.checkpoint import keep_best, load_latest, save_checkpoint
from fitcli.engine.curves import draw_curves, undrawn_event
from fitcli.engine.modelfile import ModelFile, save_model
from fitcli.engine.resume import check_same, identity
from fitcli.engine.rundir import BEST_NAME, CURVES_NAME, MODEL_NAME, SPEC_NAME
from fitcli.engine.runlog import RunLog
from fitcli.engine.savedstate import check_state
from fitcli.engine.trainer import Trainer
from fitcli.errors import ModelFileError, Problem
from fitcli.model import Model
from fitcli.spec import Spec, dump_spec

_GOOD = "good."  # before the names of the arrays of the state to go back to
_CURVES_SECONDS = 30.0  # between two drawings: one takes as long as some hundred steps of a small model


@dataclass
class Progress:
    """What has been summed up since the epoch began, and the event of the last whole epoch."""

    loss: float = 0.0
    correct: int = 0
    seconds: float = 0.0
    last: dict = field(default_factory=dict)
    observed: list = field(default_factory=list)  # by epoch, what the schedule watches
    first: float = 0.0  # loss of the first step
    lowest: float | None = None  # mean loss of an epoch
    rate: float = 1.0  # part of the scheduled rate that is left after going back
    rollbacks: int = 0
    best: dict = field(default_factory=dict)  # event of the epoch whose weights are the model's, with early stopping
    kept: dict = field(default_factory=dict)  # event of the best epoch, whose weights are kept as well
    advice: dict = field(default_factory=dict)  # what the adviser remembers


@dataclass(frozen=True, eq=False)
class Good:
    """A state to go back to, copied."""

    step: int
    arrays: dict[str, np.ndarray]
    progress: Progress


class Keeper:
    """The files of one run. `log` is open between `begin` and `close`."""

    def __init__(self, run: Path, trainer: Trainer, train: Dataset):
        self.run, self.trainer, self.train = run, trainer, train
        self.spec = trainer.model.spec
        batch = batch_of(self.spec, train)
        self.averages = Averages(trainer, train, min(batch, trainer.part_of(batch)))
        self.progress = Progress()
        self.warnings: tuple[str, ...] = ()
        self.good: Good | None = None
        self.changed: dict | None = None  # the event that tells with what other settings the run goes on
        self._drawn = time.monotonic()
        self._position: int | None = None

    @cached_property
    def identity(self) -> dict:
        batch = batch_of(self.spec, self.train)
        return identity(self.spec, self.trainer.model, self.train, self.trainer.program(batch).workers)

    def restore(self) -> None:
        """Take up the newest whole checkpoint, if there is one."""
        self._position = 0
        found, self.warnings = load_latest(self.run)
        if found is None:
            self.warnings = ("there is no checkpoint yet: the run begins again",)
            return
        state = dict(found.state)
        try:
            check_state(state, asdict(Progress()))
        except ValueError as error:
            hint = "the version of fitcli that made it: " + str(state.get("fitcli", "unknown"))
            raise ModelFileError(Problem(f"{found.path} is no checkpoint of this version: {error}", hint=hint)) from None
        self.warnings += check_same(self.run, self.spec, self.identity, state.pop("identity"))
        good, before = state.pop("good", None), state.pop("spec", None)
        state.pop("fitcli", None)
        if before is not None:
            self.changed = changed_event(found.step, before, settings(self.spec))
        arrays = {name: a for name, a in found.arrays.items() if not name.startswith(_GOOD)}
        try:
            self.trainer.restore(arrays, found.step)
        except ValueError as error:
            raise ModelFileError(f"{self.run}: {error}") from None
        self._position = state.pop("log")
        self.progress = Progress(**state)
        if self.progress.kept.get("step") == found.step:  # a crash may have come between the two
            keep_best(found.path)
        if good:
            arrays = {name.removeprefix(_GOOD): a for name, a in found.arrays.items() if name.startswith(_GOOD)}
            self.good = Good(good["step"], arrays, Progress(**good["progress"]))

    def remember(self) -> None:
        """Keep the state as it is to go back to."""
        arrays = {name: array.copy() for name, array in self.trainer.arrays().items()}
        self.good = Good(self.trainer.step, arrays, deepcopy(self.progress))

    def return_to_good(self, progress: Progress) -> None:
        """The good state again, but for `progress`."""
        self.trainer.restore(self.good.arrays, self.good.step)
        self.progress = deepcopy(progress)
        self.averages.forget()

    def begin(self) -> None:
        """Write the spec, which has changed when a run goes on with another rate, and open the log."""
        path, text = self.run / SPEC_NAME, dump_spec(self.spec).encode()
        if _content(path) != text:
            write_atomic(path, text)
        self.log = RunLog(self.run, self._position, self.spec.fit.tensorboard)
        if self.changed:
            self.log.write(self.changed)

    def close(self) -> None:
        self.log.close()

    def save_checkpoint(self) -> Path:
        state = asdict(self.progress) | {"log": self.log.sync(), "identity": self.identity}
        state["spec"] = settings(self.spec)
        arrays = self.trainer.arrays()
        if self.good and self.good.step != self.trainer.step:
            arrays |= {_GOOD + name: array for name, array in self.good.arrays.items()}
            state["good"] = {"step": self.good.step, "progress": asdict(self.good.progress)}
        return save_checkpoint(self.run, self.trainer.step, arrays, state, self.spec.fit.keep)

    def save_epoch(self, as_model: bool, as_best: bool) -> None:
        """Save what an epoch has ended in. A fit that goes on from its checkpoint does not save the models again, so they
        come before it."""
        if as_model:
            self.save_model(MODEL_NAME)
        if as_best and as_model:
            link_atomic(self.run / MODEL_NAME, self.run / BEST_NAME)
        elif as_best:
            self.save_model(BEST_NAME)
        path = self.save_checkpoint()
        if as_best:
            keep_best(path)

    def save_model(self, name: str) -> None:
        told = {k: v for k, v in self.progress.last.items() if k != "event"}
        model, info = self.trainer.model, {"fitcli": __version__} | told
        with self.averages.standing():
            saved = model_file(model, info)
        if self.averages.kept:
            saved = replace(saved, trained=model_file(model, info).arrays)
        save_model(self.run / name, saved)

    def draw(self, seldom: bool = False) -> list[dict]:
        """Draw the curves; when `seldom`, only if they are some time old. Where that fails, a warning to tell."""
        if seldom and time.monotonic() - self._drawn <= _CURVES_SECONDS:
            return []
        events, self._drawn = self.log.events(), time.monotonic()
        try:
            draw_curves(events, self.run / CURVES_NAME)
        except Exception as error:  # whatever stops a drawing, the fit that it shows is whole
            return [undrawn_event(self.run / CURVES_NAME, error)]
        return []


def _content(path: Path) -> bytes | None:
    """None where it cannot be read: it is then written anew."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def batch_of(spec: Spec, train: Dataset) -> int:
    """Images a step: all of them where the optimizer wants the gradient of the whole loss."""
    return len(train) if spec.fit.optimizer.full_batch else min(spec.fit.batch, len(train))


def model_file(model: Model, info: dict) -> ModelFile:
    """The model as it is saved: arrays, class names, preprocessing, spec."""
    height, width, channels = model.image_shape
    preprocessing = model.spec.data.image.format((height, width), channels).to_json() | {
        "mean": list(model.normalization.mean), "std": list(model.normalization.std),
    }  # fmt: skip
    arrays = {name: np.ascontiguousarray(a, np.float32) for name, a in model.save_arrays().items()}
    return ModelFile(arrays, model.classes, preprocessing, dump_spec(model.spec), info, multilabel=model.multilabel)
