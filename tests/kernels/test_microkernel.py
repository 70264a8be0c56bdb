"""One register tile against plain sums, for the tiles of every target: LLVM runs wider and narrower ones here too."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from fitcli.kernels import microkernel
from fitcli.kernels.lazy import inner
from fitcli.kernels.target import AVX2, AVX512, NEON, PLAIN, tile

CANARY = -777.0
TILES = {"avx512": AVX512, "avx2": AVX2, "neon": NEON, "plain": PLAIN}


def compiled(scattered):
    """A tile with the target that is in force now, compiled afresh: a cached one would be another target's."""
    multiply = microkernel._tile_intrinsic(scattered)

    def run(zero, a, a_rows, b, c, c_rows, bias, rows, columns, n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip):
        multiply(zero, a, a_rows, b, c, c_rows, bias, rows, columns,
                 n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip)  # fmt: skip

    return inner(run)


def check(run, target, dtype, scattered, rng, rows, columns, start, clip):
    """One tile with strides that leave gaps in A, in B and between the rows of C."""
    n0, n1, n2 = 2, 2, 3
    held = min(columns, target.columns(dtype.itemsize))  # a tile takes no more; the caller goes on from there
    sa2 = 1 if scattered else rows + 1
    sa1, sb2 = n2 * sa2 + 1, held + 2
    sa0, sb1 = n1 * sa1 + 2, n2 * sb2
    sb0 = n1 * sb1 + 1
    a_rows = rng.permutation(rows) * 5
    a, b = (rng.standard_normal(500).astype(dtype), rng.standard_normal(2 * sb0 + held).astype(dtype))
    bias, c_rows = rng.standard_normal(held).astype(dtype), (rng.permutation(rows) * (held + 2)).astype(np.int64) + 2
    c = np.full(rows * (held + 2) + 2, CANARY, dtype)
    at = c_rows[:, None] + np.arange(held)
    c[at] = rng.standard_normal(at.shape)
    wanted = c.astype("f8")
    total = {0: 0.0, 1: wanted[at], 2: bias.astype("f8")}[start]
    for i, j, k in itertools.product(range(n0), range(n1), range(n2)):
        left = a[(a_rows if scattered else np.arange(rows)) + i * sa0 + j * sa1 + k * sa2].astype("f8")
        total = total + np.outer(left, b[i * sb0 + j * sb1 + k * sb2 + np.arange(held)].astype("f8"))
    wanted[at] = np.maximum(total, 0) if clip else total
    addresses = (x.ctypes.data for x in (a, a_rows, b, c, c_rows, bias))
    run(dtype.type(0), *addresses, rows, columns, n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip)  # fmt: skip
    np.testing.assert_allclose(c, wanted, rtol=0, atol=200 * np.finfo(dtype).eps)


@pytest.mark.parametrize(("scattered", "dtype"), [(True, "f4"), (False, "f8")], ids=["rows-f4", "columns-f8"])
@pytest.mark.parametrize("target", TILES)
def test_a_tile_of_every_target(target, scattered, dtype, monkeypatch):
    """Half of the combinations, as each is compiled anew; the product's own test runs the other half on this target."""
    dtype = np.dtype(dtype)
    target = TILES[target]
    if target.fma and not tile().fma:
        pytest.skip("this machine has no fused multiply-add")
    monkeypatch.setattr(microkernel, "tile", lambda: target)
    run, rng = compiled(scattered), np.random.default_rng(0)
    modes = list(itertools.product((0, 1, 2), (0, 1)))
    for rows, columns in itertools.product(range(1, target.rows + 1), range(1, target.columns(dtype.itemsize) + 3)):
        start, clip = modes[(rows + columns) % len(modes)]
        check(run, target, dtype, scattered, rng, rows, columns, start, clip)
