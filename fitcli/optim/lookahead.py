"""Lookahead (Zhang et al., Lookahead optimizer: k steps forward, 1 step back, 2019)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Le

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.wrapper import Wrapper


@kernel
def begin(slow, p, hyper):
    """slow = p before the first step."""
    if hyper[1] == 1.0:
        for i in range(p.size):
            slow[i] = p[i]


@kernel
def step_back(p, slow, hyper, k, alpha):
    """Every k-th step: slow ← slow + α (p − slow); p ← slow."""
    if int(hyper[1]) % k == 0:
        for i in range(p.size):
            slow[i] += alpha * (p[i] - slow[i])
            p[i] = slow[i]


@OPTIMIZERS.register("lookahead")
@dataclass(frozen=True)
class Lookahead(Wrapper):
    """After k steps of the optimizer from φ to p: φ ← φ + α (p − φ), and it goes on from p = φ.

    φ is what is validated and saved.
    """

    k: Annotated[int, Gt(0)] = 5
    alpha: Annotated[float, Gt(0), Le(1)] = 0.5

    own = ("slow",)

    @property
    def evaluation(self):
        return self.optimizer.evaluation or "slow"

    def update(self, p, g, states, hyper, decay):
        slow = states[0].reshape(-1)
        begin(slow, p.reshape(-1), hyper)
        super().update(p, g, states, hyper, decay)
        step_back(p.reshape(-1), slow, hyper, self.k, self.alpha)
