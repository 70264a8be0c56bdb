"""Random maps of one training image, drawn as numbers: an affine map of places, a linear map of colours, and the rest.

A *move* is a row of FIELDS numbers: kind, probability, settings. Moves of places compose into one affine map
p ↦ A p + t from places of the result to places of the source, both counted from the middle; moves of colours into one
map v ↦ M v + b of red, green, blue in 0..1. The state of an image holds what was drawn:

    0-3 A   4-5 t   6-14 M   15-17 b   18 blur σ   19 noise σ   20-23 erased rows and columns [from, to)
"""

from __future__ import annotations

from math import cos, exp, floor, log, pi, sin, sqrt

from fitcli.kernels.lazy import inner
from fitcli.kernels.random import uniform

FLIP, SHIFT, CROP, AFFINE, COLOUR, BLUR, NOISE, ERASE, POLICY = range(9)
FIELDS = 12
STATE = 24
DRAWS = 64  # random numbers kept for each move
POLICY_KINDS = 10


@inner
def turn(state, a00, a01, a10, a11, t0, t1):
    """(A, t) becomes (A, t) ∘ (a, t'): what comes later in the list acts on what came before."""
    s00, s01, s10, s11 = state[0], state[1], state[2], state[3]
    state[4] += s00 * t0 + s01 * t1
    state[5] += s10 * t0 + s11 * t1
    state[0], state[1] = s00 * a00 + s01 * a10, s00 * a01 + s01 * a11
    state[2], state[3] = s10 * a00 + s11 * a10, s10 * a01 + s11 * a11


@inner
def lighten(state, factor, offset):
    """v becomes factor · v + offset in every channel: brightness, contrast."""
    for k in range(6, 15):
        state[k] *= factor
    for k in range(15, 18):
        state[k] = state[k] * factor + offset


@inner
def mix_channels(state, m00, m01, m02, m10, m11, m12, m20, m21, m22):
    """(M, b) becomes m ∘ (M, b)."""
    for k in range(4):
        at, step = (6 + k, 3) if k < 3 else (15, 1)
        r, g, b = state[at], state[at + step], state[at + 2 * step]
        state[at] = m00 * r + m01 * g + m02 * b
        state[at + step] = m10 * r + m11 * g + m12 * b
        state[at + 2 * step] = m20 * r + m21 * g + m22 * b


@inner
def saturate(state, factor):
    """Each channel between grey = 0.299 R + 0.587 G + 0.114 B (factor 0) and itself (factor 1)."""
    r, g, b = 0.299 * (1.0 - factor), 0.587 * (1.0 - factor), 0.114 * (1.0 - factor)
    mix_channels(state, r + factor, g, b, r, g + factor, b, r, g, b + factor)


@inner
def rotate_hue(state, angle):
    """A turn about the axis of grey, R = G = B (Rodrigues, 1840): c I + (1 − c) / 3 · 1 1ᵀ + s / √3 · [1]×."""
    c, s = cos(angle), sin(angle) / sqrt(3.0)
    same = (1.0 - c) / 3.0
    mix_channels(state, c + same, same - s, same + s, same + s, c + same, same - s, same - s, same + s, c + same)


@inner
def between(key, at, low, high):
    return low + (high - low) * uniform(key, at)


@inner
def draw_policy(state, key, at, count, magnitude, h, w):
    """`count` of ten simple moves, each as strong as `magnitude` says, in one direction or the other."""
    for k in range(count):
        kind = int(uniform(key, at + 2 + 2 * k) * POLICY_KINDS)
        m = magnitude if uniform(key, at + 3 + 2 * k) < 0.5 else -magnitude
        if kind == 1:
            angle = m * pi / 6
            turn(state, cos(angle), -sin(angle), sin(angle), cos(angle), 0.0, 0.0)
        elif kind == 2:
            turn(state, 1.0, 0.3 * m, 0.0, 1.0, 0.0, 0.0)
        elif kind == 3:
            turn(state, 1.0, 0.0, 0.3 * m, 1.0, 0.0, 0.0)
        elif kind == 4:
            turn(state, 1.0, 0.0, 0.0, 1.0, 0.3 * m * h, 0.0)
        elif kind == 5:
            turn(state, 1.0, 0.0, 0.0, 1.0, 0.0, 0.3 * m * w)
        elif kind == 6:
            lighten(state, 1.0 + 0.9 * m, 0.0)
        elif kind == 7:
            lighten(state, 1.0 + 0.9 * m, -0.45 * m)
        elif kind == 8:
            saturate(state, 1.0 + 0.9 * m)
        elif kind == 9:
            state[18] = max(state[18], state.dtype.type(1.5 * abs(m)))


