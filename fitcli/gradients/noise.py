"""Gradient noise (Neelakantan et al., Adding gradient noise improves learning for very deep networks, 2015)."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, log, pi, sqrt
from typing import Annotated

from annotated_types import Ge, Gt

from fitcli.gradients import GRADIENTS
from fitcli.gradients.base import Treatment
from fitcli.kernels.kernel import kernel
from fitcli.kernels.random import stream_key, stream_of, uniform


@kernel
def add_normal(g, clock, stream, start, eta, gamma):
    """gᵢ += σ e, σ² = η / (1 + t)^γ, e normal (Box & Muller, 1958), drawn for (seed, stream, step t, start + i)."""
    key = stream_key(clock[0], stream, clock[1])
    sigma = sqrt(eta / (1.0 + clock[1]) ** gamma)
    for i in range(g.size):
        at = 2 * (start + i)
        e = sqrt(-2.0 * log(1.0 - uniform(key, at))) * cos(2.0 * pi * uniform(key, at + 1))
        g[i] += g.dtype.type(sigma * e)


@GRADIENTS.register("noise")
@dataclass(frozen=True)
class Noise(Treatment):
    """g ← g + N(0, σ²), σ² = η / (1 + t)^γ, t the steps done.

    The noise is a function of the seed, the step and the place of the number among the parameters.
    """

    eta: Annotated[float, Gt(0)] = 0.01
    gamma: Annotated[float, Ge(0)] = 0.55

    def phases(self, work):
        stream = stream_of("gradient noise")

        def add(worker: int) -> None:
            for piece in work.pieces(worker):
                add_normal(work.g[piece], work.clock, stream, piece.start, float(self.eta), float(self.gamma))

        return [add]
