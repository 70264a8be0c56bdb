"""Directions to move an image in. One step moves no number of the image by more than one grey level of 255.

patch      a square of pixels gets brighter
wave       cos(π k_r (2 r + 1) / 2 rows) cos(π k_c (2 q + 1) / 2 columns), the basis of the cosine transform
gradient   ∇P itself: where P rises fastest
"""

from __future__ import annotations

import numpy as np

from fitcli.autodiff.check.cosine import cosine_matrix, to_waves
from fitcli.errors import Problem, SpecError

KINDS = ("gradient", "patch", "wave")
_SLOW = 8  # waves are looked for among so many a side


def gradient(g: np.ndarray) -> np.ndarray:
    """∇P [H, W, C], scaled to largest entry 1."""
    return g / (np.abs(g).max(initial=0) or 1.0)


def patch(g: np.ndarray, size: int, at: tuple[int, int] | None) -> tuple[np.ndarray, tuple[int, int]]:
    """A square of ones and its upper left corner: `at`, else where |Σ g| over the square is largest."""
    rows, columns = g.shape[:2]
    size = min(size, rows, columns)
    if at is None:
        sums = np.zeros((rows + 1, columns + 1))
        sums[1:, 1:] = g.sum(2).cumsum(0).cumsum(1)
        inside = sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]
        at = tuple(map(int, np.unravel_index(np.abs(inside).argmax(), inside.shape)))
    elif not (0 <= at[0] < rows and 0 <= at[1] < columns):
        raise SpecError(Problem("the patch is outside of the image", path="--at", value=list(at),
                                allowed=f"0 to {rows - 1}, 0 to {columns - 1}"))  # fmt: skip
    d = np.zeros(g.shape)
    d[at[0] : at[0] + size, at[1] : at[1] + size] = 1
    return d, at


def wave(g: np.ndarray, at: tuple[int, int] | None) -> tuple[np.ndarray, tuple[int, int]]:
    """A cosine wave, the same in every channel, and its numbers: `at`, else the slow wave that P feels most."""
    rows, columns, channels = g.shape
    if at is None:
        felt = np.abs(to_waves(g[None])[0].sum(2))[:_SLOW, :_SLOW]
        at = tuple(map(int, np.unravel_index(felt.argmax(), felt.shape)))
    elif not (0 <= at[0] < rows and 0 <= at[1] < columns):
        raise SpecError(Problem("the image has no such wave", path="--at", value=list(at),
                                allowed=f"0 to {rows - 1}, 0 to {columns - 1}"))  # fmt: skip
    d = np.outer(cosine_matrix(rows)[at[0]], cosine_matrix(columns)[at[1]])
    return np.repeat((d / np.abs(d).max())[:, :, None], channels, 2), at
