"""Weights that keep lengths and angles (Saxe, McClelland & Ganguli, Exact solutions to the nonlinear dynamics of
learning in deep linear neural networks, 2014)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from fitcli.initializers import INITIALIZERS
from fitcli.initializers.base import Initializer, fans


@INITIALIZERS.register("orthogonal")
@dataclass(frozen=True)
class Orthogonal(Initializer):
    """w = gain · Q, as a matrix [fan_in, outputs] with orthonormal columns, or rows where there are fewer of them.

    Q from the QR decomposition of normal numbers, its signs those that make it uniform among all such matrices.
    """

    gain: Annotated[float, Gt(0)] = 1.0

    def values(self, rng, shape):
        import numpy as np

        rows = fans(shape)[0]
        columns = shape[-1] if len(shape) > 1 else 1
        tall = rng.standard_normal((max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(tall)
        q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
        return self.gain * (q if rows >= columns else q.T).reshape(shape)
