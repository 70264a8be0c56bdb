"""A graph recorded for one batch size: what every worker will do, phase after phase.

Each worker has an arena and a gradient vector, and takes its share of the batch a microbatch at a time. In a *phase*
every worker runs its own instructions, between phases all wait for each other:

    fold        in evaluation: weights made from a layer's own and those of the normalisation behind it
    prepare     zero the gradients; arrays derived from the parameters (packed weights)
    segments    forward and backward of every microbatch, cut where an op needs a sum over the whole batch
    reduce      each worker sums one slice of all gradient vectors
    treat       what is done to the gradient before the optimizer sees it, phase by phase
    update      each worker moves one slice of the parameters (the optimizer's kernel)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from fitcli.autodiff.fold import Folded, fold
from fitcli.autodiff.graph import Graph, Node, Param
from fitcli.autodiff.op import MEET
from fitcli.autodiff.params import Group, Params, aligned_zeros, gradient_vectors
from fitcli.autodiff.reduce import add_gradients, add_parts
from fitcli.autodiff.setup import Setup
from fitcli.autodiff.shared import shared_by_workers
from fitcli.autodiff.spread import cut, shares, spread_params, spread_ranges
from fitcli.autodiff.tape import Shared, Tape, fill, label
from fitcli.kernels.recording import Instruction, Recorder, Ref, recording

Update = Callable[[int, int, Group], None]  # records the optimizer for parameters [start, stop) of a group
Cuts = Callable[[int], list[int]]  # for so many workers, the edges of the slices that they update
Treat = Callable[[int], list[Callable[[int], None]]]  # for so many workers, the phases that treat the gradient
Work = tuple[Node, Callable[..., None], tuple[Param, ...]]  # whose share every worker does, and the weights it takes


class Recorded:
    """`phases[p][worker]` are instructions; they work on `inputs`, `outputs`, `losses`, `gradients` and `squares`."""

    def __init__(self, graph: Graph, params: Params, setup: Setup, *, train: bool, clock: np.ndarray, back: bool = True,
                 update: Update | None = None, cuts: Cuts | None = None, treat: Treat | None = None,
                 gradients: np.ndarray | None = None):  # fmt: skip
        folded: list[Folded] = []
        if not train:
            graph, folded = fold(graph)
        self.graph, self.params, self.setup, self.train = graph, params, setup, train
        self.clock, self.back = clock, train and back  # back: whether gradients are pulled back
        dtype = np.dtype(setup.dtype)
        made = {p: aligned_zeros(p.size, dtype).reshape(p.shape) for f in folded for p in f.node.params}
        self._weights = params.views | made
        self.workers = setup.team
        self._wanted = graph.needs_gradient() if self.back else frozenset()
        self.inputs = {node: np.zeros((setup.batch, *node.shape), node.dtype or dtype) for node in graph.inputs}
        self.outputs = np.zeros((setup.batch, *graph.output.shape), dtype)
        self.losses = np.zeros(setup.batch, dtype)
        self.gradients = gradients if gradients is not None else gradient_vectors(params.layout, self.workers, dtype)
        self.squares = np.zeros(self.workers)
        self._whole = {**self.inputs, graph.output: self.outputs}  # values of the whole batch, by node
        if graph.loss is not None:
            self._whole[graph.loss] = self.losses
        # In evaluation the loss is a phase of its own: who only wants the outputs stops before it.
        self._answers = set() if train or graph.loss is None else set(graph.until(graph.output).nodes)
        self.phases: list[list[list[Instruction]]] = []
        self._record(update, cuts, treat, folded)

    def _record(self, update: Update | None, cuts: Cuts | None, treat: Treat | None, folded: list[Folded]) -> None:
        shared = shared_by_workers(self.graph, self.setup, self.clock, self._wanted, self._whole)
        weights = [(f.node, f.norm.fold, f.params) for f in folded]
        self._phase(lambda worker: self._each_share(worker, shared[worker], weights))
        self._record_prepare(shared)
        self._prepared = len(self.phases)
        for part in self.setup.edges:
            self._record_segments(shared, part)
        if self.back:
            self._record_reduce(spread_ranges(self.params.layout, shared[0].spread))
        self._descended = len(self.phases)
        self._answered = self._descended - bool(self._answers)  # without the last phase, which is that of the loss
        if update is not None:
            for phase in treat(self.workers) if treat else ():
                self._phase(phase)
            self._each_slice(update, cuts)
        segments = self.phases[self._prepared : self._descended]
        self._at_once = bool(self._prepared and segments and not folded) and self._needs_nothing(segments[0], shared[0])

    def _needs_nothing(self, phase: list[list[Instruction]], shared: Shared) -> bool:
        """Whether a worker may go on to this phase while others still prepare."""
        made = {id(array.base) for arrays in shared.derived.values() for array in arrays.values()}
        return not any(isinstance(a, np.ndarray) and id(a.base) in made for part in phase for i in part for a in i.args)

    def _phase(self, run: Callable[[int], None]) -> None:
        """Record one phase: `run(worker)` for every worker."""
        phase = []
        for worker in range(self.workers):
            with recording(Recorder()) as recorder:
                run(worker)
            phase.append(recorder.instructions)
        if any(phase):
            self.phases.append(phase)

    def _record_prepare(self, shared: list[Shared]) -> None:
        nodes = [node for node in self.graph.nodes if node.op is not None and shared[0].derived[node]]
        work = [(node, node.op.prepare, node.params) for node in nodes]

        def run(worker: int) -> None:
            if self.back:
                layout = self.params.layout
                for low, high, alone in cut(0, layout.size, spread_ranges(layout, shared[0].spread)):
                    if not alone:
                        fill(self.gradients[worker, low:high], 0.0)
            self._each_share(worker, shared[worker], work)

        self._phase(run)

    def _each_share(self, worker: int, shared: Shared, work: Iterable[Work]) -> None:
        tape = self._tape(shared, 0, 0, (0, self.setup.batch))
        for node, run, params in work:
            label(node, "prepare")
            s = tape.scratch(node)
            s.share = (worker, self.workers)
            run(*(self._weights[p] for p in params), s)

    def _tape(self, shared: Shared, first: int, n: int, part: tuple[int, int]) -> Tape:
        start, stop = part
        return Tape(self.graph, self._weights, shared, Ref.new, np.dtype(self.setup.dtype), n, first,
                    stop - start, self.train, self._wanted, start)  # fmt: skip

    def _walk(self, worker: int, shared: Shared, first: int, n: int, part: tuple[int, int]):
        """Forward, and in training backward, of images [first, first + n) in a part of the batch."""
        tape = self._tape(shared, first, n, part)
        tape.value = {node: array[first : first + n] for node, array in self._whole.items()}
        loss = self.graph.loss
        if self._answers:
            yield from tape.forward([node for node in self.graph.nodes if node in self._answers])
            yield MEET
        yield from tape.forward([node for node in self.graph.nodes if node not in self._answers])
        if self.back:
            tape.gradient[loss] = Ref.new((n,), self.setup.dtype)
            fill(tape.gradient[loss], 1.0 / self.setup.batch)
            own, common = (self.params.layout.views(self.gradients[w], self.params.state) for w in (worker, 0))
            gradients = own | {p: common[p] for p in spread_params(shared.spread)}
            yield from tape.pull_back(gradients)

    def _record_segments(self, shared: list[Shared], part: tuple[int, int]) -> None:
        walks = [[self._walk(w, shared[w], first, n, part) for first, n in self.setup.microbatches(w, part)]
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

    def _record_reduce(self, spread: list[tuple[int, int]]) -> None:
        slices = shares(self.params.layout.moved // 16, self.workers)

        def run(worker: int) -> None:
            start, stop = (16 * edge for edge in slices[worker])
            pieces = list(cut(start, stop, spread)) or [(start, stop, False)]
            for i, (low, high, alone) in enumerate(pieces):
                add_gradients(self.gradients, self.squares, worker, low, high, 1 if alone else self.workers, i > 0)

        self._phase(run)

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
