"""Mean and variance of a whole batch from sums over its parts, and the affine map that normalises by them."""

from __future__ import annotations

from math import sqrt

import numpy as np

from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import CHANNELS, local, rows_of

BLOCK = 64  # rows that are summed in x's own type


@kernel
def add_moments(part, x):
    """part[:C] += Σ x, part[C:] += Σ x², per channel.

    Blocks of rows are summed in x's type as differences from the block's first row, so that no digits are lost where
    the mean is large beside the deviation; what they stand for is put together in float64.
    """
    c = x.shape[-1]
    rows = rows_of(x)
    sums, squares = local(x.dtype), local(x.dtype)
    for start in range(0, c, CHANNELS):
        count = min(CHANNELS, c - start)
        for low in range(0, rows.shape[0], BLOCK):
            high = min(low + BLOCK, rows.shape[0])
            origin = rows[low, start : start + count]
            for k in range(count):
                sums[k] = 0
                squares[k] = 0
            for r in range(low + 1, high):
                row = rows[r, start : start + count]
                for k in range(count):
                    value = row[k] - origin[k]
                    sums[k] += value
                    squares[k] += value * value
            for k in range(count):
                at, difference = np.float64(origin[k]), np.float64(sums[k])
                part[start + k] += (high - low) * at + difference
                part[c + start + k] += (high - low) * at * at + 2 * at * difference + squares[k]


@kernel
def batch_affine(scale, shift, mean, inverse, total, count, gamma, beta, eps):
    """From the batch's sums: mean, 1/√(var + ε), and the map x ↦ scale · x + shift that normalises."""
    c = gamma.shape[0]
    for k in range(c):
        m = total[k] / count
        inv = 1.0 / sqrt(max(total[c + k] / count - m * m, 0.0) + eps)
        mean[k] = m
        inverse[k] = inv
        scale[k] = gamma[k] * inv
        shift[k] = beta[k] - m * gamma[k] * inv


@kernel
def update_running(running_mean, running_var, total, count, momentum):
    """running ← (1 − momentum) · running + momentum · batch, with the unbiased variance."""
    c = running_mean.shape[0]
    for k in range(c):
        m = total[k] / count
        var = max(total[c + k] / count - m * m, 0.0) * count / max(count - 1, 1)
        running_mean[k] = (1 - momentum) * running_mean[k] + momentum * m
        running_var[k] = (1 - momentum) * running_var[k] + momentum * var


@kernel
def running_affine(scale, shift, running_mean, running_var, gamma, beta, eps):
    for k in range(gamma.shape[0]):
        scale[k] = gamma[k] / sqrt(running_var[k] + eps)
        shift[k] = beta[k] - running_mean[k] * scale[k]


@kernel
def fold_affine(weight, bias, w, b, scale, shift, part, parts):
    """weight = w · scale, bias = b · scale + shift, per output: the map behind x w + b as a part of it; no b: 0.

    The `part`-th of `parts` shares of the rows of w; the bias is in the first.
    """
    out, rows = rows_of(weight), rows_of(w)
    count, c = rows.shape
    for r in range(count * part // parts, count * (part + 1) // parts):
        for k in range(c):
            out[r, k] = rows[r, k] * scale[k]
    if part == 0:
        for k in range(c):
            bias[k] = shift[k]
        if b is not None:
            for k in range(c):
                bias[k] += b[k] * scale[k]
