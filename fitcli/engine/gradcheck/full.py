"""`fitcli gradcheck --full`: whole matrices instead of random directions, for what is small enough."""

from __future__ import annotations

import numpy as np

from fitcli.autodiff.check.foot import stand
from fitcli.autodiff.check.jacobian import Jacobian, fits, jacobian
from fitcli.autodiff.check.judge import CORRECT, SEVERITY, WRONG
from fitcli.engine.gradcheck.choice import WHOLE, chosen
from fitcli.engine.gradcheck.place import place
from fitcli.spec import Spec

_PUSH_PULL = 1e-11
_DIFFERENCES = 1e-5
_KINKS = 0.01  # share of entries that may sit on a kink


def jacobians(
    spec: Spec, seed: int = 0, *, layer: str | None = None, real: bool = False
) -> tuple[list[dict], dict[str, Jacobian]]:
    """Rows {"name", "rows", "columns", "push_pull", "push_differences", "verdict"} and the matrices by name.

    One for every layer (or the chosen one) and for the network's outputs; the verdict is None where it is too large.
    """
    at = place(spec, seed, real)
    nodes, whole = chosen(at, layer)
    rows, matrices = [], {}
    for name in [*(node.name for node in nodes), *([WHOLE] if whole else [])]:
        rng = np.random.default_rng([seed, 5])
        node = next((n for n in nodes if n.name == name), None)
        foot, _ = stand(*(at.layer(node, rng) if node else at.network()), rng)
        row = {
            "name": name,
            "rows": foot.y.size,
            "columns": sum(foot.v[b].size for b in foot.f.blocks),
            "verdict": None,
        }
        if fits(foot):
            matrices[name] = jacobian(foot)
            row |= _judge(matrices[name])
        rows.append(row)
    return rows, matrices


def _judge(j: Jacobian) -> dict:
    size = np.abs(j.push).max(initial=0)
    off = float((np.abs(j.push - j.differences) > _DIFFERENCES * size).mean()) if j.push.size else 0.0
    gap = j.gap(j.pull)
    good = gap <= _PUSH_PULL and off <= _KINKS
    return {
        "push_pull": gap, "push_differences": j.gap(j.differences), "off": off, "verdict": CORRECT if good else WRONG,
    }  # fmt: skip


def add_jacobians(
    result: dict, spec: Spec, seed: int = 0, *, layer: str | None = None, real: bool = False
) -> dict[str, Jacobian]:
    """Put the rows into a result of gradcheck as "jacobians", and let them have a say in its verdict; the matrices."""
    rows, matrices = jacobians(spec, seed, layer=layer, real=real)
    result["jacobians"] = rows
    verdicts = [result["verdict"], *(row["verdict"] for row in rows if row["verdict"])]
    result["verdict"] = max(verdicts, key=SEVERITY.index)
    return matrices
