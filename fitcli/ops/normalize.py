"""Normalising an image's numbers by moments of its own: what layer, group, instance and RMS normalisation share."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.ops.moments import normalize_chain, normalize_forward, normalize_jvp, normalize_vjp, take_moments
from fitcli.ops.rowmoments import rows_chain, rows_forward, rows_vjp
from fitcli.ops.views import rows as flat


@dataclass(frozen=True)
class Normalize(Op):
    """x̂ = (x − mean) / √(var + ε), y = γ x̂ + β.

    With v = γ y_bar: x_bar = (v − mean(v) − x̂ mean(v x̂)) / √(var + ε), γ_bar = Σ y_bar x̂, β_bar = Σ y_bar.
    Parameters are γ, β, or γ alone, or none.
    """

    eps: float = 1e-5
    centred = True

    def cut(self, x: Shape) -> tuple[int, int, int, int]:
        """(rows, p, g, k) with product x.size: how one image is cut, see fitcli/ops/moments.py."""
        raise NotImplementedError

    def shape(self, x: Shape) -> Shape:
        self.cut(x)
        return x

    def _view(self, x):
        rows, p, g, k = self.cut(x.shape[1:])
        return x.reshape(x.shape[0] * rows, p, g, k)

    def forward(self, y, x, *w_and_s):
        *w, s = w_and_s
        gamma, beta = (*w, None, None)[:2]
        x = self._view(x)
        s.mean, s.inverse = s.new((x.shape[0], x.shape[2])), s.new((x.shape[0], x.shape[2]))
        if side_by_side(x):
            rows_forward(flat(y), s.mean, s.inverse, flat(x), self.eps, self.centred, gamma, beta)
            return
        take_moments(s.mean, s.inverse, x, self.eps, self.centred)
        normalize_forward(self._view(y), x, s.mean, s.inverse, gamma, beta)

    def vjp(self, y_bar, x_bar, *args):
        count = (len(args) - 3) // 2
        w_bar, x, w, s = args[:count], args[count + 1], args[count + 2 : -1], args[-1]
        x, y_bar = self._view(x), self._view(y_bar)
        if w and side_by_side(x):
            rows_vjp(*(*w_bar, None)[:2], flat(y_bar), flat(x), s.mean, s.inverse)
        elif w:
            normalize_vjp(*(*w_bar, None)[:2], y_bar, x, s.mean, s.inverse)
        if x_bar is not None:
            self._chain(self._view(x_bar), y_bar, x, w[0] if w else None, s)

    def jvp(self, y_dot, x_dot, *args):
        count = (len(args) - 3) // 2
        w_dot, x, w, s = args[:count], args[count + 1], args[count + 2 : -1], args[-1]
        x, y_dot = self._view(x), self._view(y_dot)
        self._chain(y_dot, self._view(x_dot), x, None, s)
        if w:
            normalize_jvp(y_dot, x, s.mean, s.inverse, w[0], *(*w_dot, None)[:2])

    def _chain(self, z, d, x, gamma, s):
        if side_by_side(x):
            rows_chain(flat(z), flat(d), flat(x), s.mean, s.inverse, gamma, self.centred)
            return
        means = s.new(s.mean.shape), s.new(s.mean.shape)
        normalize_chain(z, d, x, s.mean, s.inverse, gamma, self.centred, *means)


def side_by_side(x) -> bool:
    """Whether what is normalised together is one row of memory, for x as `_view` gives it."""
    return x.shape[1] == x.shape[2] == 1
