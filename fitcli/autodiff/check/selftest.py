"""The test tested: is every planted error found, and how small may it be?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from fitcli.autodiff.check.examine import probe
from fitcli.autodiff.check.foot import Foot, stand
from fitcli.autodiff.check.function import Function
from fitcli.autodiff.check.judge import WRONG
from fitcli.autodiff.check.line import Line
from fitcli.autodiff.check.mutant import BOTH, CATALOGUE, PULL, PUSH, Mutation, factor, mutated
from fitcli.autodiff.check.noise import pull_noise
from fitcli.autodiff.check.vectors import Vector, length, signed

_DECADES = range(2, 15)
_ROUNDING = 1e4  # times what the last bits move
_NOTHING = 1e-13  # a change of this size is rounding: a mean over pixels does not feel that they were transposed


@dataclass(frozen=True)
class Trial:
    """One error in one block. `size` is ‖wrong − right‖ / ‖right‖ of what was spoiled."""

    block: str
    where: str
    mutation: str
    size: float
    by_transpose: bool
    by_differences: bool

    @property
    def caught(self) -> bool:
        return self.by_transpose or self.by_differences


class Bench:
    """A function of one node, healthy. As in an examination each block has two random directions; their lines are
    reused, for f is the same in every mutant.
    """

    def __init__(self, f: Function, v: Vector, rng: np.random.Generator):
        self.foot, _ = stand(f, v, rng)
        self.lines: dict[str, list[Line]] = {b: [self.foot.line(signed(rng, v, b)) for _ in range(2)] for b in f.blocks}
        self.pushed = {b: self.foot.push(lines[0].d) for b, lines in self.lines.items()}
        unsure = pull_noise(self.foot.point, v, self.foot.w, rng)
        self.idle = {b for b, g in self.foot.pulled.items() if length(g) <= _ROUNDING * unsure[b]}

    def trials(self) -> Iterator[Trial]:
        """Every error of the catalogue in every block, pushed, pulled and in both, if it changes anything."""
        for block in self._live():
            for mutation in CATALOGUE:
                if mutation.images and block in self.foot.f.inputs:
                    continue
                for where in (PULL,) if mutation.images else (PUSH, PULL, BOTH):
                    if (trial := self._try(block, mutation, where)) is not None:
                        yield trial

    def smallest(self, where: str) -> float:
        """The smallest x, by decades, such that a factor of 1 + x is found in every block that has a derivative to be
        multiplied (1 when none is)."""
        return max((self._smallest(block, where) for block in self._live()), default=0.0)

    def _live(self) -> list[str]:
        """Blocks whose derivative is more than what rounding leaves of 0: in those there is something to spoil."""
        return [b for b in self.lines if b not in self.idle]

    def _smallest(self, block: str, where: str) -> float:
        found = 1.0
        for k in _DECADES:
            trial = self._try(block, factor(1 + 10.0**-k), where)
            if trial is None or not trial.caught:
                return 0.0 if trial is None and found == 1 else found
            found = 10.0**-k
        return found

    def _try(self, block: str, mutation: Mutation, where: str) -> Trial | None:
        f = self.foot.f
        number = [*(n.name for n in f.graph.inputs), *f.params].index(block)
        sick = f.on(mutated(f.graph, number, mutation, where))
        point = sick.at(self.foot.v)
        foot = replace(self.foot, f=sick, point=point, pulled=point.pull(self.foot.w))
        size = self._size(foot, block, where)
        if not size > _NOTHING:
            return None
        by_transpose = by_differences = False
        for line in self.lines[block]:
            result = probe(foot, block, None, line)
            by_transpose |= not result.adjoint.holds
            by_differences |= WRONG in (result.jvp.verdict, result.vjp.verdict)
            if by_transpose or by_differences:
                break
        return Trial(block, where, mutation.name, size, by_transpose, by_differences)

    def _size(self, foot: Foot, block: str, where: str) -> float:
        wrong, right = (
            (foot.push(self.lines[block][0].d), self.pushed[block]) if where == PUSH
            else (foot.pulled[block], self.foot.pulled[block])
        )  # fmt: skip
        size = length(right)
        return length(wrong - right) / size if size else 0.0
