"""What an augmentation is: settings of a random map of the training images, drawn anew for every image and epoch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from fitcli.ops.pixels import Pixels


class Augmentation:
    """A frozen dataclass of settings. Its first field takes the value of the short form `name: value`.

    Validation, test and predict images are never augmented. Moves of places compose to one map, through which each
    image is read once; blur, colours, noise and erasing follow in this order, wherever they stand in the list.
    """

    name: str

    def apply_to(self, pixels: Pixels) -> Pixels:
        """The program's first op, with this augmentation in its training map."""
        raise NotImplementedError


class Move(Augmentation):
    """One that is a row of numbers, see `fitcli.ops.moves`."""

    def move(self) -> tuple[float, ...]:
        """(kind, probability, settings)."""
        raise NotImplementedError

    def apply_to(self, pixels: Pixels) -> Pixels:
        return replace(pixels, moves=(*pixels.moves, tuple(map(float, self.move()))))


class Mixing(Augmentation):
    """One that mixes two images of a batch, a and b. The loss becomes λ loss(a's label) + (1 − λ) loss(b's label)."""

    alpha: float  # λ is drawn from Beta(alpha, alpha)
    probability: float

    def apply_to(self, pixels: Pixels) -> Pixels:
        return pixels

    def mixed(self, a: np.ndarray, b: np.ndarray, share: float, rng: np.random.Generator) -> tuple[np.ndarray, float]:
        """uint8 [H, W, C] of a and b with about `share` of a, and the exact share."""
        raise NotImplementedError
