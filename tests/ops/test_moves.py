"""What is drawn for an image, against a twin in plain Python that multiplies matrices one by one."""

import math

import numpy as np
import pytest

from fitcli.kernels.kernel import kernel
from fitcli.kernels.random import bits, stream_key
from fitcli.ops.moves import (
    AFFINE, BLUR, COLOUR, CROP, DRAWS, ERASE, FIELDS, FLIP, NOISE, POLICY, SHIFT, STATE, draw_moves,
)  # fmt: skip

WORD = (1 << 64) - 1
H, W = 12, 20
GREY = np.array([0.299, 0.587, 0.114])


@kernel
def draw_one(state, moves, seed, image, h, w):
    draw_moves(state, moves, bits(stream_key(seed, 5, 7), image), h, w)


def mix(z):
    z = (z + 0x9E3779B97F4A7C15) & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


class Twin:
    def __init__(self, seed, image):
        key = mix(mix(mix(seed) ^ 5) ^ 7)
        self.key = mix(key ^ mix(image))
        self.places, self.colours = np.eye(3), np.eye(4)
        self.blur = self.noise = 0.0
        self.erased = (0, 0, 0, 0)

    def u(self, at, low=0.0, high=1.0):
        return low + (high - low) * ((mix(self.key ^ mix(at)) >> 11) / 9007199254740992)

    def place(self, matrix, shift=(0, 0)):
        m = np.eye(3)
        m[:2, :2], m[:2, 2] = matrix, shift
        self.places = self.places @ m

    def colour(self, matrix, offset=0.0):
        m = np.eye(4)
        m[:3, :3], m[:3, 3] = matrix, offset
        self.colours = m @ self.colours

    def saturate(self, f):
        self.colour(f * np.eye(3) + (1 - f) * np.tile(GREY, (3, 1)))

    def apply(self, moves):
        for j, (kind, probability, *m) in enumerate(moves):
            m = [*m, *[0.0] * 8]
            at = j * DRAWS
            if self.u(at) < probability:
                self.one(kind, at, m)

    def one(self, kind, at, m):
        if kind == FLIP:
            rows = -1 if m[1] and self.u(at + 2) < 0.5 else 1
            self.place(np.diag([rows, -1 if m[0] and self.u(at + 1) < 0.5 else 1]))
        elif kind == SHIFT:
            self.place(np.eye(2), [math.floor(self.u(at + 1 + k) * (2 * m[k] + 1)) - m[k] for k in (0, 1)])
        elif kind == CROP:
            share, ratio = self.u(at + 1, m[0], m[1]), math.exp(self.u(at + 2, math.log(m[2]), math.log(m[3])))
            sides = [min(1, math.sqrt(share / ratio)), min(1, math.sqrt(share * ratio))]
            self.place(np.diag(sides), [(self.u(at + 3 + k) - 0.5) * (H, W)[k] * (1 - sides[k]) for k in (0, 1)])
        elif kind == AFFINE:
            a, s = (math.radians(self.u(at + 1 + k, -m[k], m[k])) for k in (0, 1))
            zoom = math.exp(self.u(at + 3, math.log(m[2]), math.log(m[3])))
            shift = [self.u(at + 4 + k, -m[4], m[4]) * (H, W)[k] for k in (0, 1)]
            self.place(np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]]) / zoom, shift)
            self.place([[1, 0], [math.tan(s), 1]])
        elif kind == COLOUR:
            f = [self.u(at + 1 + k, max(0, 1 - m[k]), 1 + m[k]) for k in range(3)]
            self.colour(f[0] * np.eye(3))
            self.colour(f[1] * np.eye(3), 0.5 * (1 - f[1]))
            self.saturate(f[2])
            if m[3]:
                self.hue(self.u(at + 4, -m[3], m[3]) * 2 * math.pi)
            if m[4]:
                self.saturate(0)
        elif kind == BLUR:
            self.blur = max(self.blur, self.u(at + 1, m[0], m[1]))
        elif kind == NOISE:
            self.noise = max(self.noise, self.u(at + 1, 0, m[0]))
        elif kind == ERASE:
            share, ratio = self.u(at + 1, m[0], m[1]), math.exp(self.u(at + 2, math.log(m[2]), math.log(m[3])))
            h = min(H, max(1, math.floor(H * math.sqrt(share / ratio) + 0.5)))
            w = min(W, max(1, math.floor(W * math.sqrt(share * ratio) + 0.5)))
            r, q = math.floor(self.u(at + 3) * (H - h + 1)), math.floor(self.u(at + 4) * (W - w + 1))
            self.erased = (r, r + h, q, q + w)
        elif kind == POLICY:
            for k in range(int(m[0])):
                self.simple(int(self.u(at + 2 + 2 * k) * 10), m[1] if self.u(at + 3 + 2 * k) < 0.5 else -m[1])

    def simple(self, kind, m):
        c, s = math.cos(m * math.pi / 6), math.sin(m * math.pi / 6)
        matrices = {1: [[c, -s], [s, c]], 2: [[1, 0.3 * m], [0, 1]], 3: [[1, 0], [0.3 * m, 1]]}
        if kind in matrices:
            self.place(matrices[kind])
        elif kind in (4, 5):
            self.place(np.eye(2), [0.3 * m * H, 0] if kind == 4 else [0, 0.3 * m * W])
        elif kind in (6, 7):
            self.colour((1 + 0.9 * m) * np.eye(3), -0.45 * m if kind == 7 else 0)
        elif kind == 8:
            self.saturate(1 + 0.9 * m)
        elif kind == 9:
            self.blur = max(self.blur, 1.5 * abs(m))

    def hue(self, angle):
        """In a basis of grey and two directions at right angles to it, the two are turned."""
        basis = np.array([[1, 1, 1], [1, -1, 0], [1, 1, -2]]) / np.sqrt([[3], [2], [6]])
        c, s = math.cos(angle), math.sin(angle)
        self.colour(basis.T @ np.array([[1, 0, 0], [0, c, -s], [0, s, c]]) @ basis)

    @property
    def state(self):
        a, c = self.places, self.colours
        return [*a[:2, :2].ravel(), *a[:2, 2], *c[:3, :3].ravel(), *c[:3, 3], self.blur, self.noise, *self.erased]


