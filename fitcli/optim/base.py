"""What an optimizer is: settings, flat vectors of state, and one fused kernel over slices of the flat vectors.

How a step is made, and what an optimizer may ask for (all of it class attributes or properties):

    states          flat vectors as long as the parameters, zero at first, saved with every checkpoint
    scalars         float64 numbers kept beside them; `advance` moves them once a step, before any slice is updated
    update          records or runs the kernel on one slice; slices are cut by the workers, anywhere
    whole_blocks    slices are whole parameters instead, each in its own shape: for norms and matrices of a layer
    passes          how often `update` goes over a slice: above 1, slices are cut so that they stay in the cache
    full_batch      the gradient is to be that of all training images: there is one step in an epoch
    drives          one gradient at one place is not enough: `drive` moves the point itself and may evaluate it anywhere
    rate_scales     the rate of a step scales that step; where not, there is no rate to look for
    evaluation      the state that holds the weights to validate and to save in place of those that are trained
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from fitcli.optim.point import Point


class Optimizer:
    """A frozen dataclass of settings with a learning rate `lr`.

    hyper float64 [3 + scalars] = [learning rate of this step, number of this step counted from 1, number of all steps
    or 0 where it is not known, then the scalars], set before each step.
    """

    name: str
    lr: float
    states: tuple[str, ...] = ()
    scalars: tuple[str, ...] = ()
    whole_blocks = False
    passes = 1
    full_batch = False
    drives = False
    rate_scales = True
    evaluation = ""

    @property
    def rate_key(self) -> str:
        """The key of `lr` below `fit.optimizer`."""
        return f"{self.name}.lr"

    def advance(self, hyper: np.ndarray) -> None:
        """Move the scalars hyper[3:] on by one step, in place."""

    def update(self, p: np.ndarray, g: np.ndarray, states: list[np.ndarray], hyper: np.ndarray, decay: bool) -> None:
        """Move the parameters p by the gradient g, in place; weight decay applies only where `decay`."""
        raise NotImplementedError

    def with_decay(self, factor: float) -> Optimizer:
        """The same with `factor` times its weight decay, where it has one."""
        return replace(self, weight_decay=factor * self.weight_decay) if hasattr(self, "weight_decay") else self

    def drive(self, point: Point) -> None:
        """Move the whole point, from where its loss and gradient are known; only where `drives`."""
        raise NotImplementedError
