"""The program that trains against the graph run at once: the same loss and gradient, however the batch is cut.

A recorded program shares memory between arrays and sums gradients over microbatches and workers. Whatever it overwrites
too early, forgets to zero or sums twice shows here, in float64, where order of summation moves the last bits only.
"""

from __future__ import annotations

import numpy as np

from fitcli.autodiff.check.function import Function, behind
from fitcli.autodiff.check.judge import CORRECT, WRONG
from fitcli.autodiff.check.noise import pull_noise
from fitcli.autodiff.check.vectors import Vector, length
from fitcli.autodiff.eager import Eager
from fitcli.autodiff.params import Params
from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.engine.gradcheck.place import Place

LIMIT = 1e-9
_SAFETY = 50  # times the rounding that was measured


def check_recorded(at: Place) -> dict:
    """{"verdict", "cases": [{"workers", "microbatch", "loss", "gradient"}]}, relative differences."""
    graph, model, n = at.model.graph, at.model, len(at.labels)
    first = Eager(graph.until(at.first), {}).forward({model.pixels: at.pixels}).value[at.first]
    rest = behind(graph, at.first, graph.loss, "image")
    f = Function(rest, {node: at.labels for node in rest.inputs if node.dtype}, at.values)
    v = {"image": first} | {name: at.values[p] for name, p in f.params.items()}
    point, w = f.at(v), np.full(n, 1 / n)
    wanted = {name: g for name, g in point.pull(w).items() if name != "image"}
    unsure: dict[str, float] = {}
    cases, good = [], True
    for workers, microbatch in ((1, n), (1, 2), (2, 2), (2, 1)):
        program = _run(at, workers, microbatch)
        loss, off = _compare(program, point.y, wanted)
        gap = _largest(off, wanted)
        if gap > LIMIT:  # unless the gradient is that unsure: one that rounding moves with the order of a sum
            unsure = unsure or pull_noise(point, v, w, np.random.default_rng(0))
            good &= _largest({name: off[name] - _SAFETY * unsure[name] for name in off}, wanted) <= LIMIT
        good &= loss <= LIMIT and np.isfinite(gap)
        cases.append({"workers": program.workers, "microbatch": microbatch, "loss": loss, "gradient": gap})
    return {"verdict": CORRECT if good else WRONG, "cases": cases}


def _run(at: Place, workers: int, microbatch: int) -> Program:
    params = Params(at.model.graph, np.float64)
    params.assign({p.name: value for p, value in at.values.items()})
    setup, clock = Setup(len(at.labels), workers, microbatch, "f8"), np.zeros(2, np.int64)
    program = Program(at.model.graph, params, setup, train=True, clock=clock)
    program.inputs[at.model.pixels][...] = at.pixels
    program.inputs[at.model.labels][...] = at.labels
    for _ in range(2):  # the second run finds what the first has left behind
        program.differentiate()
    return program


def _compare(program: Program, losses: np.ndarray, wanted: Vector) -> tuple[float, dict[str, float]]:
    """The losses' relative gap, and how far the gradient is off in every parameter that is not frozen."""
    views = program.params.layout.views(program.gradient, program.params.state)
    off = {p.name: length(views[p] - wanted[p.name]) for p in program.params.layout.trained if p.tuning.lr}
    return float(np.abs(program.losses - losses).max() / max(np.abs(losses).max(), 1e-30)), off


def _largest(off: dict[str, float], wanted: Vector) -> float:
    """The largest of off / ‖g‖; parameters that hardly count are measured by a thousandth of the whole gradient."""
    whole = np.sqrt(sum(length(wanted[name]) ** 2 for name in off))
    return float(max((x / max(length(wanted[name]) + 1e-3 * whole, 1e-300) for name, x in off.items()), default=0.0))
