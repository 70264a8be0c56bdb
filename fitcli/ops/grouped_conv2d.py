"""Convolution in groups (Krizhevsky et al., 2012; Xie et al., ResNeXt, 2017): channels in groups that do not see each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fitcli.autodiff.op import Op, Shape
from fitcli.autodiff.tape import accumulate, fill
from fitcli.errors import Problem, ShapeError
from fitcli.ops import OPS
from fitcli.ops.concat import put_channels, take_channels
from fitcli.ops.conv2d import Conv2d
from fitcli.ops.shapes import as_image
from fitcli.ops.views import rows


@OPS.register("grouped_conv2d")
@dataclass(frozen=True)
class GroupedConv2d(Op):
    """The g-th of `groups` parts of y is the convolution `conv` of the g-th part of x; each has its own weights.

    x [N, H, W, C], w [kh, kw, C / groups, O]: the o-th output sees the inputs of its own group only.
    """

    conv: Conv2d  # its filters are those of one group
    groups: int

    def shape(self, x: Shape) -> Shape:
        h, w, c = as_image("conv", x)
        if c % self.groups:
            raise ShapeError(
                Problem(f"conv cannot cut {c} channels into {self.groups} equal groups",
                        allowed="a divisor of the number of channels")  # fmt: skip
            )
        return (*self.conv.shape((h, w, c // self.groups))[:2], self.conv.filters * self.groups)

    def biased(self, clip: bool) -> Op | None:
        conv = self.conv.biased(clip)
        return replace(self, conv=conv) if conv else None

    def absorb(self, follower: Op) -> Op | None:
        conv = self.conv.absorb(follower)
        return replace(self, conv=conv) if conv else None

    def _shapes(self, x: Shape, w: Shape, *b: Shape) -> tuple[Shape, ...]:
        """Of one group's x, w and bias."""
        o = self.conv.filters
        return ((*x[:2], x[2] // self.groups), (*w[:3], o), *((o,) for _ in b))

    def derived(self, dtype, back, x, w, *b):
        one = self.conv.derived(dtype, back, *self._shapes(x, w, *b))
        return {f"{name}_{g}": shape for g in range(self.groups) for name, shape in one.items()}

    def _scratches(self, s) -> list:
        """A Scratch for each group, with the derived arrays under the names that `conv` knows."""
        shapes = self._shapes(*s.shapes)
        found = [replace(s, shapes=shapes, kept=False) for _ in range(self.groups)]
        for name, array in vars(s).items():
            stem, _, number = name.rpartition("_")
            if stem and number.isdigit():
                setattr(found[int(number)], stem, array)
        return found

    def _part(self, whole, g, s):
        """A copy of the g-th part of the last axis."""
        part = s.new((*whole.shape[:-1], whole.shape[-1] // self.groups))
        take_channels(rows(part), rows(whole), g * part.shape[-1])
        return part

    def _vectors(self, vectors, g) -> list:
        o = self.conv.filters
        return [v[g * o : (g + 1) * o] for v in vectors]

    def prepare(self, w, *b_and_s):
        for g, s in enumerate(self._scratches(b_and_s[-1])):
            self.conv.prepare(self._part(w, g, s), s)

    def forward(self, y, x, w, *b_and_s):
        *b, s = b_and_s
        s.parts = self._scratches(s)
        for g, part in enumerate(s.parts):
            part.y = part.new((*y.shape[:3], self.conv.filters))
            self.conv.forward(part.y, self._part(x, g, part), w, *self._vectors(b, g), part)
            put_channels(rows(y), rows(part.y), g * self.conv.filters)

    def vjp(self, y_bar, x_bar, w_bar, *args):
        *b_bar, y, x, w = args[: 4 if self.conv.bias else 3]
        s = args[-1]
        for g, part in enumerate(s.parts):
            x_g = s.new((*x.shape[:3], x.shape[3] // self.groups)) if x_bar is not None else None
            w_g, sums = (s.new((*w.shape[:3], self.conv.filters)) for _ in range(2))
            fill(w_g, 0.0)
            bars = (self._part(y_bar, g, s), x_g, w_g, *self._vectors(b_bar, g))
            self.conv.vjp(*bars, part.y, part.bordered, w, *([None] if self.conv.bias else []), part)
            take_channels(rows(sums), rows(w_bar), g * self.conv.filters)
            accumulate(sums, w_g)
            put_channels(rows(w_bar), rows(sums), g * self.conv.filters)
            if x_bar is not None:
                put_channels(rows(x_bar), rows(x_g), g * x_g.shape[3])

    def jvp(self, y_dot, x_dot, w_dot, *args):
        *b_dot, y, x, w = args[: 4 if self.conv.bias else 3]
        s = args[-1]
        for g, part in enumerate(s.parts):
            y_g = s.new((*y.shape[:3], self.conv.filters))
            dots = (y_g, self._part(x_dot, g, s), self._part(w_dot, g, s), *self._vectors(b_dot, g))
            values = (part.y, self._part(x, g, s), self._part(w, g, s), *([None] if self.conv.bias else []))
            self.conv.jvp(*dots, *values, part)
            put_channels(rows(y_dot), rows(y_g), g * self.conv.filters)

    def multiply_adds(self, x, w, *b):
        return self.groups * self.conv.multiply_adds(*self._shapes(x, w, *b))
