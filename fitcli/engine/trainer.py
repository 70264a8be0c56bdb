"""One gradient step after another: programs, optimizer state and the clock, without files or events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from fitcli.autodiff.params import Group, gradient_vectors
from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.engine.divergence import diverged, first_bad
from fitcli.engine.mixing import Partners
from fitcli.engine.prediction import Prediction
from fitcli.engine.tally import Tally
from fitcli.engine.threads import microbatch_for, part_of, workers_for
from fitcli.gradients.base import Phase, Work
from fitcli.model import Model
from fitcli.optim.base import Optimizer
from fitcli.optim.bound import bound_columns
from fitcli.optim.cuts import block_cuts
from fitcli.optim.memory import Memory
from fitcli.optim.point import Point

_LONGEST_STEP = 1e30  # beyond it the parameters would leave float32 at once


@dataclass(frozen=True)
class Step:
    """What a step saw before it moved: mean loss, right answers, gradient norm; `more` where it is looked at closer."""

    loss: float
    correct: int
    gradient_norm: float
    more: dict = field(default_factory=dict)


class Trainer:
    """Moves `model.params`. Everything that a resumed fit needs is in `arrays()` and `step`."""

    def __init__(self, model: Model, seed: int, threads: int | None = None, debug: bool = False, steps: int = 0):
        self.model, self.debug, self.steps = model, debug, steps  # steps: of the whole fit, 0 where it is not known
        self.optimizer = model.spec.fit.optimizer
        self.threads = threads
        self.clock = np.array([seed, 0], np.int64)
        self._bounded = [(view, p.tuning.max_norm) for p, view in model.params.views.items() if p.tuning.max_norm]
        self.memory = Memory(self.optimizer, model.params.layout.size)
        self.programs: dict[int, Program] = {}
        self._tallies: dict[Program, Tally] = {}
        self._gradients: np.ndarray | None = None
        self.prediction: Prediction | None = None

    @property
    def step(self) -> int:
        """Steps done."""
        return int(self.clock[1])

    def part_of(self, batch: int) -> int:
        """The most images that are taken together: `batch` / `accumulate` of the spec, also in an epoch's last batch."""
        fit = self.model.spec.fit
        return part_of(batch if self.optimizer.full_batch else fit.batch, fit.accumulate)

    def program(self, batch: int) -> Program:
        """The training program for batches of this size, recorded on first use."""
        if batch not in self.programs:
            graph = self.model.graph
            part = min(batch, self.part_of(batch))
            workers = workers_for(graph, part, self.threads)
            if self._gradients is None or len(self._gradients) < workers:
                self._gradients = gradient_vectors(self.model.params.layout, workers, np.float32)
            setup = Setup(batch, workers, microbatch_for(graph), parts=-(-batch // part))
            drives_alone = type(self.optimizer).update is Optimizer.update
            self.programs[batch] = program = Program(
                graph, self.model.params, setup, train=True, clock=self.clock,
                update=None if drives_alone else self._record_update, treat=self._treat,
                cuts=self._cut_blocks if self.optimizer.whole_blocks else None,
                gradients=self._gradients[:workers],
            )  # fmt: skip
            self._tallies[program] = Tally(program, program.inputs[self.model.labels])
        return self.programs[batch]

    def _treat(self, workers: int) -> list[Phase]:
        params = self.model.params
        last = next((node.trained for node in reversed(self.model.graph.nodes) if node.trained), ())
        work = Work(self._gradients[0], params.vector, params.layout, self.clock, workers, frozenset(last))
        return [phase for treatment in self.model.spec.fit.gradient for phase in treatment.phases(work)]

    def _cut_blocks(self, workers: int) -> list[int]:
        return block_cuts(self.model.params.layout, workers)

    def _record_update(self, start: int, stop: int, group: Group) -> None:
        params = self.model.params
        self.memory.update(params.vector, self._gradients[0], start, stop, params.layout, group.lr, group.decay)

    def descend(self, images: np.ndarray, labels: np.ndarray, lr: float, mixed: Partners | None = None) -> Step:
        """One step on a batch; DivergedError, with the parameters as they were, when a number is not finite."""
        program = self.program(len(labels))
        program.inputs[self.model.pixels][...] = images
        program.inputs[self.model.labels][...] = labels
        if self.model.partners:
            others, shares = self.model.partners
            program.inputs[others][...] = labels if mixed is None else mixed.labels
            program.inputs[shares][...] = 1 if mixed is None else mixed.shares
        statistics = self.model.params.state
        before = statistics.copy()  # batch norm moves them in its forward pass
        bad = program.run_checked() if self.debug else None
        if not self.debug:
            program.differentiate()
        loss, norm, correct = self._tallies[program].read()
        finite = isfinite(loss) and isfinite(norm) and (not statistics.size or np.isfinite(statistics).all())
        if bad or not finite or lr * max(norm, 1.0) > _LONGEST_STEP:
            statistics[...] = before
            where = bad or program.run_checked()
            statistics[...] = before
            self.programs.clear(), self._tallies.clear()  # a checked run that stops half-way leaves its sums over the batch unfinished
            what = f"loss {loss:g}, gradient norm {norm:g}, learning rate {lr:g}"
            if where:
                what += f"; the first number that is not finite comes from {where}"
            raise diverged(self.model.spec, self.step + 1, what)
        if self.prediction:
            self.prediction.begin(program)
        self.memory.begin(lr, self.step + 1, self.steps)
        if self.optimizer.drives:
            self._drive(program, loss)
        else:
            program.update()
        for weights, bound in self._bounded:
            bound_columns(weights.reshape(-1, weights.shape[-1]), float(bound))
        more = self.prediction.end(program, loss) if self.prediction else {}
        self.clock[1] += 1
        return Step(loss, correct, norm, more)

    def _drive(self, program: Program, loss: float) -> None:
        """Let the optimizer look at the loss from other places; batch norm's statistics stay those of the first."""
        params = self.model.params
        moved, statistics = params.layout.moved, params.state.copy()

        def look() -> float:
            program.differentiate()
            return program.mean_loss

        self.optimizer.drive(
            Point(params.vector[:moved], program.gradient[:moved], loss, self.memory.states, self.memory.hyper, look,
                  program.update, min(params.layout.decayed, moved))  # fmt: skip
        )
        params.state[...] = statistics

    @contextmanager
    def evaluating(self, statistics: np.ndarray | None = None) -> Iterator[None]:
        """Inside, the parameters are those to validate and to save: an average, where the optimizer keeps one.

        `statistics` take the place of the model's in the meantime.
        """
        name = self.optimizer.evaluation
        if not name or not self.step:
            yield
            return
        params, moved = self.model.params, self.model.params.layout.moved
        trained, followed = params.vector.copy(), params.state.copy()
        params.vector[:moved] = self.memory.states[name][:moved]
        if statistics is not None:
            params.state[...] = statistics
        try:
            yield
        finally:
            params.vector[...], params.state[...] = trained, followed

    def check(self) -> None:
        """DivergedError when the last step has left a number behind that is not finite."""
        lr = float(self.memory.hyper[0])
        for name, array in self.arrays().items():
            if (where := first_bad(self.model.params.layout, name, array)) is not None:
                what = f"a step with learning rate {lr:g} leaves numbers in {where} that are not finite"
                raise diverged(self.model.spec, self.step, what)

    def arrays(self) -> dict[str, np.ndarray]:
        """The full state as flat vectors."""
        params = self.model.params
        return {"parameters": params.vector, "state": params.state} | self.memory.arrays()

    def restore(self, arrays: dict[str, np.ndarray], step: int) -> None:
        """Go back to a state from `arrays()`; ValueError when it is of another model or optimizer."""
        own = self.arrays()
        if {k: v.shape for k, v in own.items()} != {k: arrays[k].shape for k in arrays if k in own} or len(own) != len(arrays):
            raise ValueError("the checkpoint is of another model or optimizer")
        for name, array in own.items():
            array[...] = arrays[name]
        self.clock[1] = step
