from __future__ import annotations

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager, drive
from fitcli.autodiff.graph import Builder, Graph
from fitcli.autodiff.tape import Shared, Tape
from fitcli.kernels.random import stream_of
from fitcli.ops.pixels import Pixels

WORD = (1 << 64) - 1


def mix(z):
    z = (z + 0x9E3779B97F4A7C15) & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def draw(seed, name, step, place):
    """The 64 bits that decide one image."""
    return mix(mix(mix(mix(seed) ^ stream_of(name)) ^ step) ^ mix(place))


def moves(op, bits):
    """(mirror columns, mirror rows, shift of rows, shift of columns) of one image."""
    return (op.flip_columns and bits & 1, op.flip_rows and bits >> 1 & 1,
            (bits >> 8) % (2 * op.pad[0] + 1) - op.pad[0], (bits >> 32) % (2 * op.pad[1] + 1) - op.pad[1])  # fmt: skip


def moved(image, columns, rows, dr, dq):
    """y[r, q] = x[r + dr, q + dq] with x mirrored, 0 outside, by numpy's own means."""
    h, w, _ = image.shape
    p, s = abs(dr), abs(dq)
    wide = np.pad(image, ((p, p), (s, s), (0, 0)))
    image = wide[:, ::-1] if columns else wide
    image = image[::-1] if rows else image
    dr, dq = (-dr if rows else dr), (-dq if columns else dq)
    return image[p + dr : p + dr + h, s + dq : s + dq + w]


def run(op, x, train=True, seed=0, step=0, dtype="f8", sizes=None, name="pixels"):
    g = Builder(2)
    pixels = g.input("image", x.shape[1:], "u1")
    with g.scope(name):
        y = g.apply(op, pixels)
    graph = Graph(tuple(g.nodes), y)
    eager = Eager(graph, {}, np.dtype(dtype), train, seed)
    eager.clock[1] = step
    if sizes is None:
        return eager.forward({pixels: x}).value[y]
    out, at = [], 0
    for n in sizes:
        tape = Tape(graph, {}, Shared(eager.clock), np.empty, eager.dtype, n, at, len(x), train)
        tape.value[pixels] = x[at : at + n]
        drive(tape.forward())
        out.append(tape.value[y])
        at += n
    return np.concatenate(out)


def images(n, h, w, c, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, h, w, c), np.uint8)


def plain(c, **settings):
    return Pixels((0.0,) * c, (1.0,) * c, **settings)


def test_bytes_are_normalised_by_channel(dtype):
    op, x = Pixels((0.5, 0.25, 0.1), (0.25, 0.5, 2.0)), images(3, 4, 5, 3)
    x[0, 0, 0], x[0, 0, 1] = 0, 255
    y = run(op, x, dtype=dtype)
    assert y.dtype == dtype and op.shape((4, 5, 3)) == (4, 5, 3)
    wanted = (x / 255 - np.array(op.mean)) / np.array(op.std)
    np.testing.assert_allclose(y, wanted, rtol=0, atol=8 * np.finfo(dtype).eps)


AUGMENTED = {
    "columns": {"flip_columns": True},
    "rows": {"flip_rows": True},
    "shift": {"pad": (2, 2)},
    "rows only": {"pad": (3, 0)},
    "everything": {"flip_columns": True, "flip_rows": True, "pad": (1, 3)},
    "beyond the image": {"flip_columns": True, "pad": (9, 9)},
}


@pytest.mark.parametrize("settings", AUGMENTED)
@pytest.mark.parametrize(("h", "w", "c"), [(5, 4, 3), (1, 7, 1), (6, 6, 2)])
def test_flips_and_shifts_against_the_twin(settings, h, w, c):
    op, x = plain(c, **AUGMENTED[settings]), images(24, h, w, c)
    y = run(op, x, seed=3, step=9)
    for i, image in enumerate(x):
        wanted = moved(image, *moves(op, draw(3, "pixels", 9, i))) / 255
        np.testing.assert_allclose(y[i], wanted, rtol=0, atol=1e-15)


def test_what_lies_outside_is_black_and_normalised_like_black():
    op = Pixels((0.5,), (0.25,), pad=(9, 9))
    y = run(op, np.full((64, 3, 3, 1), 255, np.uint8))
    assert set(np.unique(y.round(12))) == {-2.0, 2.0}


def test_flips_are_as_likely_as_not_and_shifts_alike():
    n, op = 4000, plain(1, flip_columns=True, flip_rows=True, pad=(2, 1))
    found = np.array([moves(op, draw(0, "pixels", 0, i)) for i in range(n)])
    assert set(map(tuple, np.unique(found[:, 2:], axis=0))) == {(r, q) for r in range(-2, 3) for q in range(-1, 2)}
    counts = np.unique(found, axis=0, return_counts=True)[1]
    assert len(counts) == 2 * 2 * 5 * 3
    assert ((counts - n / 60) ** 2 / (n / 60)).sum() < 100  # chi square with 59 degrees of freedom: p = 0.0007
    x = np.zeros((n, 7, 5, 1), np.uint8)
    x[:, 3, 2] = 255
    places = np.argwhere(run(op, x)[..., 0] == 1)
    assert len(places) == n  # the pixel in the middle is never pushed out
    counts = np.unique(places[:, 1:], axis=0, return_counts=True)[1]
    assert len(counts) == 15 and ((counts - n / 15) ** 2 / (n / 15)).sum() < 38  # 14 degrees: p = 0.0005


def test_each_step_seed_and_place_draws_anew():
    op, x = plain(1, flip_columns=True, pad=(4, 4)), np.repeat(images(1, 9, 9, 1), 20, 0)
    runs = [run(op, x), run(op, x, step=1), run(op, x, seed=1), run(op, x, name="other")]
    for i, a in enumerate(runs):
        assert len({image.tobytes() for image in a}) > 15
        for b in runs[:i]:
            assert (a == b).all((1, 2, 3)).sum() < 5


def test_the_draw_does_not_depend_on_the_microbatch(dtype):
    op, x = plain(3, flip_columns=True, flip_rows=True, pad=(2, 2)), images(9, 5, 5, 3)
    whole = run(op, x, dtype=dtype)
    for sizes in ([4, 5], [1] * 9, [2, 2, 2, 3], [8, 1]):
        np.testing.assert_array_equal(run(op, x, sizes=sizes, dtype=dtype), whole)


def test_evaluation_never_augments(dtype):
    x = images(8, 5, 4, 3)
    op = plain(3, flip_columns=True, flip_rows=True, pad=(3, 3))
    np.testing.assert_array_equal(run(op, x, train=False, dtype=dtype), run(plain(3), x, dtype=dtype))
    assert (run(op, x, dtype=dtype) != run(plain(3), x, dtype=dtype)).any()


def test_without_augmentation_training_is_evaluation(dtype):
    x = images(8, 5, 4, 3)
    np.testing.assert_array_equal(run(plain(3), x, dtype=dtype), run(plain(3), x, train=False, dtype=dtype))
