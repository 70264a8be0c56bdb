"""Power-average pooling: the p-norm of each window (Gulcehre et al., Learned-norm pooling, 2014)."""

from __future__ import annotations

from dataclasses import dataclass

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops import OPS
from fitcli.ops.pooling import pooled, spans


@kernel
def lppool_forward(y, x, rows, columns, p):
    """y = (Σ |x|ᵖ)^(1/p) over rows[r] × columns[q]."""
    root = y.dtype.type(1) / p
    for i in range(x.shape[0]):
        for r in range(y.shape[1]):
            for q in range(y.shape[2]):
                out = y[i, r, q]
                out[:] = 0
                for a in range(rows[r, 0], rows[r, 1]):
                    for b in range(columns[q, 0], columns[q, 1]):
                        for k in range(out.size):
                            out[k] += abs(x[i, a, b, k]) ** p
                for k in range(out.size):
                    out[k] = out[k] ** root


@kernel
def lppool_chain(z, d, y, x, rows, columns, p, back):
    """back: z = 0, then z += weight · d at each pixel; else z = Σ weight · d. weight = sign(x) (|x| / y)^(p − 1)."""
    zero, one = z.dtype.type(0), z.dtype.type(1)
    z[:] = zero
    for i in range(x.shape[0]):
        for r in range(y.shape[1]):
            for q in range(y.shape[2]):
                norm = y[i, r, q]
                for a in range(rows[r, 0], rows[r, 1]):
                    for b in range(columns[q, 0], columns[q, 1]):
                        value = x[i, a, b]
                        for k in range(norm.size):
                            if value[k] == zero:  # the corner of |x|, and a norm of 0, are given the derivative 0
                                continue
                            weight = (abs(value[k]) / norm[k]) ** (p - one)
                            weight = weight if value[k] > zero else -weight
                            if back:
                                z[i, a, b, k] += weight * d[i, r, q, k]
                            else:
                                z[i, r, q, k] += weight * d[i, a, b, k]


@OPS.register("lppool")
@dataclass(frozen=True)
class LpPool(Op):
    """y[r, q] = (Σ |x[r·sh − pad + a, q·sw − pad + b]|ᵖ)^(1/p) over a < kh, b < kw; the border counts as 0,
    and so does what a window of `ceil_mode` has beyond it (PyTorch scales such a sum up by the area left out).

    dy = Σ sign(x) (|x| / y)^(p − 1) dx. A p of 1 sums absolute values, a large one nears max pooling.
    """

    size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int] = (0, 0)
    p: float = 2.0
    ceil_mode: bool = False

    def shape(self, x: Shape) -> Shape:
        return pooled("lppool", x, self.size, self.stride, self.padding, self.ceil_mode)

    def _windows(self, y, x):
        return (
            *(
                spans(x.shape[1 + axis], y.shape[1 + axis], self.size[axis], self.stride[axis], self.padding[axis])
                for axis in range(2)
            ),
            float(self.p),
        )

    def forward(self, y, x, s):
        lppool_forward(y, x, *self._windows(y, x))

    def vjp(self, y_bar, x_bar, y, x, s):
        lppool_chain(x_bar, y_bar, y, x, *self._windows(y, x), True)

    def jvp(self, y_dot, x_dot, y, x, s):
        lppool_chain(y_dot, x_dot, y, x, *self._windows(y, x), False)
