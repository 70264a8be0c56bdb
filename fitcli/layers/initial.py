"""Initial values of parameters, seeded by the parameter's name: adding a layer does not reshuffle the others."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np


class Initializer:
    def values(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Initializer):
    """Every entry is `value`."""

    value: float = 0.0

    def values(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return np.full(shape, self.value)


@dataclass(frozen=True)
class HeNormal(Initializer):
    """Normal with standard deviation √(2 / fan_in) (He et al., Delving deep into rectifiers, 2015)."""

    fan_in: int

    def values(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return rng.standard_normal(shape) * sqrt(2 / self.fan_in)


def initial_values(name: str, shape: tuple[int, ...], initial: Initializer, seed: int) -> np.ndarray:
    """float64 values of the parameter `name` under `seed`."""
    import hashlib

    words = np.frombuffer(hashlib.sha256(f"{seed}/{name}".encode()).digest(), np.uint32)
    return initial.values(np.random.Generator(np.random.PCG64(np.random.SeedSequence(words.tolist()))), shape)
