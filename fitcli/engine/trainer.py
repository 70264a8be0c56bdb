"""One gradient step after another: programs, optimizer state and the clock, without files or events."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np

from fitcli.autodiff.params import Group, aligned_zeros
from fitcli.autodiff.program import Program, Setup, gradient_vectors
from fitcli.engine.threads import microbatch_for, workers_for
from fitcli.errors import DivergedError, Problem
from fitcli.model import Model
from fitcli.optim.bound import bound_columns

_LONGEST_STEP = 1e30  # beyond it the parameters would leave float32 at once


@dataclass(frozen=True)
class Step:
    """What a step saw before it moved: mean loss, right answers, gradient norm."""

    loss: float
    correct: int
    gradient_norm: float


class Trainer:
    """Moves `model.params`. Everything that a resumed fit needs is in `arrays()` and `step`."""

    def __init__(self, model: Model, seed: int, threads: int | None = None, debug: bool = False):
        self.model, self.debug = model, debug
        self.optimizer = model.spec.fit.optimizer
        self.threads = threads
        self.clock = np.array([seed, 0], np.int64)
        self.hyper: dict[float, np.ndarray] = {}  # by factor on the learning rate: [rate, number of the step]
        self._bounded = [(view, p.tuning.max_norm) for p, view in model.params.views.items() if p.tuning.max_norm]
        size = model.params.layout.size
        self.states = {name: aligned_zeros(size, np.float32) for name in self.optimizer.states}
        self.programs: dict[int, Program] = {}
        self._gradients: np.ndarray | None = None

    @property
    def step(self) -> int:
        """Steps done."""
        return int(self.clock[1])

    def program(self, batch: int) -> Program:
        """The training program for batches of this size, recorded on first use."""
        if batch not in self.programs:
            graph = self.model.graph
            workers = workers_for(graph, batch, self.threads)
            if self._gradients is None or len(self._gradients) < workers:
                self._gradients = gradient_vectors(self.model.params.layout, workers, np.float32)
            setup = Setup(batch, workers, microbatch_for(graph))
            self.programs[batch] = Program(
                graph, self.model.params, setup, train=True, clock=self.clock, update=self._record_update,
                gradients=self._gradients[:workers],
            )  # fmt: skip
        return self.programs[batch]

    def _record_update(self, start: int, stop: int, group: Group) -> None:
        vector, gradient = self.model.params.vector, self._gradients[0]
        states = [state[start:stop] for state in self.states.values()]
        optimizer = self.optimizer if group.decay in (0, 1) else self.optimizer.with_decay(group.decay)
        hyper = self.hyper.setdefault(group.lr, np.zeros(3 + len(optimizer.scalars)))
        optimizer.update(vector[start:stop], gradient[start:stop], states, hyper, group.decay > 0)

    def descend(self, images: np.ndarray, labels: np.ndarray, lr: float) -> Step:
        """One step on a batch; DivergedError, with the parameters as they were, when a number is not finite."""
        program = self.program(len(labels))
        program.inputs[self.model.pixels][...] = images
        program.inputs[self.model.labels][...] = labels
        statistics = self.model.params.state
        before = statistics.copy()  # batch norm moves them in its forward pass
        bad = program.run_checked() if self.debug else None
        if not self.debug:
            program.differentiate()
        loss, norm = float(program.losses.mean(dtype=np.float64)), program.gradient_norm
        finite = isfinite(loss) and isfinite(norm) and np.isfinite(statistics).all()
        if bad or not finite or lr * max(norm, 1.0) > _LONGEST_STEP:
            statistics[...] = before
            where = bad or program.run_checked()
            statistics[...] = before
            self.programs.clear()  # a checked run that stops half-way leaves its sums over the batch unfinished
            raise self._diverged(loss, norm, lr, where)
        for factor, hyper in self.hyper.items():
            hyper[:2] = factor * lr, self.step + 1
        program.update()
        for weights, bound in self._bounded:
            bound_columns(weights.reshape(-1, weights.shape[-1]), float(bound))
        self.clock[1] += 1
        correct = int((program.outputs.argmax(1) == labels).sum())
        return Step(loss, correct, norm)

    def _diverged(self, loss: float, norm: float, lr: float, where: str | None) -> DivergedError:
        return DivergedError(
            Problem(
                f"the fit diverged at step {self.step + 1}: loss {loss:g}, gradient norm {norm:g}, learning rate {lr:g}"
                + (f"; the first number that is not finite comes from {where}" if where else ""),
                hint=f"a smaller rate, such as --set fit.optimizer.{self.optimizer.name}.lr={self.optimizer.lr / 10:.2g}",
            )
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """The full state as flat vectors."""
        params = self.model.params
        return {"parameters": params.vector, "state": params.state} | {f"optimizer.{k}": v for k, v in self.states.items()}

    def restore(self, arrays: dict[str, np.ndarray], step: int) -> None:
        """Go back to a state from `arrays()`; ValueError when it is of another model or optimizer."""
        own = self.arrays()
        if {k: v.shape for k, v in own.items()} != {k: arrays[k].shape for k in arrays if k in own} or len(own) != len(arrays):
            raise ValueError("the checkpoint is of another model or optimizer")
        for name, array in own.items():
            array[...] = arrays[name]
        self.clock[1] = step
