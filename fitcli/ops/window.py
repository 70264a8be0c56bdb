"""The arithmetic of windows that slide over an image: sizes, borders, and which taps meet which pixel."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np

from fitcli.autodiff.graph import MAX_NUMBERS
from fitcli.errors import Problem, ShapeError

Pair = tuple[int, int]
MAX_SIDE = 100_000  # pixels
_PIXELS = 96  # of one block: enough rows to fill tiles, few enough to stay in the first-level cache


@dataclass(frozen=True)
class Phase:
    """The input pixels ≡ `at` (mod stride) along one axis, and the taps that reach them.

    Pixel at + stride · i gets tap `tap` − t · `step` from output pixel i + `offset` + t · `move`, for t < `count`.
    """

    at: int
    pixels: int
    tap: int
    step: int
    count: int
    offset: int
    move: int


@dataclass(frozen=True)
class Axis:
    """A window's border before and after the pixels of one axis, and its outputs."""

    before: int
    after: int
    outputs: int


def axis(op, i: int, n: int) -> Axis:
    """Along axis i of n pixels, for an op with `kernel`, `stride`, `dilation` and `padding`."""
    k, s = (op.kernel[i] - 1) * op.dilation[i] + 1, op.stride[i]
    whole = n + 2 * (0 if op.padding == "same" else op.padding[i])
    for what, size in (("a window", k), ("a stride", s), ("an image with its border", whole)):
        if size > MAX_SIDE:
            raise ShapeError(Problem(f"{what} of {size:,} pixels is too large", allowed=f"{MAX_SIDE:,} pixels",
                                     hint="a smaller kernel, dilation, padding or stride"))  # fmt: skip
    if op.padding == "same":
        out = -(-n // s)
        border = max((out - 1) * s + k - n, 0)
        return Axis(border // 2, border - border // 2, out)
    p = op.padding[i]
    return Axis(p, p, (n + 2 * p - k) // s + 1)


def axes(op, x: tuple[int, int, int]) -> tuple[Axis, Axis]:
    """Both axes of an image x [h, w, c]; ShapeError where it is too large with its border, which is laid round it."""
    found = axis(op, 0, x[0]), axis(op, 1, x[1])
    h, w = (n + a.before + a.after for n, a in zip(x, found, strict=False))
    if h * w * x[2] > MAX_NUMBERS:
        raise ShapeError(Problem(f"an image of {h}×{w}×{x[2]} numbers with its border is too large",
                                 allowed=f"{MAX_NUMBERS:,} numbers",
                                 hint="a smaller kernel, dilation or padding"))  # fmt: skip
    return found


def phases(n: int, kernel: int, stride: int, before: int, dilation: int) -> list[Phase]:
    """The transpose of a strided window along one axis of n pixels, as one dense window for each residue."""
    found = []
    for at in range(min(stride, n)):
        pixels = (n - at + stride - 1) // stride
        taps = [t for t in range(kernel) if (at + before - t * dilation) % stride == 0]
        if not taps:
            found.append(Phase(at, pixels, 0, 1, 0, 0, 0))
            continue
        step = stride // gcd(stride, dilation)
        offset = (at + before - taps[-1] * dilation) // stride
        found.append(Phase(at, pixels, taps[-1], step, len(taps), offset, step * dilation // stride))
    return found


def reach(found: list[Phase], out: int) -> Pair:
    """Rows of border that the output needs before and after so that every phase stays inside."""
    used = [p for p in found if p.count]
    first = min((p.offset for p in used), default=0)
    last = max((p.offset + (p.count - 1) * p.move + p.pixels - 1 for p in used), default=0)
    return max(0, -first), max(0, last - (out - 1))


def _even(count: int, most: int) -> int:
    """The size of pieces of no more than `most` (or one) that `count` is cut into, all alike but the last."""
    return -(-count // -(-count // max(1, most)))


@dataclass(frozen=True)
class Blocks:
    """How the windows of a microbatch are cut: `block` rows of `group` images share one table of offsets."""

    block: int
    group: int

    @classmethod
    def of(cls, n: int, height: int, columns: int, pixels: int = _PIXELS) -> Blocks:
        """Of about so many pixels, and as even as can be."""
        block = _even(height, pixels // columns)
        return cls(block, _even(n, pixels // (height * columns)) if block == height else 1)

    def table(self, columns: int, image: int, row: int, column: int) -> np.ndarray:
        """Offsets of the block's windows, by the strides of images, rows and columns."""
        i, r, q = np.ogrid[: self.group, : self.block, :columns]
        return np.ascontiguousarray((i * image + r * row + q * column).reshape(-1), np.int64)
