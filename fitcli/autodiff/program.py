"""A graph planned for one batch size: recorded once, replayed natively.

Each worker has an arena and a gradient vector, and takes its share of the batch a microbatch at a time. The program is
a list of *phases*; in a phase every worker runs its own instructions, between phases all wait for each other:

    prepare     zero the gradients; arrays derived from the parameters (packed weights)
    segments    forward and backward of every microbatch, cut where an op needs a sum over the whole batch
    reduce      each worker sums one slice of all gradient vectors
    treat       what is done to the gradient before the optimizer sees it, phase by phase
    update      each worker moves one slice of the parameters (the optimizer's kernel)
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from time import perf_counter

import numpy as np

from fitcli.autodiff.graph import Graph, Node, Param
from fitcli.autodiff.op import Sum
from fitcli.autodiff.params import Group, Layout, Params, aligned_zeros
from fitcli.autodiff.plan import place
from fitcli.autodiff.replay import replay
from fitcli.autodiff.spread import Spread, cut, shares
from fitcli.autodiff.team import team
from fitcli.autodiff.tape import Shared, Tape, fill, label, pulls_back
from fitcli.kernels.arguments import block, signature_of
from fitcli.kernels.kernel import kernel
from fitcli.kernels.precompile import Call, compile_together
from fitcli.kernels.recording import Instruction, Recorder, Ref, recording

Update = Callable[[int, int, Group], None]  # records the optimizer for parameters [start, stop) of a group
Cuts = Callable[[int], list[int]]  # for so many workers, the edges of the slices that they update
Treat = Callable[[int], list[Callable[[int], None]]]  # for so many workers, the phases that treat the gradient


@kernel
def add_parts(total, parts):
    """total = Σ_w parts[w], and parts = 0 for the next step."""
    for i in range(total.size):
        value = 0.0
        for w in range(parts.shape[0]):
            value += parts[w, i]
            parts[w, i] = 0.0
        total[i] = value


@kernel
def add_gradients(gradients, squares, worker, start, stop, vectors, more):
    """gradients[0] = Σ_w gradients[w], w < vectors, over [start, stop); squares[worker] = its squared norm, or + for
    `more` of it."""
    total = squares[worker] if more else 0.0
    for low in range(start, stop, 1024):
        # Views from 0 on: an index that might be negative would keep the loops from being vectorised.
        g = gradients[0, low : min(low + 1024, stop)]
        for w in range(1, vectors):
            other = gradients[w, low : low + g.size]
            for i in range(g.size):
                g[i] += other[i]
        partial = g[0] * g[0]
        for i in range(1, g.size):
            partial += g[i] * g[i]
        total += partial
    squares[worker] = total


@dataclass(frozen=True)
class Setup:
    """How a program is cut: images a batch, workers, images a microbatch, working type.

    The batch is taken in so many `parts`, one after the other, their gradients added up: sums over the batch, and with
    them the microbatches that have to be kept for these sums, are those of a part.
    """

    batch: int
    workers: int = 1
    microbatch: int = 32
    dtype: str = "f4"
    parts: int = 1


class Program:
    """Fill `inputs[node][...]`, call `differentiate()` or `prepare()` and `evaluate()`, read `outputs`, `losses`, `gradient`."""

    def __init__(self, graph: Graph, params: Params, setup: Setup, *, train: bool, clock: np.ndarray, back: bool = True,
                 update: Update | None = None, cuts: Cuts | None = None, treat: Treat | None = None,
                 gradients: np.ndarray | None = None):  # fmt: skip
        self.graph, self.params, self.setup, self.train = graph, params, setup, train
        self.back = train and back  # whether gradients are pulled back
        self.clock = clock
        dtype = np.dtype(setup.dtype)
        self._wanted = graph.needs_gradient() if self.back else frozenset()
        self.parts = shares(setup.batch, max(1, min(setup.parts, setup.batch)))
        self.workers = max(1, min(setup.workers, *(stop - start for start, stop in self.parts)))
        self.inputs = {
            node: np.zeros((setup.batch, *node.shape), node.dtype or dtype) for node in graph.inputs
        }
        self.outputs = np.zeros((setup.batch, *graph.output.shape), dtype)
        self.losses = np.zeros(setup.batch, dtype)
        self.gradients = gradients if gradients is not None else gradient_vectors(params.layout, self.workers, dtype)
        self.squares = np.zeros(self.workers)
        self.phases: list[list[list[Instruction]]] = []
        self._record(update, cuts, treat)
        self._table: np.ndarray | None = None

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

    # Recording

    def _record(self, update: Update | None, cuts: Cuts | None, treat: Treat | None) -> None:
        shared = self._shared()
        self._record_prepare(shared)
        self._prepared = len(self.phases)
        for part in self.parts:
            self._record_segments(shared, part)
        if self.back:
            self._record_reduce(self._spread_ranges(shared[0]))
        self._descended = len(self.phases)
        if update is not None:
            for phase in treat(self.workers) if treat else ():
                self._phase(phase)
            self._each_slice(update, cuts)

    def _phase(self, run: Callable[[int], None]) -> None:
        """Record one phase: `run(worker)` for every worker."""
        phase = []
        for worker in range(self.workers):
            with recording(Recorder()) as recorder:
                run(worker)
            phase.append(recorder.instructions)
        if any(phase):
            self.phases.append(phase)

    def _shared(self) -> list[Shared]:
        dtype = np.dtype(self.setup.dtype)
        derived: dict[Node, dict] = {}
        parts: dict[Node, dict] = {}
        for node in self.graph.nodes:
            if node.op is None:
                continue
            derived[node] = {k: aligned_zeros(int(np.prod(s)), dtype).reshape(s) for k, s in node.op.derived(dtype, pulls_back(node, self._wanted), *node.shapes).items()}
            parts[node] = {k: (np.zeros((self.workers, n)), np.zeros(n)) for k, n in node.op.sums(*node.shapes).items()}
        spread = self._spread()
        return [
            Shared(self.clock, derived, {n: {k: Sum(*both, worker=w) for k, both in d.items()} for n, d in parts.items()},
                   {node: Spread(self.setup.batch, w, self.workers, dtype, arrays) for node, arrays in spread.items()}, self._keeps())
            for w in range(self.workers)
        ]  # fmt: skip

    def _keeps(self) -> bool:
        """Whether microbatches wait for each other, by an op that needs a sum over the whole batch."""
        several = any(len(self._microbatches(w, part)) > 1 for w in range(self.workers) for part in self.parts)
        return several and any(node.op is not None and node.op.sums(*node.shapes) for node in self.graph.nodes)

    def _spread(self) -> dict[Node, dict]:
        """The layers whose weights are shared out, with a place for their common arrays: all images go together then."""
        together = all(len(self._microbatches(w, part)) == 1 for w in range(self.workers) for part in self.parts)
        if self.workers == 1 or len(self.parts) > 1 or not together:
            return {}
        nodes = [node for node in self.graph.nodes if node.op is not None]
        return {node: {} for node in nodes if node.op.spreads(self.setup.batch, *node.shapes) and _once(self.graph, node)}

    def _record_prepare(self, shared: list[Shared]) -> None:
        nodes = [node for node in self.graph.nodes if node.op is not None and shared[0].derived[node]]

        def run(worker: int) -> None:
            if self.back:
                for low, high, spread in cut(0, self.params.layout.size, self._spread_ranges(shared[0])):
                    if not spread:
                        fill(self.gradients[worker, low:high], 0.0)
            tape = self._tape(shared[worker], 0, 0, (0, self.setup.batch))
            for node in nodes:
                label(node, "prepare")
                s = tape.scratch(node)
                s.share = (worker, self.workers)
                node.op.prepare(*(self.params.views[p] for p in node.params), s)

        self._phase(run)

    def _tape(self, shared: Shared, first: int, n: int, part: tuple[int, int]) -> Tape:
        start, stop = part
        return Tape(self.graph, self.params.views, shared, Ref.new, np.dtype(self.setup.dtype), n, first,
                    stop - start, self.train, self._wanted, start)  # fmt: skip

    def _walk(self, worker: int, shared: Shared, first: int, n: int, part: tuple[int, int]):
        """Forward, and in training backward, of images [first, first + n) in a part of the batch."""
        tape = self._tape(shared, first, n, part)
        for node, array in self.inputs.items():
            tape.value[node] = array[first : first + n]
        tape.value[self.graph.output] = self.outputs[first : first + n]
        loss = self.graph.loss
        if loss is not None:
            tape.value[loss] = self.losses[first : first + n]
        yield from tape.forward()
        if self.back:
            tape.gradient[loss] = Ref.new((n,), self.setup.dtype)
            fill(tape.gradient[loss], 1.0 / self.setup.batch)
            views = self.params.layout.views
            gradients = views(self.gradients[worker], self.params.state)
            common = views(self.gradients[0], self.params.state)
            gradients |= {p: common[p] for p in spread_params(shared)}
            yield from tape.pull_back(gradients)

    def _record_segments(self, shared: list[Shared], part: tuple[int, int]) -> None:
        walks = [[self._walk(w, shared[w], first, n, part) for first, n in self._microbatches(w, part)]
                 for w in range(self.workers)]  # fmt: skip
        going = True
        while going:
            going, waiting = False, []

            def run(worker: int) -> None:
                nonlocal going
                for walk in walks[worker]:
                    if (total := next(walk, None)) is not None:
                        going = True
                        if worker == 0 and total.total.size:
                            waiting.append(total)

            self._phase(run)
            if waiting:
                self._phase(lambda worker: add_parts(waiting[0].total, waiting[0].parts) if worker == 0 else None)

    def _microbatches(self, worker: int, part: tuple[int, int]) -> list[tuple[int, int]]:
        """(first, n) of each: the worker's share of the part cut into pieces as even as can be."""
        start, stop = (part[0] + edge for edge in shares(part[1] - part[0], self.workers)[worker])
        pieces = -(-(stop - start) // max(1, self.setup.microbatch))
        return [(start + a, b - a) for a, b in shares(stop - start, pieces)]

    def _record_reduce(self, spread: list[tuple[int, int]]) -> None:
        slices = shares(self.params.layout.moved // 16, self.workers)

        def run(worker: int) -> None:
            start, stop = (16 * edge for edge in slices[worker])
            pieces = list(cut(start, stop, spread)) or [(start, stop, False)]
            for i, (low, high, alone) in enumerate(pieces):
                add_gradients(self.gradients, self.squares, worker, low, high, 1 if alone else self.workers, i > 0)

        self._phase(run)

    def _spread_ranges(self, shared: Shared) -> list[tuple[int, int]]:
        """Where in the flat vectors the parameters lie that the workers share out."""
        return sorted(self.params.layout.span(p) for p in spread_params(shared) if p.trained)

    def _each_slice(self, update: Update, cuts: Cuts | None) -> None:
        even = [16 * start for start, _ in shares(self.params.layout.moved // 16, self.workers)]
        edges = cuts(self.workers) if cuts else [*even, self.params.layout.moved]

        def run(worker: int) -> None:
            start, stop = edges[worker], edges[worker + 1]
            for group in self.params.layout.groups:
                low, high = max(start, group.start), min(stop, group.stop)
                if low < high:
                    update(low, high, group)

        self._phase(run)

    # Placing and running

    def missing(self) -> list[Call]:
        """The kernels, with their signatures, that `compile` has to compile because the cache does not hold them yet."""
        calls = {(i.kernel, signature_of(i.args)) for phase in self.phases for part in phase for i in part}
        return sorted((c for c in calls if not c[0].is_cached(c[1])), key=lambda c: (c[0].name, c[1]))

    def compile(self) -> None:
        """Place the arrays, load the kernels and write the table; done by the first run unless called before."""
        compile_together(self.missing())
        self.arenas = []
        words: list[int] = []
        table: list[list[int]] = []
        bounds = np.zeros((len(self.phases), self.workers, 2), np.int64)
        for worker in range(self.workers):
            arena = aligned_zeros(place([i for phase in self.phases for i in phase[worker]]) + 64, np.uint8)
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


def spread_params(shared: Shared) -> list[Param]:
    """The parameters that the workers share out."""
    return [node.params[0] for node in shared.spread]


def _once(graph: Graph, node: Node) -> bool:
    """Whether no other node works with this one's first parameter: its gradient can be written instead of added to."""
    return sum(node.params[0] in other.params for other in graph.nodes) == 1


def gradient_vectors(layout: Layout, workers: int, dtype) -> np.ndarray:
    return aligned_zeros(workers * layout.size, dtype).reshape(workers, layout.size)
