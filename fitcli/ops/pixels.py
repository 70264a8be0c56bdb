"""The program's first instruction: bytes to numbers, normalised, in training flipped and shifted (or more) at random."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.kernels.native import flat
from fitcli.kernels.random import bits, stream_key
from fitcli.ops import OPS
from fitcli.ops.moves import FIELDS, FLIP, SHIFT, STATE


@kernel
def load_pixels(y, x, scale, shift, clock, stream, first, flip_columns, flip_rows, pad_rows, pad_columns):
    """y[n, r, q] = scale · x[n, r', q'] + shift; outside of the image x counts as 0.

    One draw for (seed, stream, step, place in the batch) decides each image's flips and shift. scale, shift [W·C]: one
    number for each place of a row, so that a row that is not mirrored is one loop.
    """
    n, h, w, c = x.shape
    key = stream_key(clock[0], stream, clock[1])
    number = y.dtype.type  # else a byte times a float32 would be taken as float64
    for i in range(n):
        draw = bits(key, first + i)
        mirror_q = flip_columns and (draw & np.uint64(1)) != 0
        mirror_r = flip_rows and (draw & np.uint64(2)) != 0
        dr = np.int64((draw >> np.uint64(8)) % np.uint64(2 * pad_rows + 1)) - pad_rows
        dq = np.int64((draw >> np.uint64(32)) % np.uint64(2 * pad_columns + 1)) - pad_columns
        # Columns [low, high) of the output lie inside of the image; what lies outside is a shift: it repeats, like scale.
        low, high = (max(0, dq), min(w, w + dq)) if mirror_q else (max(0, -dq), min(w, w - dq))
        low = min(low, w)
        high = max(high, low)
        for r in range(h):
            at_r = (h - 1 - r if mirror_r else r) + dr
            row = flat(y[i, r])
            if at_r < 0 or at_r >= h:
                for j in range(w * c):
                    row[j] = shift[j]
                continue
            for j in range(low * c):
                row[j] = shift[j]
            for j in range(high * c, w * c):
                row[j] = shift[j]
            source = flat(x[i, at_r])
            if mirror_q:
                for q in range(low, high):
                    at = (w - 1 - q + dq) * c
                    for k in range(c):
                        row[q * c + k] = number(source[at + k]) * scale[k] + shift[k]
            else:
                # Views from 0 on: an index that might be negative would keep the loop from being vectorised.
                from_x, into = source[(low + dq) * c : (high + dq) * c], row[low * c : high * c]
                for j in range(into.size):
                    into[j] = number(from_x[j]) * scale[j] + shift[j]


_WHOLE = 4096  # numbers of an image whose scales and shifts stay in the cache


@OPS.register("pixels")
@dataclass(frozen=True)
class Pixels(Op):
    """uint8 [N, H, W, C] → (x / 255 − mean) / std. Its input is not differentiable: the graph's derivatives start here."""

    mean: tuple[float, ...]
    std: tuple[float, ...]
    flip_columns: bool = False  # left ↔ right
    flip_rows: bool = False
    pad: tuple[int, int] = (0, 0)  # shift by up to so many rows and columns
    moves: tuple[tuple[float, ...], ...] = ()  # further changes, see `moves`: kind, probability, settings

    def shape(self, x: Shape) -> Shape:
        return x

    def _load(self, y, x, s, *augment):
        if not any(augment) and prod(x.shape[1:]) <= _WHOLE:  # nothing tells rows apart: a small image is one
            y, x = (a.reshape(a.shape[0], 1, -1, a.shape[3]) for a in (y, x))
        load_pixels(y, x, *self._line(y), s.clock, s.stream, s.first, *augment)

    def _line(self, y):
        """scale and shift for each place of a row."""
        columns = y.shape[2]
        scale = np.array([1 / (255 * d) for d in self.std] * columns, y.dtype)
        return scale, np.array([-m / d for m, d in zip(self.mean, self.std, strict=True)] * columns, y.dtype)

    def forward(self, y, x, s):
        if not self.moves:
            self._load(y, x, s, self.flip_columns, self.flip_rows, *self.pad)
            return
        from fitcli.ops.augmented import MOST_TAPS, augment_pixels

        table = np.array([(*move, *(0.0,) * (FIELDS - len(move))) for move in (*self._own_moves(), *self.moves)])
        spare = s.new((STATE,)), s.new(y.shape[1:]), s.new((MOST_TAPS,))
        augment_pixels(y, x, *self._line(y), s.clock, s.stream, s.first, table, *spare)

    def _own_moves(self):
        if any(self.pad):
            yield (SHIFT, 1.0, *self.pad)
        if self.flip_columns or self.flip_rows:
            yield (FLIP, 1.0, self.flip_columns, self.flip_rows)

    def evaluate(self, y, x, s):
        self._load(y, x, s, False, False, 0, 0)
