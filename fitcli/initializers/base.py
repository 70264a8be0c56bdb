"""What an initializer is: the values a fresh parameter has, drawn from a stream seeded by the parameter's name."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


class Initializer:
    """A frozen dataclass of settings."""

    name: str

    def values(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """float64 values. The last axis of a weight counts its outputs, the one before its inputs, the others the
        places of a window: (features, units), (height, width, channels, filters).
        """
        raise NotImplementedError


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """(fan_in, fan_out): numbers that an output sums, and outputs that a number is summed into (but for borders)."""
    if len(shape) < 2:
        return prod(shape), prod(shape)
    return prod(shape[:-1]), prod(shape[:-2]) * shape[-1]


def initial_values(name: str, shape: tuple[int, ...], initial: Initializer, seed: int) -> np.ndarray:
    """float64 values of the parameter `name` under `seed`: adding a parameter does not reshuffle the others."""
    import hashlib

    import numpy as np

    words = np.frombuffer(hashlib.sha256(f"{seed}/{name}".encode()).digest(), np.uint32)
    return initial.values(np.random.Generator(np.random.PCG64(np.random.SeedSequence(words.tolist()))), shape)
