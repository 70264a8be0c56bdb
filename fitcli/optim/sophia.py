"""Sophia-H (Liu et al., Sophia: a scalable stochastic second-order optimizer for language model pre-training, 2023)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Gt

from fitcli.kernels.kernel import kernel
from fitcli.optim import OPTIMIZERS
from fitcli.optim.base import Optimizer
from fitcli.optim.settings import Beta, Decay, Epsilon, Rate


@kernel
def sophia(p, g, m, h, hyper, settings):
    """settings float64 [β₁, γ, ε, weight decay]."""
    number = p.dtype.type
    beta1, gamma, eps, decay = settings
    b1, c1, k, e = number(beta1), number(1.0 - beta1), number(gamma), number(eps)
    lr, shrink, one = number(hyper[0]), number(1.0 - hyper[0] * decay), number(1.0)
    for i in range(p.size):
        m[i] = b1 * m[i] + c1 * g[i]
        x = m[i] / max(k * h[i], e)
        p[i] = shrink * p[i] - lr * min(max(x, -one), one)


@OPTIMIZERS.register("sophia")
@dataclass(frozen=True)
class Sophia(Optimizer):
    """m ← β₁ m + (1 − β₁) g;  p ← (1 − lr · weight_decay) p − lr · clip(m / max(γ h, ε), ±1), and in each k-th step
    before it h ← β₂ h + (1 − β₂) u ⊙ Hu, u of random signs: Hutchinson's estimate of the Hessian's diagonal.

    Hu is (∇L(p + δ u) − ∇L(p)) / δ, by the same batch: one more gradient in k steps.
    """

    lr: Rate = 1e-3
    beta1: Beta = 0.96
    beta2: Beta = 0.99
    gamma: Annotated[float, Gt(0)] = 0.01  # the smaller, the more numbers move by lr
    eps: Epsilon = 1e-12
    k: Annotated[int, Gt(0)] = 10
    delta: Annotated[float, Gt(0)] = 1e-3
    weight_decay: Decay = 0.0

    states = ("m", "h")
    drives = True

    def drive(self, point):
        if (point.step - 1) % self.k == 0:
            self._estimate(point)
        point.descend()

    def _estimate(self, point) -> None:
        p, number = point.p.copy(), point.p.dtype.type
        g, h = point.g.copy(), point.states["h"][: p.size]
        u = signs(point.step, p.size).astype(p.dtype)
        point.p += number(self.delta) * u
        if np.isfinite(point.evaluate()):
            h += number(1 - self.beta2) * (u * (point.g - g) / number(self.delta) - h)
        point.p[:], point.g[:] = p, g

    def update(self, p, g, states, hyper, decay):
        settings = np.array([self.beta1, self.gamma, self.eps, self.weight_decay if decay else 0.0])
        sophia(p, g, *states, hyper, settings)


def signs(step: int, count: int) -> np.ndarray:
    """int8 [count] of −1 and 1, a function of the step: nothing has to be saved."""
    words = np.random.Philox(key=step).random_raw(-(-count // 64))
    return 2 * np.unpackbits(words.astype("<u8").view(np.uint8))[:count].astype(np.int8) - 1
