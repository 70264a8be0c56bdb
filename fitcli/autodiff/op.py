"""What a differentiable operation is: a shape rule, a forward map, its derivative and the derivative's transpose.

    forward(y, *x, *w, s)                      y = f(x, w)
    jvp(y_dot, *x_dot, *w_dot, y, *x, *w, s)   y_dot = df(x_dot, w_dot)           push a tangent forward
    vjp(y_bar, *x_bar, *w_bar, y, *x, *w, s)   x_bar = dfᵀ_x(y_bar); w_bar += dfᵀ_w(y_bar)   pull a gradient back

x are activations [N, …] of one microbatch, w parameters. x_bar is *written*; a fan-out is summed by the tape. w_bar is
*added to*, for it is a sum over images. x_bar is None where nobody asks for it. `s` is a
Scratch: what the op saved and declared, and where the microbatch stands in its batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fitcli.autodiff.spread import Spread

Shape = tuple[int, ...]  # of one image, without the batch: (height, width, channels) or (features,)


@dataclass
class Sum:
    """A sum over the whole batch: each worker adds to its row of `parts`; after a `yield` the `total` is there."""

    parts: np.ndarray  # float64 [workers, size]
    total: np.ndarray  # float64 [size]
    worker: int = 0

    @property
    def part(self) -> np.ndarray:
        return self.parts[self.worker]


MEET = Sum(np.zeros((1, 0)), np.zeros(0))  # what an op yields only to wait until all workers have come as far


@dataclass
class Scratch:
    """Beside its arguments, what an op works with at one microbatch.

    What `forward` saves for `vjp` it keeps as an attribute: `s.halo = s.new(shape)`. The declared `derived` arrays and
    `sums` are attributes too.
    """

    clock: np.ndarray  # int64 [seed, step]
    stream: int  # number of the node's random stream
    first: int  # the microbatch's first image, counted in the batch
    batch: int  # images whose sums are taken together: the whole batch, or a part of it
    shapes: tuple[Shape, ...]  # of x, then w, for one image
    back: bool  # somebody will ask for x_bar
    new: Callable[[Shape], np.ndarray]  # an array in the working type, its values not set
    share: tuple[int, int] = (0, 1)  # in `prepare`: which part, of how many, this worker does
    kept: bool = False  # what forward saves waits for the whole batch: better computed anew from x, where that is cheap
    spread: Spread | None = None  # where the workers share out this op's weights: see `Op.spreads`
    start: int = 0  # the first of the images whose sums are taken together

    def part(self, count: int) -> tuple[int, int]:
        """[start, stop): this worker's share of `count` things in `prepare`."""
        at, of = self.share
        return count * at // of, count * (at + 1) // of

    @property
    def leads(self) -> bool:
        """Whether this microbatch does what is to be done once for all whose sums are taken together."""
        return self.first == self.start


class Op:
    """A frozen dataclass of settings. One file each; see the module's first lines for the three maps."""

    name: str = "op"
    view = False  # the output is the input's memory under another shape

    def shape(self, *x: Shape) -> Shape:
        """The shape of one image's output; ShapeError in the user's words when the inputs do not fit."""
        raise NotImplementedError

    def derived(self, dtype: np.dtype, back: bool, *shapes: Shape) -> dict[str, Shape]:
        """Arrays computed from the parameters alone, once a step, by `prepare`; `shapes` are those of x, then w.

        `back` says whether anybody will ask for x_bar.
        """
        return {}

    def prepare(self, *args) -> None:
        """Fill this worker's share of the `derived` arrays; takes (*w, s)."""

    def sums(self, *shapes: Shape) -> dict[str, int]:
        """Sizes of the whole-batch sums that the maps wait for with `yield`."""
        return {}

    def spreads(self, images: int, *shapes: Shape) -> bool:
        """Whether the workers had better share out its first parameter than the images; then `s.spread` is set, and
        `vjp` *writes* this worker's part of that parameter's gradient, the parts being one array."""
        return False

    def forward(self, y, *args) -> Iterator | None:
        raise NotImplementedError

    def evaluate(self, y, *args) -> Iterator | None:
        """The map outside of training; the same unless an op says otherwise."""
        return self.forward(y, *args)

    def vjp(self, y_bar, *args) -> Iterator | None:
        raise NotImplementedError

    def jvp(self, y_dot, *args) -> Iterator | None:
        raise NotImplementedError

    def absorb(self, follower: Op) -> Op | None:
        """An op that does this one and then `follower` in one pass, or None."""
        return None

    def biased(self, clip: bool) -> Op | None:
        """This op with a bias, and max(·, 0) behind it where `clip`; or None.

        For an op without that, y linear in x by its first parameter, the last axis of which is y's.
        """
        return None

    def behind(self, op: Op) -> tuple[Op, ...] | None:
        """In evaluation: ops that do `op` and then this one, the first by a weight and a bias from `fold`; or None."""
        return None

    def fold(self, weight, bias, *args) -> None:
        """Fill this worker's share of that weight and bias; takes (*w of the op before, *w, s)."""

    def multiply_adds(self, *shapes: Shape) -> int:
        """Multiply-adds of `forward` for one image; `shapes` are those of x, then w."""
        return 0
