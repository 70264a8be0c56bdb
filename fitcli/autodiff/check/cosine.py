"""Coordinates for pictures: the orthonormal cosine basis (Ahmed, Natarajan & Rao, Discrete cosine transform, 1974).

    C[k, i] = √(2/n) cos(π k (2 i + 1) / 2n), the first row divided by √2;   C Cᵀ = 1

z = C x along rows and columns: the same picture in other coordinates. Transpose and inverse are one.
"""

from __future__ import annotations

import numpy as np


def cosine_matrix(n: int) -> np.ndarray:
    """float64 [n, n], waves by rows."""
    k, i = np.ogrid[:n, :n]
    c = np.cos(np.pi * k * (2 * i + 1) / (2 * n)) * np.sqrt(2 / n)
    c[0] /= np.sqrt(2)
    return c


def to_waves(x: np.ndarray) -> np.ndarray:
    """C x for images [N, H, W, C]."""
    return _along(x, cosine_matrix(x.shape[1]), cosine_matrix(x.shape[2]))


def to_pixels(z: np.ndarray) -> np.ndarray:
    """Cᵀ z."""
    return _along(z, cosine_matrix(z.shape[1]).T, cosine_matrix(z.shape[2]).T)


def _along(x: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return np.einsum("ar,bq,nrqc->nabc", rows, columns, x, optimize=True)
