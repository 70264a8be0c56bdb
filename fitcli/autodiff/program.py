"""A graph planned for one batch size: recorded once, replayed natively."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from math import sqrt
from time import perf_counter

import numpy as np

from fitcli.autodiff.params import aligned_zeros
from fitcli.autodiff.plan import place
from fitcli.autodiff.recorded import Recorded
from fitcli.autodiff.replay import replay
from fitcli.autodiff.team import team
from fitcli.kernels.arguments import block, signature_of
from fitcli.kernels.precompile import Call, compile_together
from fitcli.kernels.recording import Ref


class Program(Recorded):
    """Fill `inputs[node][...]`, call `differentiate()` or `prepare()` and `evaluate()`, read `outputs`, `losses`, `gradient`."""

    _table: np.ndarray | None = None

    @property
    def gradient(self) -> np.ndarray:
        """Of the mean loss over the batch, in the parameters' layout."""
        return self.gradients[0]

    @property
    def gradient_norm(self) -> float:
        return sqrt(np.add.reduce(self.squares[: self.workers]))

    @property
    def mean_loss(self) -> float:
        """Of the batch, summed in float64."""
        return float(np.add.reduce(self.losses, dtype=np.float64)) / len(self.losses)

    def missing(self) -> list[Call]:
        """The kernels, with their signatures, that `compile` has to compile because the cache does not hold them yet."""
        calls = {(i.kernel, signature_of(i.args)) for phase in self.phases for part in phase for i in part}
        return sorted((c for c in calls if not c[0].is_cached(c[1])), key=lambda c: (c[0].name, c[1]))

    @cached_property
    def arena_bytes(self) -> list[int]:
        """Of each worker; with them is decided where in its arena every array lies."""
        return [place([i for phase in self.phases for i in phase[worker]]) for worker in range(self.workers)]

    def compile(self) -> None:
        """Place the arrays, load the kernels and write the table; done by the first run unless called before."""
        compile_together(self.missing())
        self.arenas = []
        words: list[int] = []
        table: list[list[int]] = []
        bounds = np.zeros((len(self.phases), self.workers, 2), np.int64)
        for worker, size in enumerate(self.arena_bytes):
            arena = aligned_zeros(size + 64, np.uint8)
            self.arenas.append(arena)
            for p, phase in enumerate(self.phases):
                bounds[p, worker, 0] = len(table)
                for instruction in phase[worker]:
                    table.append([instruction.kernel.entry(instruction.args), len(words)])
                    words += block(instruction.args, arena.ctypes.data)
                bounds[p, worker, 1] = len(table)
        self._blocks = np.array(words, np.int64)
        self._table = np.array(table, np.int64).reshape(-1, 2)
        self._table[:, 1] = self._blocks.ctypes.data + 8 * self._table[:, 1]
        self._bounds = bounds
        self._jobs: dict[tuple[int, int, int], Callable[[], None]] = {}

    def prepare(self) -> None:
        """Only derive the arrays that depend on the parameters alone: before `evaluate`, after they have changed."""
        self._replay(0, self._prepared)

    def evaluate(self) -> None:
        """Outputs and losses of the images in `inputs`, by parameters that `prepare` has seen."""
        self._replay(self._prepared, self._descended)

    def answer(self) -> None:
        """Only the outputs of the images in `inputs`, by parameters that `prepare` has seen."""
        self._replay(self._prepared, self._answered)

    def forward(self) -> None:
        """Outputs, and losses where there are some, by the parameters as they are."""
        self._replay(0, self._descended)

    def differentiate(self) -> None:
        """Outputs, losses and the gradient; the parameters stay where they are."""
        self._replay(0, self._descended)

    def update(self) -> None:
        """Treat the gradient, then let the optimizer move the parameters."""
        self._replay(self._descended, len(self.phases))

    def _replay(self, first: int, last: int) -> None:
        if self._table is None:
            self.compile()
        key = os.getpid(), first, last  # no thread survives a fork
        if key not in self._jobs:
            bounds = self._bounds[first:last]
            if first == 0 and last > 1 and self._at_once:  # the first two as one: a worker's instructions lie in a row
                bounds = np.concatenate([np.stack([bounds[0, :, 0], bounds[1, :, 1]], 1)[None], bounds[2:]])
            one = self.workers == 1
            self._jobs[key] = replay.bind(self._table, bounds) if one else team(self.workers).job(self._table, bounds)
        self._jobs[key]()

    def run_checked(self) -> str | None:
        """Differentiate one instruction at a time and look at every number: the first that goes bad, or None."""
        if self._table is None:
            self.compile()
        for phase in self.phases[: self._descended]:
            for worker, instructions in enumerate(phase):
                for instruction in instructions:
                    args = [a.array(self.arenas[worker]) if isinstance(a, Ref) else a for a in instruction.args]
                    instruction.kernel(*args)
                    if not all(np.isfinite(a).all() for a in args if isinstance(a, np.ndarray) and a.dtype.kind == "f"):
                        return f"{instruction.label or self._steepest()} ({instruction.kernel.name})"
        return None

    def _steepest(self) -> str:
        """The parameter with the largest number in its gradient: it is what makes their sum, or its norm, overflow."""
        layout = self.params.layout
        at = int(np.abs(self.gradients[:, : layout.moved]).max(0).argmax())
        return "the gradient of " + max((p for p in layout.trained if layout.offsets[p] <= at), key=layout.offsets.get).name

    def time_instructions(self) -> list[tuple[str, str, float]]:
        """(label, kernel, seconds) of every instruction of the first worker, run one at a time on this thread."""
        if self._table is None:
            self.compile()
        found, bounds = [], np.zeros((1, 1, 2), np.int64)
        for p, phase in enumerate(self.phases):
            for offset, instruction in enumerate(phase[0]):
                at = self._bounds[p, 0, 0] + offset
                bounds[0, 0] = at, at + 1
                run = replay.bind(self._table, bounds)
                before = perf_counter()
                run()
                found.append((instruction.label, instruction.kernel.name, perf_counter() - before))
        return found
