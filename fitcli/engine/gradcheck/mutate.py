"""`fitcli gradcheck --mutate`: errors planted into the derivative of every op, and which of them are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np

from fitcli.autodiff.check.mutant import BOTH, PULL
from fitcli.autodiff.check.selftest import Bench, Trial
from fitcli.autodiff.graph import Node
from fitcli.engine.gradcheck.place import Place, place
from fitcli.spec import Spec

MUST = 1e-4  # relative size that has to be found


def selftest(spec: Spec, seed: int = 0, progress: Callable[[int, int], None] | None = None) -> dict:
    """{"verdict": "CAUGHT" | "MISSED", "smallest", "ops": [row], "mutations": [row], "missed": [trial]}.

    ops: {"op", "planted", "caught", "smallest_one", "smallest_both"}, the least x such that a factor of 1 + x is found
    in every block, in df or dfᵀ alone and in both alike; `smallest` is the worst of these.
    mutations: {"op", "mutation", "planted", "caught", "by_transpose", "by_differences", "least"}, by kind of error.
    """
    at = place(spec, seed)
    nodes = representatives(at)
    rows = []
    for number, node in enumerate(nodes):
        if progress:
            progress(number, len(nodes))
        rows.append(plant(at, node, np.random.default_rng([seed, 4, number])))
    return summed(rows) | ({"note": at.note} if at.note else {})


def plant(at: Place, node: Node, rng: np.random.Generator) -> tuple[dict, list[dict], list[dict]]:
    """Of one node: its row among "ops", its rows among "mutations", and the trials that were missed."""
    bench = Bench(*at.layer(node, rng), rng)
    trials = list(bench.trials())
    row = {
        "op": title(node), "planted": len(trials), "caught": sum(t.caught for t in trials),
        "smallest_one": bench.smallest(PULL), "smallest_both": bench.smallest(BOTH),
    }  # fmt: skip
    return row, _by_mutation(title(node), trials), [{"op": title(node), **vars(t)} for t in trials if not t.caught]


def summed(rows: list[tuple[dict, list[dict], list[dict]]]) -> dict:
    """One result of what `plant` found in each op; `smallest` is None where no op has a derivative to be spoiled."""
    ops, mutations, missed = [r[0] for r in rows], [m for r in rows for m in r[1]], [m for r in rows for m in r[2]]
    smallest = max((o["smallest_both"] for o in ops if o["planted"]), default=None)
    good = (smallest is None or smallest <= MUST) and all(t["size"] < MUST for t in missed)
    return {"verdict": "CAUGHT" if good else "MISSED", "smallest": smallest, "ops": ops, "mutations": mutations,
            "missed": missed}  # fmt: skip


def representatives(at: Place, among: list[Node] | None = None) -> list[Node]:
    """The smallest node of each kind: its op, and what is switched on in it. Views have nothing to go wrong."""
    found: dict[str, Node] = {}
    for node in sorted(at.layers if among is None else among, key=lambda n: np.prod(n.shape)):
        if not node.op.view:
            found.setdefault(title(node), node)
    return sorted(found.values(), key=at.layers.index)


def title(node: Node) -> str:
    on = [f.name for f in fields(node.op) if getattr(node.op, f.name) is True]
    return " ".join([node.op.name, *on])


def _by_mutation(op: str, trials: list[Trial]) -> list[dict]:
    out = []
    for name in dict.fromkeys(t.mutation for t in trials):
        those = [t for t in trials if t.mutation == name]
        out.append({
            "op": op, "mutation": name, "planted": len(those), "caught": sum(t.caught for t in those),
            "by_transpose": sum(t.by_transpose for t in those), "by_differences": sum(t.by_differences for t in those),
            "least": min(t.size for t in those),
        })  # fmt: skip
    return out