@inner
def draw_moves(state, moves, key, h, w):
    """Fill `state` for the image of this key."""
    state[:] = 0
    state[0] = state[3] = state[6] = state[10] = state[14] = 1
    for j in range(moves.shape[0]):
        at = j * DRAWS
        if uniform(key, at) >= moves[j, 1]:
            continue
        m = moves[j]
        kind = int(m[0])
        if kind == FLIP:  # of columns, of rows: each by its own coin
            fq, fr = m[2] > 0 and uniform(key, at + 1) < 0.5, m[3] > 0 and uniform(key, at + 2) < 0.5
            turn(state, -1.0 if fr else 1.0, 0.0, 0.0, -1.0 if fq else 1.0, 0.0, 0.0)
        elif kind == SHIFT:
            dr = floor(uniform(key, at + 1) * (2 * m[2] + 1)) - m[2]
            dq = floor(uniform(key, at + 2) * (2 * m[3] + 1)) - m[3]
            turn(state, 1.0, 0.0, 0.0, 1.0, dr, dq)
        elif kind == CROP:  # area and proportions of the part that fills the image
            share = between(key, at + 1, m[2], m[3])
            ratio = exp(between(key, at + 2, log(m[4]), log(m[5])))
            sr, sq = min(1.0, sqrt(share / ratio)), min(1.0, sqrt(share * ratio))
            tr = (uniform(key, at + 3) - 0.5) * h * (1.0 - sr)
            tq = (uniform(key, at + 4) - 0.5) * w * (1.0 - sq)
            turn(state, sr, 0.0, 0.0, sq, tr, tq)
        elif kind == AFFINE:  # degrees, shear in degrees, zoom from, to, shift in shares of the sides
            angle = between(key, at + 1, -m[2], m[2]) * pi / 180
            shear = between(key, at + 2, -m[3], m[3]) * pi / 180
            zoom = exp(between(key, at + 3, log(m[4]), log(m[5])))
            tr, tq = between(key, at + 4, -m[6], m[6]) * h, between(key, at + 5, -m[6], m[6]) * w
            turn(state, cos(angle) / zoom, -sin(angle) / zoom, sin(angle) / zoom, cos(angle) / zoom, tr, tq)
            turn(state, 1.0, 0.0, sin(shear) / cos(shear), 1.0, 0.0, 0.0)
        elif kind == COLOUR:  # brightness, contrast, saturation, hue, greyscale
            lighten(state, between(key, at + 1, max(0.0, 1.0 - m[2]), 1.0 + m[2]), 0.0)
            contrast = between(key, at + 2, max(0.0, 1.0 - m[3]), 1.0 + m[3])
            lighten(state, contrast, 0.5 * (1.0 - contrast))
            saturate(state, between(key, at + 3, max(0.0, 1.0 - m[4]), 1.0 + m[4]))
            if m[5] > 0:
                rotate_hue(state, between(key, at + 4, -m[5], m[5]) * 2 * pi)
            if m[6] > 0:
                saturate(state, 0.0)
        elif kind == BLUR:
            state[18] = max(state[18], state.dtype.type(between(key, at + 1, m[2], m[3])))
        elif kind == NOISE:
            state[19] = max(state[19], state.dtype.type(between(key, at + 1, 0.0, m[2])))
        elif kind == ERASE:  # area and proportions of what is erased
            share = between(key, at + 1, m[2], m[3])
            ratio = exp(between(key, at + 2, log(m[4]), log(m[5])))
            eh = min(float(h), max(1.0, floor(h * sqrt(share / ratio) + 0.5)))
            ew = min(float(w), max(1.0, floor(w * sqrt(share * ratio) + 0.5)))
            state[20] = floor(uniform(key, at + 3) * (h - eh + 1))
            state[22] = floor(uniform(key, at + 4) * (w - ew + 1))
            state[21], state[23] = state[20] + eh, state[22] + ew
        elif kind == POLICY:
            draw_policy(state, key, at, int(m[2]), m[3], h, w)
