"""Sums over the workers: of what an op waits for, and of the gradients."""

from __future__ import annotations

from fitcli.kernels.kernel import kernel


@kernel
def add_parts(total, parts):
    """total = Σ_w parts[w], and parts = 0 for the next step."""
    for i in range(total.size):
        value = 0.0
        for w in range(parts.shape[0]):
            value += parts[w, i]
            parts[w, i] = 0.0
        total[i] = value


@kernel
def add_gradients(gradients, squares, worker, start, stop, vectors, more):
    """gradients[0] = Σ_w gradients[w], w < vectors, over [start, stop); squares[worker] = its squared norm, or + for
    `more` of it."""
    total = squares[worker] if more else 0.0
    for low in range(start, stop, 1024):
        # Views from 0 on: an index that might be negative would keep the loops from being vectorised.
        g = gradients[0, low : min(low + 1024, stop)]
        for w in range(1, vectors):
            other = gradients[w, low : low + g.size]
            for i in range(g.size):
                g[i] += other[i]
        partial = g[0] * g[0]
        for i in range(1, g.size):
            partial += g[i] * g[i]
        total += partial
    squares[worker] = total
