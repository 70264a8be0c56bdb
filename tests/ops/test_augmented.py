"""The pixels of augmented images, against a slow twin: every pixel by its definition."""

import math

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager, drive
from fitcli.autodiff.graph import Builder, Graph
from fitcli.autodiff.tape import Shared, Tape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.random import bits, stream_key, stream_of
from fitcli.ops.augmented import MOST_TAPS, blur, disturb, recolour, warp
from fitcli.ops.moves import AFFINE, BLUR, COLOUR, CROP, DRAWS, ERASE, FIELDS, NOISE, POLICY, STATE, draw_moves
from fitcli.ops.pixels import Pixels

ALL = ((CROP, 0.7, 0.4, 1, 0.8, 1.25), (AFFINE, 0.7, 25, 10, 0.8, 1.3, 0.1), (COLOUR, 0.7, 0.3, 0.3, 0.3, 0.1, 0),
       (BLUR, 0.5, 0.1, 1.5), (NOISE, 0.5, 0.1), (ERASE, 0.5, 0.05, 0.3, 0.5, 2), (POLICY, 0.5, 2, 0.5))  # fmt: skip


@kernel
def draw_one(state, moves, seed, step, stream, image, h, w):
    draw_moves(state, moves, bits(stream_key(seed, stream, step), image), h, w)


@kernel
def warp_one(y, x, state):
    warp(y, x, state)


@kernel
def blur_one(y, spare, taps, sigma):
    blur(y, spare, taps, sigma)


@kernel
def recolour_one(y, state):
    recolour(y, state)


@kernel
def disturb_one(y, sigma, key):
    disturb(y, sigma, key, 0)


def warped(x, a, t):
    h, w, c = x.shape
    y = np.zeros((h, w, c))
    for r in range(h):
        for q in range(w):
            at = a @ [r - (h - 1) / 2, q - (w - 1) / 2] + t + [(h - 1) / 2, (w - 1) / 2]
            if not (-0.5 <= at[0] <= h - 0.5 and -0.5 <= at[1] <= w - 0.5):
                continue
            at = np.clip(at, 0, [h - 1, w - 1])
            for i in range(h):
                for j in range(w):
                    y[r, q] += max(0, 1 - abs(at[0] - i)) * max(0, 1 - abs(at[1] - j)) * x[i, j] / 255
    return y


def blurred(x, sigma):
    reach = min(int(3 * sigma) + 1, MOST_TAPS - 1)
    taps = np.exp(-0.5 * np.arange(-reach, reach + 1) ** 2 / sigma**2)
    for axis in (0, 1):
        wide = np.pad(x, [(reach, reach) if k == axis else (0, 0) for k in range(3)], "edge")
        x = sum(t * np.take(wide, range(d, d + x.shape[axis]), axis) for d, t in enumerate(taps / taps.sum()))
    return x


def images(n, h, w, c, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, h, w, c), np.uint8)


@pytest.mark.parametrize("c", [1, 3])
@pytest.mark.parametrize("a", [np.eye(2), np.diag([1, -1]), [[0.7, -0.4], [0.5, 0.9]], [[2, 0], [0, 0.3]]])
def test_places(c, a):
    x, state = images(1, 5, 8, c)[0], np.zeros(STATE)
    for t in ([0, 0], [1, -2], [0.3, 0.7], [40, 0]):
        state[:4], state[4:6] = np.ravel(a), t
        y = np.full(x.shape, np.nan)
        warp_one(y, x, state)
        np.testing.assert_allclose(y, warped(x, np.array(a), np.array(t)), atol=1e-12)


@pytest.mark.parametrize("sigma", [0.1, 0.8, 2.5, 5.0])
def test_blur(sigma):
    x = images(1, 9, 7, 3)[0] / 255
    y = x.copy()
    blur_one(y, np.full_like(x, np.nan), np.full(MOST_TAPS, np.nan), sigma)
    np.testing.assert_allclose(y, blurred(x, sigma), atol=1e-12)
    assert abs(y.mean() - x.mean()) < 0.2 and y.std() <= x.std()


@pytest.mark.parametrize("c", [1, 3])
def test_colours_are_cut_off(c):
    x, state = images(1, 4, 5, c)[0] / 255, np.zeros(STATE)
    state[6:18] = np.random.default_rng(0).normal(0.4, 0.6, 12)
    m, b = state[6:15].reshape(3, 3), state[15:18]
    wanted = x @ m.T + b if c == 3 else x * m[0].sum() + b[0]
    y = x.copy()
    recolour_one(y, state)
    np.testing.assert_allclose(y, np.clip(wanted, 0, 1), atol=1e-12)
    assert (wanted > 1).any() and (y == 1).any()


