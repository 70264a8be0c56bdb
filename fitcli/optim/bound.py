"""Max-norm (Srebro & Shraibman, Rank, trace-norm and max-norm, 2005; Srivastava et al., Dropout, 2014)."""

from __future__ import annotations

from math import sqrt

from fitcli.kernels.kernel import kernel


@kernel
def bound_columns(w, bound):
    """Each column of w [rows, outputs] that is longer than `bound` is scaled down to it: the nearest allowed point."""
    for j in range(w.shape[1]):
        square = w.dtype.type(0)
        for i in range(w.shape[0]):
            square += w[i, j] * w[i, j]
        length = sqrt(square)
        if length > bound:
            factor = bound / length
            for i in range(w.shape[0]):
                w[i, j] *= factor
