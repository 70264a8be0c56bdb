"""Windows of two by two side by side: the pooling that nearly everybody uses, in loops that vectorise.

A compiler gives up where one loop writes to four arrays (it cannot tell them apart), so each place has a loop of its own.
"""

from __future__ import annotations

from fitcli.kernels.kernel import inner, kernel


@kernel
def max_of_four(y, place, x):
    """y = max, place ∈ {0, 1, 2, 3} = which one, the first of equals; a NaN counts as the largest."""
    n, h, w, c = y.shape
    number = y.dtype.type
    zero, one, two, three = number(0), number(1), number(2), number(3)
    for i in range(n):
        for r in range(h):
            for q in range(w):
                a, b, d, e = x[i, 2 * r, 2 * q], x[i, 2 * r, 2 * q + 1], x[i, 2 * r + 1, 2 * q], x[i, 2 * r + 1, 2 * q + 1]
                out, at = y[i, r, q], place[i, r, q]
                for k in range(c):
                    value, p = a[k], zero
                    if b[k] > value or b[k] != b[k]:
                        value, p = b[k], one
                    if d[k] > value or d[k] != d[k]:
                        value, p = d[k], two
                    if e[k] > value or e[k] != e[k]:
                        value, p = e[k], three
                    out[k] = value
                    at[k] = p


@inner
def put(out, bar, at, p):
    zero = out.dtype.type(0)
    for k in range(out.size):
        out[k] = bar[k] if at[k] == p else zero


@kernel
def put_into_four(x_bar, y_bar, place):
    """x_bar = y_bar at its place, 0 at the other three and in an odd last row or column."""
    n, h, w, c = y_bar.shape
    number = x_bar.dtype.type
    for i in range(n):
        for r in range(h):
            for q in range(w):
                bar, at = y_bar[i, r, q], place[i, r, q]
                put(x_bar[i, 2 * r, 2 * q], bar, at, number(0))
                put(x_bar[i, 2 * r, 2 * q + 1], bar, at, number(1))
                put(x_bar[i, 2 * r + 1, 2 * q], bar, at, number(2))
                put(x_bar[i, 2 * r + 1, 2 * q + 1], bar, at, number(3))
            x_bar[i, 2 * r : 2 * r + 2, 2 * w :] = 0
        x_bar[i, 2 * h :] = 0
