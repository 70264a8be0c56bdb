"""Gradient centralisation (Yong, Huang, Hua & Zhang, Gradient centralization: a new optimization technique for deep
neural networks, 2020)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitcli.gradients import GRADIENTS
from fitcli.gradients.base import Treatment
from fitcli.kernels.kernel import kernel
from fitcli.kernels.workspace import workspace


@kernel
def centre_columns(g, means, low, high):
    """Each column of g [n, k] in [low, high) less its mean; means float64 [high − low] is written."""
    means[:] = 0.0
    for i in range(g.shape[0]):
        for j in range(low, high):
            means[j - low] += g[i, j]
    for j in range(high - low):
        means[j] /= g.shape[0]
    for i in range(g.shape[0]):
        for j in range(low, high):
            g[i, j] -= g.dtype.type(means[j - low])


@GRADIENTS.register("centralize")
@dataclass(frozen=True)
class Centralize(Treatment):
    """For the gradient G of the weights that lead to one output, of dense layers and convolutions: G ← G − mean(G).

    Biases and norms are left alone.
    """

    def phases(self, work):
        def centre(worker: int) -> None:
            for param, g, _ in work.matrices():
                low, high = work.share(worker, g.shape[1])
                if low < high and len(param.shape) > 1:
                    centre_columns(g, workspace((high - low,), np.float64), low, high)

        return [centre]
