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
    ops, mutations, missed = [], [], []
    for number, node in enumerate(nodes):
        if progress:
            progress(number, len(nodes))
        rng = np.random.default_rng([seed, 4, number])
        bench = Bench(*at.layer(node, rng), rng)
        trials = list(bench.trials())
        ops.append({
            "op": title(node), "planted": len(trials), "caught": sum(t.caught for t in trials),
            "smallest_one": bench.smallest(PULL), "smallest_both": bench.smallest(BOTH),
        })  # fmt: skip
        mutations += _by_mutation(title(node), trials)
        missed += [{"op": title(node), **vars(t)} for t in trials if not t.caught]
    smallest = max((o["smallest_both"] for o in ops), default=0.0)
    return {
        "verdict": "CAUGHT" if smallest <= MUST and all(t["size"] < MUST for t in missed) else "MISSED",
        "smallest": smallest,
        "ops": ops, "mutations": mutations, "missed": missed,
    } | ({"note": at.note} if at.note else {})  # fmt: skip


def representatives(at: Place) -> list[Node]:
    """The smallest node of each kind: its op, and what is switched on in it. Views have nothing to go wrong."""
    found: dict[str, Node] = {}
    for node in sorted(at.layers, key=lambda n: np.prod(n.shape)):
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
