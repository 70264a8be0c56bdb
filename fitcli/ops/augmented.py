"""The program's first instruction where training images are warped, recoloured, blurred, made noisy or erased."""

from __future__ import annotations

from math import cos, exp, log, pi, sqrt

from fitcli.kernels.kernel import kernel
from fitcli.kernels.lazy import inner
from fitcli.kernels.random import bits, stream_key, uniform
from fitcli.ops.moves import DRAWS, draw_moves

MOST_TAPS = 16  # of one half of a blur; σ up to 5 is cut off beyond 3 σ


@inner
def warp(y, x, state):
    """y[p] = x[A p + t] between the four pixels around, from 0 (black) to 1; 0 where that is outside of x."""
    h, w, c = x.shape
    number = y.dtype.type
    half_r, half_q = 0.5 * (h - 1), 0.5 * (w - 1)
    scale = number(1.0 / 255.0)
    for r in range(h):
        for q in range(w):
            pr, pq = r - half_r, q - half_q
            at_r = state[0] * pr + state[1] * pq + state[4] + half_r
            at_q = state[2] * pr + state[3] * pq + state[5] + half_q
            if at_r < -0.5 or at_r > h - 0.5 or at_q < -0.5 or at_q > w - 0.5:
                for k in range(c):
                    y[r, q, k] = 0
                continue
            at_r, at_q = min(max(at_r, 0.0), h - 1.0), min(max(at_q, 0.0), w - 1.0)
            r0, q0 = int(at_r), int(at_q)
            r1, q1 = min(r0 + 1, h - 1), min(q0 + 1, w - 1)
            fr, fq = number(at_r - r0), number(at_q - q0)
            one = number(1)
            for k in range(c):
                top = number(x[r0, q0, k]) * (one - fq) + number(x[r0, q1, k]) * fq
                low = number(x[r1, q0, k]) * (one - fq) + number(x[r1, q1, k]) * fq
                y[r, q, k] = (top * (one - fr) + low * fr) * scale


@inner
def blur(y, spare, taps, sigma):
    """y convolved with exp(−d² / 2σ²) along rows and columns, edges repeated; `spare` is as large as y."""
    h, w, c = y.shape
    reach = min(int(3 * sigma) + 1, MOST_TAPS - 1)
    total = taps.dtype.type(1)
    taps[0] = 1
    for d in range(1, reach + 1):
        taps[d] = exp(-0.5 * d * d / (sigma * sigma))
        total += 2 * taps[d]
    for d in range(reach + 1):
        taps[d] /= total
    for r in range(h):
        for q in range(w):
            for k in range(c):
                value = taps[0] * y[r, q, k]
                for d in range(1, reach + 1):
                    value += taps[d] * (y[r, max(q - d, 0), k] + y[r, min(q + d, w - 1), k])
                spare[r, q, k] = value
    for r in range(h):
        for q in range(w):
            for k in range(c):
                value = taps[0] * spare[r, q, k]
                for d in range(1, reach + 1):
                    value += taps[d] * (spare[max(r - d, 0), q, k] + spare[min(r + d, h - 1), q, k])
                y[r, q, k] = value


@inner
def recolour(y, state):
    """v = M v + b, cut off to 0..1; of grey images the sum of each row of M counts."""
    h, w, c = y.shape
    number = y.dtype.type
    zero, one = number(0), number(1)
    for r in range(h):
        for q in range(w):
            if c == 3:
                red, green, blue = y[r, q, 0], y[r, q, 1], y[r, q, 2]
                for k in range(3):
                    m = 6 + 3 * k
                    value = state[m] * red + state[m + 1] * green + state[m + 2] * blue + state[15 + k]
                    y[r, q, k] = min(max(value, zero), one)
            else:
                for k in range(c):
                    value = (state[6] + state[7] + state[8]) * y[r, q, k] + state[15]
                    y[r, q, k] = min(max(value, zero), one)


@inner
def disturb(y, sigma, key, at):
    """v + σ e, e normal (Box & Muller, 1958), cut off to 0..1."""
    h, w, c = y.shape
    number = y.dtype.type
    for r in range(h):
        for q in range(w):
            for k in range(c):
                e = sqrt(-2.0 * log(1.0 - uniform(key, at))) * cos(2.0 * pi * uniform(key, at + 1))
                y[r, q, k] = min(max(y[r, q, k] + sigma * number(e), number(0)), number(1))
                at += 2


@kernel
def augment_pixels(y, x, scale, shift, clock, stream, first, moves, state, spare, taps):
    """y[n] = (v − mean) / std of v = image n of x (bytes), changed by `moves` (see `moves`), 0 where it is erased.

    Everything is drawn for (seed, stream, step, place in the batch). In this order, whatever that of the list: places,
    blur, colours, noise, erasing. scale = 1 / (255 std), shift = −mean / std, [W·C].
    """
    n, h, w, c = x.shape
    key = stream_key(clock[0], stream, clock[1])
    for i in range(n):
        own = bits(key, first + i)
        draw_moves(state, moves, own, h, w)
        image = y[i]
        warp(image, x[i], state)
        if state[18] > 0:
            blur(image, spare, taps, state[18])
        recolour(image, state)
        if state[19] > 0:
            disturb(image, state[19], own, moves.shape[0] * DRAWS)
        for r in range(h):
            for q in range(w):
                for k in range(c):
                    image[r, q, k] = image[r, q, k] * (255 * scale[k]) + shift[k]
        for r in range(int(state[20]), int(state[21])):
            for q in range(int(state[22]), int(state[23])):
                for k in range(c):
                    image[r, q, k] = 0
