"""From "something is wrong" to the entries that are: which map, which tensor, which index, expected, got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fitcli.autodiff.check.judge import WRONG, tolerance
from fitcli.autodiff.check.line import steps
from fitcli.autodiff.check.locate import search
from fitcli.autodiff.check.vectors import dot, inner, scale, signed, unit

if TYPE_CHECKING:
    from fitcli.autodiff.check.examine import Probe
    from fitcli.autodiff.check.foot import Foot

_MOST = 6  # told per function


@dataclass(frozen=True)
class Finding:
    """For "jvp": ∂y[output]/∂block[index]. For "vjp": ⟨w, ∂y/∂block[index]⟩, w the covector that was pulled back.

    `expected` is what differences of f say, `error` the relative disagreement.
    """

    map: str
    block: str
    index: tuple[int, ...]
    output: tuple[int, ...]
    expected: float
    got: float
    error: float


def find(foot: Foot, probes: list[Probe], rng: np.random.Generator) -> list[Finding]:
    """The worst entries among the coordinates that were tried and those that a search by halves comes to."""
    found: dict[tuple, Finding] = {}
    wrong = {name: {p.block for p in probes if getattr(p, name).verdict == WRONG} for name in ("jvp", "vjp")}
    untrue = {p.block for p in probes if not p.adjoint.holds}
    hidden = untrue if not wrong["jvp"] | wrong["vjp"] else set()  # too small for differences: told as the pull back's
    for name, blocks in (("jvp", wrong["jvp"]), ("vjp", wrong["vjp"] | hidden)):
        named = [b for b in foot.f.blocks if b in blocks] or (list(foot.f.blocks) if blocks else [])
        for block in named:
            indices = {
                p.index
                for p in probes
                if p.block == block and p.index is not None and getattr(p, name).verdict == WRONG
            }
            indices.add(search(foot.v[block].size, _disagreement(foot, block, name, exact=not wrong["jvp"], rng=rng)))
            for index in indices:
                found[name, block, index] = _finding(foot, name, block, index)
    for _, block, index in [key for key in found if key[0] == "jvp"]:  # a pull back that is wrong in the same way
        found.setdefault(("vjp", block, index), _finding(foot, "vjp", block, index))
    least = 0.0 if hidden else tolerance(foot.eps)
    return sorted((f for f in found.values() if f.error > least), key=lambda f: -f.error)[:_MOST]


def _disagreement(foot: Foot, block: str, name: str, exact: bool, rng: np.random.Generator):
    """How far the map is from its witness on some coordinates; from df where that is sound, else from differences."""
    d = signed(rng, foot.v, block)[block]

    def on(indices: np.ndarray) -> float:
        part = np.zeros_like(d)
        part.reshape(-1)[indices] = d.reshape(-1)[indices]
        direction = {block: part}
        if name == "vjp" and exact:
            gap = inner(foot.w, foot.push(direction)) - dot(direction, foot.pulled)
        else:
            slope = foot.line(direction).quotient(steps(foot.eps)[0]).slope
            gap = slope - foot.push(direction) if name == "jvp" else inner(foot.w, slope) - dot(direction, foot.pulled)
        return float(np.abs(gap).max())

    return on


def _finding(foot: Foot, name: str, block: str, index: int) -> Finding:
    d = unit(foot.v, block, index)
    length = scale(foot.v[block])
    place = tuple(map(int, np.unravel_index(index, foot.v[block].shape)))
    q = foot.line(d).quotient(steps(foot.eps)[0])
    if name == "vjp":
        expected, got = inner(foot.w, q.slope) / length, float(foot.pulled[block][place])
        return Finding(name, block, place, (), expected, got, _relative(expected, got))
    p = foot.push(d)
    output = tuple(map(int, np.unravel_index(int(np.abs(q.slope - p).argmax()), p.shape)))
    expected, got = float(q.slope[output]) / length, float(p[output]) / length
    return Finding(name, block, place, output, expected, got, _relative(expected, got))


def _relative(expected: float, got: float) -> float:
    size = max(abs(expected), abs(got))
    return abs(expected - got) / size if size else 0.0
