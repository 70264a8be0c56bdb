"""Where the parameters stand: what an optimizer sees that has to look at the loss from more than one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass
class Point:
    """p and g are the flat parameters and gradient; `loss` and g belong to p as it was at the last `evaluate`.

    look() computes loss and gradient at p as it is now, by the batch of this step, into g, and returns the loss.
    descend() runs the recorded `update` of all slices at p with g.
    """

    p: np.ndarray
    g: np.ndarray
    loss: float
    states: dict[str, np.ndarray]
    hyper: np.ndarray
    look: Callable[[], float]
    descend: Callable[[], None]
    decayed: int | None = None  # weight decay applies to p[:decayed]; None = all of p
    looks: int = 0

    def evaluate(self) -> float:
        """The loss at p, its gradient in g; not finite where the loss is not."""
        self.looks += 1
        self.loss = float(self.look())
        return self.loss

    @property
    def lr(self) -> float:
        return float(self.hyper[0])

    @property
    def step(self) -> int:
        """This step, counted from 1."""
        return int(self.hyper[1])

    @property
    def scalars(self) -> np.ndarray:
        return self.hyper[3:]


def dot(a: np.ndarray, b: np.ndarray) -> float:
    """⟨a, b⟩ summed in float64."""
    return float(np.einsum("i,i", a, b, dtype=np.float64, casting="same_kind"))


def norm(a: np.ndarray) -> float:
    return float(np.sqrt(dot(a, a)))
