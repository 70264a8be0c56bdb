"""What an optimizer is: settings, flat vectors of state, and one fused kernel over slices of the flat vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


class Optimizer:
    """A frozen dataclass of settings with a learning rate `lr`.

    hyper float64 [2] = [learning rate of this step, number of this step counted from 1], set before each step.
    """

    name: str
    lr: float
    states: tuple[str, ...] = ()  # names of the flat vectors it keeps, each as long as the parameters

    def update(self, p: np.ndarray, g: np.ndarray, states: list[np.ndarray], hyper: np.ndarray, decay: bool) -> None:
        """Move the parameters p by the gradient g, in place; weight decay applies only where `decay`."""
        raise NotImplementedError