def test_noise_is_normal_and_cut_off():
    y = np.full((100, 100, 1), 0.5)
    disturb_one(y, 0.1, 12345)
    assert abs(y.mean() - 0.5) < 0.004 and abs(y.std() - 0.1) < 0.003
    assert abs((np.abs(y - 0.5) < 0.1).mean() - math.erf(math.sqrt(0.5))) < 0.02
    disturb_one(y, 5.0, 1)
    assert y.min() == 0 and y.max() == 1


def run(op, x, train=True, seed=0, step=0, dtype="f8", sizes=None):
    g = Builder(2)
    pixels = g.input("image", x.shape[1:], "u1")
    with g.scope("pixels"):
        y = g.apply(op, pixels)
    graph = Graph(tuple(g.nodes), y)
    eager = Eager(graph, {}, np.dtype(dtype), train, seed)
    eager.clock[1] = step
    out, at = [], 0
    for n in sizes or [len(x)]:
        tape = Tape(graph, {}, Shared(eager.clock), np.empty, eager.dtype, n, at, len(x), train)
        tape.value[pixels] = x[at : at + n]
        drive(tape.forward())
        out.append(tape.value[y])
        at += n
    return np.concatenate(out)


@pytest.mark.parametrize("c", [1, 3])
def test_everything_together(c):
    op = Pixels((0.4,) * c, (0.3,) * c, moves=ALL)
    x = images(16, 9, 11, c)
    y = run(op, x, seed=3, step=2)
    table = np.array([(*m, *[0.0] * (FIELDS - len(m))) for m in ALL], float)
    seen = np.zeros(3, int)
    for i, image in enumerate(x):
        s = np.zeros(STATE)
        draw_one(s, table, 3, 2, stream_of("pixels"), i, 9, 11)
        v = warped(image, s[:4].reshape(2, 2), s[4:6])
        v = blurred(v, s[18]) if s[18] else v
        m = s[6:15].reshape(3, 3)
        v = np.clip(v @ m.T + s[15:18] if c == 3 else v * m[0].sum() + s[15], 0, 1)
        noisy = s[19] > 0
        v = (v - 0.4) / 0.3
        erased = slice(int(s[20]), int(s[21])), slice(int(s[22]), int(s[23]))
        v[erased] = 0
        assert (y[i][erased] == 0).all()
        np.testing.assert_allclose(y[i], v, atol=6 * s[19] / 0.3 + 1e-9 if noisy else 1e-9)
        seen += [noisy, s[18] > 0, s[21] > s[20]]
    assert (seen > 0).all() and (seen < 16).all()


def test_the_draw_does_not_depend_on_the_microbatch(dtype):
    op, x = Pixels((0.5,) * 3, (0.25,) * 3, flip_columns=True, pad=(2, 2), moves=ALL), images(7, 6, 5, 3)
    whole = run(op, x, dtype=dtype)
    for sizes in ([3, 4], [1] * 7, [6, 1]):
        np.testing.assert_array_equal(run(op, x, sizes=sizes, dtype=dtype), whole)
    for other in (run(op, x, seed=1, dtype=dtype), run(op, x, step=1, dtype=dtype)):
        assert (other != whole).any((1, 2, 3)).all()


def test_evaluation_never_augments(dtype):
    op, x = Pixels((0.5,) * 3, (0.25,) * 3, moves=ALL), images(4, 6, 5, 3)
    plain = Pixels((0.5,) * 3, (0.25,) * 3)
    np.testing.assert_array_equal(run(op, x, train=False, dtype=dtype), run(plain, x, dtype=dtype))


def test_flips_and_shifts_among_other_moves_are_exact():
    """A move that never happens: what is left are integer moves, which need no interpolation."""
    never = ((NOISE, 0.0, 1.0),)
    op, x = Pixels((0.0,), (1.0,), flip_columns=True, flip_rows=True, pad=(1, 2), moves=never), images(40, 5, 6, 1)
    y = (run(op, x) * 255).round(9)
    found = set()
    for image, moved in zip(x, y):
        wide = np.pad(image, ((1, 1), (2, 2), (0, 0)))
        options = {
            (dr, dq, rows, columns): wide[1 + dr : 6 + dr, 2 + dq : 8 + dq][:: rows, :: columns]
            for dr in (-1, 0, 1) for dq in range(-2, 3) for rows in (1, -1) for columns in (1, -1)
        }  # fmt: skip
        matches = [name for name, option in options.items() if np.array_equal(option, moved)]
        assert len(matches) == 1
        found.add(matches[0])
    assert len(found) > 20 and DRAWS >= 3
