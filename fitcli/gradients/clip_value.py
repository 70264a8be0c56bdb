"""Clipping every number of the gradient (Mikolov, Statistical language models based on neural networks, 2012)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.gradients import GRADIENTS
from fitcli.gradients.base import Treatment
from fitcli.kernels.kernel import kernel


@kernel
def clamp(g, bound):
    """g ← min(max(g, −bound), bound)."""
    for i in range(g.size):
        g[i] = min(max(g[i], -bound), bound)


@GRADIENTS.register("clip_value")
@dataclass(frozen=True)
class ClipValue(Treatment):
    """gᵢ ← min(max(gᵢ, −value), value): PyTorch's clip_grad_value_."""

    value: Annotated[float, Gt(0)] = 0.5

    def phases(self, work):
        return [lambda worker: clamp(work.g[work.slice(worker)], float(self.value))]
