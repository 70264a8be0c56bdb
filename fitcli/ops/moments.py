"""Mean and deviation of an image's own numbers, and the derivative of normalising by them.

x is seen as [n, p, g, k]: moments are taken over p and k, for each n and g; γ and β belong to the last two axes.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from fitcli.kernels.kernel import kernel

_BLOCK = 64  # numbers are summed in their own type over so many rows, those sums in float64


@kernel
def take_moments(mean, inverse, x, eps, centred):
    """mean[n, g], inverse = 1/√(mean((x − mean)²) + ε); when not centred the mean counts as 0."""
    n, p, g, k = x.shape
    part, total = np.zeros((g, k), x.dtype), np.zeros((g, k))
    for i in range(n):
        mean[i] = 0
        for squared in range(0 if centred else 1, 2):
            total[:] = 0
            for low in range(0, p, _BLOCK):
                part[:] = 0
                for r in range(low, min(low + _BLOCK, p)):
                    for j in range(g):
                        m = mean[i, j]
                        for l in range(k):
                            value = x[i, r, j, l]
                            part[j, l] += (value - m) * (value - m) if squared else value
                total += part
            for j in range(g):
                average = total[j].sum() / (p * k)
                if squared:
                    inverse[i, j] = 1.0 / sqrt(average + eps)
                else:
                    mean[i, j] = average


@kernel
def normalize_forward(y, x, mean, inverse, gamma, beta):
    """y = γ (x − mean) · inverse + β; γ or β None counts as 1 or 0."""
    n, p, g, k = x.shape
    for i in range(n):
        for r in range(p):
            for j in range(g):
                m, inv = mean[i, j], inverse[i, j]
                for l in range(k):
                    value = (x[i, r, j, l] - m) * inv
                    if gamma is not None:
                        value *= gamma[j * k + l]
                    if beta is not None:
                        value += beta[j * k + l]
                    y[i, r, j, l] = value


@kernel
def normalize_chain(z, d, x, mean, inverse, gamma, centred):
    """z = inverse · (v − mean(v) − x̂ mean(v x̂)), v = γ d: for γ None the derivative of x ↦ x̂, its own transpose."""
    n, p, g, k = x.shape
    v, part_x = np.zeros((g, k), x.dtype), np.zeros((g, k), x.dtype)
    sums, products = np.zeros((g, k)), np.zeros((g, k))
    for i in range(n):
        sums[:] = 0
        products[:] = 0
        for low in range(0, p, _BLOCK):
            v[:] = 0
            part_x[:] = 0
            for r in range(low, min(low + _BLOCK, p)):
                for j in range(g):
                    m, inv = mean[i, j], inverse[i, j]
                    for l in range(k):
                        value = d[i, r, j, l]
                        if gamma is not None:
                            value *= gamma[j * k + l]
                        v[j, l] += value
                        part_x[j, l] += value * ((x[i, r, j, l] - m) * inv)
            sums += v
            products += part_x
        for j in range(g):
            m, inv = mean[i, j], inverse[i, j]
            a = z.dtype.type(sums[j].sum() / (p * k) if centred else 0.0)
            b = z.dtype.type(products[j].sum() / (p * k))
            for r in range(p):
                for l in range(k):
                    value = d[i, r, j, l]
                    if gamma is not None:
                        value *= gamma[j * k + l]
                    z[i, r, j, l] = inv * (value - a - (x[i, r, j, l] - m) * inv * b)


@kernel
def normalize_vjp(gamma_bar, beta_bar, y_bar, x, mean, inverse):
    """γ_bar += Σ y_bar x̂, β_bar += Σ y_bar."""
    n, p, g, k = x.shape
    for i in range(n):
        for r in range(p):
            for j in range(g):
                m, inv = mean[i, j], inverse[i, j]
                for l in range(k):
                    gamma_bar[j * k + l] += y_bar[i, r, j, l] * ((x[i, r, j, l] - m) * inv)
                    if beta_bar is not None:
                        beta_bar[j * k + l] += y_bar[i, r, j, l]


@kernel
def normalize_jvp(y_dot, x, mean, inverse, gamma, gamma_dot, beta_dot):
    """y_dot = γ y_dot + γ_dot x̂ + β_dot, for y_dot = x̂_dot."""
    n, p, g, k = x.shape
    for i in range(n):
        for r in range(p):
            for j in range(g):
                m, inv = mean[i, j], inverse[i, j]
                for l in range(k):
                    c = j * k + l
                    value = gamma[c] * y_dot[i, r, j, l] + gamma_dot[c] * ((x[i, r, j, l] - m) * inv)
                    if beta_dot is not None:
                        value += beta_dot[c]
                    y_dot[i, r, j, l] = value