CASES = {
    "flip": [(FLIP, 1, 1, 0)], "both flips": [(FLIP, 1, 1, 1)], "shift": [(SHIFT, 1, 3, 2)],
    "crop": [(CROP, 1, 0.2, 1, 0.5, 2)], "affine": [(AFFINE, 1, 30, 20, 0.7, 1.4, 0.2)],
    "colour": [(COLOUR, 1, 0.4, 0.3, 0.5, 0, 0)],
    "hue": [(COLOUR, 1, 0.2, 0.1, 0.3, 0.5, 0)], "grey": [(COLOUR, 1, 0, 0, 0, 0, 1)],
    "blur": [(BLUR, 0.5, 0.1, 2)],
    "noise": [(NOISE, 0.7, 0.1)], "erase": [(ERASE, 0.8, 0.02, 0.5, 0.3, 3.3)], "policy": [(POLICY, 1, 3, 0.8)],
    "all": [(SHIFT, 1, 2, 2), (FLIP, 1, 1, 1), (CROP, 0.5, 0.3, 1, 0.7, 1.4), (AFFINE, 0.5, 10, 5, 0.9, 1.1, 0.1),
            (COLOUR, 0.8, 0.2, 0.2, 0.2, 0, 0), (POLICY, 0.5, 2, 0.3), (BLUR, 0.5, 0.1, 1),
            (ERASE, 0.5, 0.1, 0.2, 1, 1)],
}  # fmt: skip


def drawn(moves, seed, image, dtype="f8"):
    state = np.full(STATE, np.nan, dtype)
    draw_one(state, np.array([(*m, *[0.0] * (FIELDS - len(m))) for m in moves], float), seed, image, H, W)
    return state


@pytest.mark.parametrize("name", CASES)
def test_against_the_twin(name):
    for image in range(40):
        twin = Twin(3, image)
        twin.apply(CASES[name])
        np.testing.assert_allclose(drawn(CASES[name], 3, image), twin.state, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(drawn(CASES[name], 3, image, "f4"), twin.state, rtol=2e-5, atol=2e-5)


def test_a_turn_of_the_hue_leaves_grey():
    moves = [(COLOUR, 1, 0, 0, 0, 0.5, 0)]
    found = np.array([drawn(moves, 3, image)[6:15].reshape(3, 3) for image in range(20)])
    np.testing.assert_allclose(found.sum(2), 1, atol=1e-12)
    np.testing.assert_allclose(found @ found.transpose(0, 2, 1), np.tile(np.eye(3), (20, 1, 1)), atol=1e-12)
    assert len({m.tobytes() for m in found}) == 20


def test_as_often_as_the_probability_says():
    count = sum(drawn([(NOISE, 0.3, 1.0)], 0, image)[19] > 0 for image in range(2000))
    assert abs(count - 600) < 80  # four deviations


def test_what_is_drawn_is_spread_evenly():
    zooms = np.array([drawn([(CROP, 1, 0.25, 1, 1, 1)], 1, image)[0] ** 2 for image in range(2000)])
    assert zooms.min() >= 0.25 and abs(np.histogram(zooms, 5, (0.25, 1))[0] - 400).max() < 75
    kinds = {tuple(drawn([(POLICY, 1, 1, 0.5)], 1, image).round(6)) for image in range(600)}
    assert len(kinds) == 1 + 8 * 2 + 1  # nothing, eight in two directions, blur
