"""The program that trains against the graph run at once: the same loss and gradient, however the batch is cut.

A recorded program shares memory between arrays and sums gradients over microbatches and workers. Whatever it overwrites
too early, forgets to zero or sums twice shows here, in float64, where order of summation moves the last bits only.
"""

from __future__ import annotations

import numpy as np

from fitcli.autodiff.check.function import Function, behind
from fitcli.autodiff.check.judge import CORRECT, WRONG
from fitcli.autodiff.check.vectors import length
from fitcli.autodiff.eager import Eager
from fitcli.autodiff.params import Params
from fitcli.autodiff.program import Program, Setup
from fitcli.engine.gradcheck.place import Place

LIMIT = 1e-9


def check_recorded(at: Place) -> dict:
    """{"verdict", "cases": [{"workers", "microbatch", "loss", "gradient"}]}, relative differences."""
    graph, model = at.model.graph, at.model
    first = Eager(graph.until(at.first), {}).forward({model.pixels: at.pixels}).value[at.first]
    rest = behind(graph, at.first, graph.loss, "image")
    f = Function(rest, {node: at.labels for node in rest.inputs if node.dtype}, at.values)
    point = f.at({"image": first} | {name: at.values[p] for name, p in f.params.items()})
    n = len(at.labels)
    wanted = point.pull(np.full(n, 1 / n))
    cases = [_compare(at, point.y, wanted, *cut) for cut in ((1, n), (1, 2), (2, 2), (2, 1))]
    good = all(case["loss"] <= LIMIT and case["gradient"] <= LIMIT for case in cases)
    return {"verdict": CORRECT if good else WRONG, "cases": cases}


def _compare(at: Place, losses: np.ndarray, wanted: dict, workers: int, microbatch: int) -> dict:
    graph = at.model.graph
    params = Params(graph, np.float64)
    params.assign({p.name: value for p, value in at.values.items()})
    program = Program(
        graph, params, Setup(len(at.labels), workers, microbatch, "f8"), train=True, clock=np.zeros(2, np.int64)
    )
    program.inputs[at.model.pixels][...] = at.pixels
    program.inputs[at.model.labels][...] = at.labels
    for _ in range(2):  # the second run finds what the first has left behind
        program.differentiate()
    views = params.layout.views(program.gradient, params.state)
    moved = [p for p in params.layout.trained if p.tuning.lr]  # nobody asks for the gradients of frozen ones
    whole = np.sqrt(sum(length(wanted[p.name]) ** 2 for p in moved))
    gaps = [length(views[p] - wanted[p.name]) / max(length(wanted[p.name]) + 1e-3 * whole, 1e-300) for p in moved]
    loss = np.abs(program.losses - losses).max() / max(np.abs(losses).max(), 1e-30)
    return {
        "workers": program.workers,
        "microbatch": microbatch,
        "loss": float(loss),
        "gradient": float(max(gaps, default=0.0)),
    }
