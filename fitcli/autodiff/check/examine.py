"""All tests of one function at one point, and the verdict on it.

Three witnesses: differences of f, the push forward df, the pull back dfᵀ. Differences prove df entry by entry, the
transpose test carries the proof to dfᵀ, and differences along w test dfᵀ once more by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from fitcli.autodiff.check.adjoint import Adjoint
from fitcli.autodiff.check.findings import Finding, find
from fitcli.autodiff.check.foot import Foot, stand
from fitcli.autodiff.check.function import Function
from fitcli.autodiff.check.judge import CORRECT, KINK, SEVERITY, WRONG, Judgement, judge
from fitcli.autodiff.check.line import Line, steps
from fitcli.autodiff.check.locate import sample
from fitcli.autodiff.check.order import Remainders, remainders
from fitcli.autodiff.check.vectors import Vector, dot, filled, moved, signed, unit


@dataclass(frozen=True)
class Effort:
    """Per block: random directions, coordinates (all of a block with at most twice as many)."""

    directions: int = 2
    coordinates: int = 8
    redraws: int = 3  # of a direction that met a kink
    order: bool = True  # fit slopes for every block, else for all blocks together only


@dataclass(frozen=True)
class Probe:
    """One direction in one block ("" = all of them at once); `index` when it is a coordinate's."""

    block: str
    index: int | None
    adjoint: Adjoint
    jvp: Judgement
    vjp: Judgement


@dataclass(eq=False)
class Examination:
    """What came out. `reason` says in words what is wrong beside the findings."""

    foot: Foot
    probes: list[Probe]
    orders: dict[str, Remainders]
    deterministic: bool
    reason: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def adjoint(self) -> float:
        """The worst relative error of the transpose test."""
        return max((p.adjoint.error for p in self.probes), default=0.0)

    @property
    def verdict(self) -> str:
        """WRONG if any test says so, else what the direction through all blocks at once could tell."""
        blocks = {p.block for p in self.probes}
        if self.reason or WRONG in map(self.block, blocks):
            return WRONG
        return self.block("") if "" in blocks else CORRECT

    def block(self, name: str) -> str:
        """WRONG if any test says so; else the best that a direction through the block could tell."""
        probes = [p for p in self.probes if p.block == name]
        if any(WRONG in (p.jvp.verdict, p.vjp.verdict) or not p.adjoint.holds for p in probes):
            return WRONG
        return min((p.jvp.verdict for p in probes), key=SEVERITY.index)


def examine(f: Function, v: Vector, rng: np.random.Generator, effort: Effort = Effort()) -> Examination:
    """Test df and dfᵀ of f at v."""
    foot, deterministic = stand(f, v, rng)
    if not np.isfinite(foot.y).all():
        return Examination(foot, [], {}, deterministic, "its value is not finite")
    probes: list[Probe] = []
    orders: dict[str, Remainders] = {}
    for block in ("", *(f.blocks if len(f.blocks) > 1 else ())):
        for turn in range(effort.directions):
            found, line = _redrawn(foot, block, rng, effort.redraws)
            probes.append(found)
            if turn == 0 and (effort.order or not block):
                orders[block] = _order(foot, line)
    for block in f.blocks:
        for index in sample(rng, v[block].size, effort.coordinates):
            probes.append(probe(foot, block, index, foot.line(unit(v, block, index))))
    done = Examination(foot, probes, orders, deterministic)
    if not deterministic:
        done.reason = "it gives two answers for one input"
    if done.verdict == WRONG:
        done.findings = find(foot, probes, rng)
    return done


def _redrawn(foot: Foot, block: str, rng: np.random.Generator, redraws: int) -> tuple[Probe, Line]:
    """A random direction; another one as long as it settles nothing."""
    for _ in range(1 + redraws):
        line = foot.line(signed(rng, foot.v, *([block] if block else [])))
        found = probe(foot, block, None, line)
        if found.jvp.verdict in (CORRECT, WRONG):
            break
    return found, line


def probe(foot: Foot, block: str, index: int | None, line: Line) -> Probe:
    """The three witnesses along one line."""
    y_dot, slope = foot.push(line.d), dot(line.d, foot.pulled)
    jvp, vjp = _judged(foot, line, y_dot, slope, (0.0, 0.0))
    if not jvp.verdict == vjp.verdict == CORRECT:  # once more, with what rounding leaves of a derivative that cancels
        jvp, vjp = _judged(foot, line, y_dot, slope, foot.unsure(line.d))
    test = foot.transpose(line.d, y_dot)
    if vjp.verdict == WRONG and jvp.verdict != WRONG and test.holds:
        vjp = replace(vjp, verdict=KINK)  # it is the transpose of a df that no entry contradicts: kinks that add up
    return Probe(block, index, test, jvp, vjp)


def _judged(foot: Foot, line: Line, y_dot: np.ndarray, slope: float, unsure: tuple) -> tuple[Judgement, Judgement]:
    jvp = judge(line.quotient, y_dot, foot.noise.peak, foot.eps, unsure[0])
    along = judge(lambda h: line.quotient(h).along(foot.w), np.asarray(slope), foot.noise.along, foot.eps, unsure[1])
    return jvp, along


def _order(foot: Foot, line: Line) -> Remainders:
    h = steps(foot.eps)[0]
    right, left = (foot.f.at(moved(foot.v, line.d, t)).push(filled(line.d, foot.v)).copy() for t in (h, -h))
    return remainders(line, foot.push(line.d), (right - left) / (2 * h), foot.noise)
