"""Mean and deviation of each row of a matrix, and the derivative of normalising by them: `moments` where all that is
normalised together lies side by side."""

from __future__ import annotations

from math import sqrt

from fitcli.kernels.kernel import kernel

_BLOCK = 256  # numbers are summed in their own type, such sums in float64


@kernel
def rows_forward(y, mean, inverse, x, eps, centred, gamma, beta):
    """mean[r], inverse[r] = 1/√(mean((x − mean)²) + ε), y = γ (x − mean) · inverse + β; x, y [R, K].

    When not centred the mean counts as 0; γ or β None as 1 or 0.
    """
    k = x.shape[1]
    number = x.dtype.type
    for r in range(x.shape[0]):
        row, out = x[r], y[r]
        total = 0.0
        if centred:
            for low in range(0, k, _BLOCK):
                part, piece = number(0), row[low : min(low + _BLOCK, k)]
                for l in range(piece.size):
                    part += piece[l]
                total += part
        m = number(total / k)
        total = 0.0
        for low in range(0, k, _BLOCK):
            part, piece = number(0), row[low : min(low + _BLOCK, k)]
            for l in range(piece.size):
                part += (piece[l] - m) * (piece[l] - m)
            total += part
        inv = number(1.0 / sqrt(total / k + eps))
        mean[r, 0] = m
        inverse[r, 0] = inv
        for l in range(k):
            value = (row[l] - m) * inv
            if gamma is not None:
                value *= gamma[l]
            if beta is not None:
                value += beta[l]
            out[l] = value


@kernel
def rows_chain(z, d, x, mean, inverse, gamma, centred):
    """z = inverse · (v − mean(v) − x̂ mean(v x̂)), v = γ d: for γ None the derivative of x ↦ x̂, its own transpose."""
    k = x.shape[1]
    number = x.dtype.type
    for r in range(x.shape[0]):
        row, bar, out = x[r], d[r], z[r]
        m, inv = mean[r, 0], inverse[r, 0]
        plain, along = 0.0, 0.0
        for low in range(0, k, _BLOCK):
            part, part_x, high = number(0), number(0), min(low + _BLOCK, k)
            piece, bars = row[low:high], bar[low:high]
            if gamma is None:
                for l in range(high - low):
                    part += bars[l]
                    part_x += bars[l] * (piece[l] - m)
            else:
                factors = gamma[low:high]
                for l in range(high - low):
                    v = bars[l] * factors[l]
                    part += v
                    part_x += v * (piece[l] - m)
            plain += part
            along += part_x
        a = number(plain / k if centred else 0.0)
        b = number(along / k) * inv * inv
        for l in range(k):
            v = bar[l]
            if gamma is not None:
                v *= gamma[l]
            out[l] = inv * (v - a - (row[l] - m) * b)


@kernel
def rows_vjp(gamma_bar, beta_bar, y_bar, x, mean, inverse):
    """γ_bar += Σ y_bar x̂, β_bar += Σ y_bar; β_bar may be None."""
    for r in range(x.shape[0]):
        row, bar = x[r], y_bar[r]
        m, inv = mean[r, 0], inverse[r, 0]
        for l in range(x.shape[1]):
            gamma_bar[l] += bar[l] * ((row[l] - m) * inv)
        if beta_bar is not None:
            for l in range(x.shape[1]):
                beta_bar[l] += bar[l]
