"""Points and directions of a product of spaces: one named array a factor ("block").

v = {"input": [N, H, W, C], "weight": [kh, kw, C, O], …},   ⟨a, b⟩ = Σ over blocks of Σ a · b
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

Vector = Mapping[str, np.ndarray]


def moved(v: Vector, d: Vector, t: float) -> dict[str, np.ndarray]:
    """v + t d; blocks that d leaves out stay where they are."""
    return {k: v[k] + v[k].dtype.type(t) * d[k] if k in d else v[k] for k in v}


def filled(d: Vector, v: Vector) -> dict[str, np.ndarray]:
    """d with zeros for the blocks of v that it leaves out."""
    return {k: d[k] if k in d else np.zeros_like(v[k]) for k in v}


def dot(a: Vector, b: Vector) -> float:
    """⟨a, b⟩, summed in float64."""
    return sum(inner(a[k], b[k]) for k in a if k in b)


def inner(a: np.ndarray, b: np.ndarray) -> float:
    """Σ a b; numpy's pairwise sum keeps the rounding at eps · log n."""
    return float((np.asarray(a, np.float64) * b).sum())


def length(x: np.ndarray) -> float:
    """‖x‖, summed in float64, without BLAS: its threads spin where others want to work."""
    return float(np.sqrt(np.square(x, dtype=np.float64).sum()))


def scale(block: np.ndarray) -> float:
    """How large a block's numbers are: the unit that steps are measured in. 1 where there is nothing to go by."""
    size = float(np.sqrt(np.mean(np.square(block, dtype=np.float64)))) if block.size else 0.0
    return size if np.isfinite(size) and size > 0 else 1.0


def signed(rng: np.random.Generator, v: Vector, *blocks: str) -> dict[str, np.ndarray]:
    """A random direction in the named blocks (or all), as large as v itself, with both signs."""
    return {k: (rng.standard_normal(v[k].shape) * scale(v[k])).astype(v[k].dtype) for k in blocks or v}


def unit(v: Vector, block: str, index: int) -> dict[str, np.ndarray]:
    """The direction of one coordinate, as long as the block's unit; `index` counts in the order of memory."""
    d = np.zeros_like(v[block])
    d.reshape(-1)[index] = scale(v[block])
    return {block: d}
