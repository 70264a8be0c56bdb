"""Mean and deviation of an image's own numbers, and the derivative of normalising by them.

x is seen as [n, p, g, k]: moments are taken over p and k, for each n and g; γ and β belong to the last two axes.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.kernels.lazy import inner
from fitcli.kernels.native import CHANNELS, address_of, local, view

_BLOCK = 64  # numbers are summed in their own type over so many rows, those sums in float64


@inner
def _share_out(sums, count, low, k, per):
    """sums[c] becomes the part of its group's mean that the channels from `low` on give; the same for all of a group."""
    q = 0
    while q < count:
        end = min(count, q + k - (low + q) % k)  # behind the group's last channel in this block
        total = 0.0
        for c in range(q, end):
            total += sums[c]
        for c in range(q, end):
            sums[c] = total / per
        q = end


@kernel
def take_moments(mean, inverse, x, eps, centred):
    """mean[n, g], inverse = 1/√(mean((x − mean)²) + ε); when not centred the mean counts as 0."""
    n, p, g, k = x.shape
    rows = view(address_of(x), (n * p, g * k), x.dtype)
    part, middle, sums = local(x.dtype), local(x.dtype), local(np.float64)
    for i in range(n):
        mean[i] = 0
        inverse[i] = 0
        for squared in range(0 if centred else 1, 2):
            into = inverse[i] if squared else mean[i]
            for low in range(0, g * k, CHANNELS):
                count = min(CHANNELS, g * k - low)
                for c in range(count):
                    sums[c] = 0
                    middle[c] = mean[i, (low + c) // k] if squared else 0
                for first in range(i * p, (i + 1) * p, _BLOCK):
                    for c in range(count):
                        part[c] = 0
                    for r in range(first, min(first + _BLOCK, (i + 1) * p)):
                        row = rows[r, low : low + count]
                        for c in range(count):
                            value = row[c] - middle[c]
                            part[c] += value * value if squared else value
                    for c in range(count):
                        sums[c] += part[c]
                _share_out(sums, count, low, k, p * k)
                for c in range(count):
                    if c == 0 or (low + c) % k == 0:
                        into[(low + c) // k] += sums[c]
        for j in range(g):
            inverse[i, j] = 1.0 / sqrt(inverse[i, j] + eps)


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
def normalize_chain(z, d, x, mean, inverse, gamma, centred, a, b):
    """z = inverse · (v − mean(v) − x̂ mean(v x̂)), v = γ d: for γ None the derivative of x ↦ x̂, its own transpose.

    a, b [n, g]: places for the two means.
    """
    n, p, g, k = x.shape
    shape = (n * p, g * k)
    xs, ds, zs = view(address_of(x), shape, x.dtype), view(address_of(d), shape, x.dtype), view(address_of(z), shape, x.dtype)
    part, part_x, middle, factor = local(x.dtype), local(x.dtype), local(x.dtype), local(x.dtype)
    sums, products = local(np.float64), local(np.float64)
    one = x.dtype.type(1)
    for i in range(n):
        a[i] = 0
        b[i] = 0
        for low in range(0, g * k, CHANNELS):
            count = min(CHANNELS, g * k - low)
            for c in range(count):
                sums[c] = 0
                products[c] = 0
                middle[c] = mean[i, (low + c) // k]
                factor[c] = gamma[low + c] if gamma is not None else one
            for first in range(i * p, (i + 1) * p, _BLOCK):
                for c in range(count):
                    part[c] = 0
                    part_x[c] = 0
                for r in range(first, min(first + _BLOCK, (i + 1) * p)):
                    value, at = ds[r, low : low + count], xs[r, low : low + count]
                    for c in range(count):
                        v = factor[c] * value[c]
                        part[c] += v
                        part_x[c] += v * (at[c] - middle[c])
                for c in range(count):
                    sums[c] += part[c]
                    products[c] += part_x[c]
            _share_out(sums, count, low, k, p * k)
            _share_out(products, count, low, k, p * k)
            for c in range(count):
                if c == 0 or (low + c) % k == 0:
                    j = (low + c) // k
                    if centred:
                        a[i, j] += sums[c]
                    b[i, j] += products[c] * inverse[i, j]
        for low in range(0, g * k, CHANNELS):
            count = min(CHANNELS, g * k - low)
            for c in range(count):
                j = (low + c) // k
                inv = inverse[i, j]
                part[c] = inv * (gamma[low + c] if gamma is not None else one)
                middle[c] = mean[i, j]
                factor[c] = inv * inv * b[i, j]
                part_x[c] = inv * a[i, j]
            for r in range(i * p, (i + 1) * p):
                value, at, into = ds[r, low : low + count], xs[r, low : low + count], zs[r, low : low + count]
                for c in range(count):
                    into[c] = part[c] * value[c] - part_x[c] - (at[c] - middle[c]) * factor[c]


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
