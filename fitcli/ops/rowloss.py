"""What losses have in common: one number an image, from its outputs and its label."""

from __future__ import annotations

from fitcli.autodiff.op import Op, Shape
from fitcli.kernels.kernel import kernel
from fitcli.ops.shapes import as_vector


@kernel
def scale_rows(x, factors):
    """x[n, :] *= factors[n]."""
    for n in range(x.shape[0]):
        for k in range(x.shape[1]):
            x[n, k] *= factors[n]


@kernel
def row_products(y, a, b):
    """y[n] = Σₖ a[n, k] b[n, k]."""
    for n in range(a.shape[0]):
        total = a.dtype.type(0)
        for k in range(a.shape[1]):
            total += a[n, k] * b[n, k]
        y[n] = total


class RowLoss(Op):
    """x [N, K], labels [N] → y [N]. An op says y and the slopes D[n, k] = ∂y[n] / ∂x[n, k]; the rest is here:

    dy[n] = Σₖ D[n, k] dx[n, k]; x_bar[n, k] = D[n, k] y_bar[n].
    """

    def shape(self, x: Shape, labels: Shape) -> Shape:
        as_vector(self.name, x)
        return ()

    def slopes(self, d, x, labels) -> None:
        """Write D into d."""
        raise NotImplementedError

    def vjp(self, y_bar, x_bar, labels_bar, y, x, labels, s):
        self.slopes(x_bar, x, labels)
        scale_rows(x_bar, y_bar)

    def jvp(self, y_dot, x_dot, labels_dot, y, x, labels, s):
        d = s.new(x.shape)
        self.slopes(d, x, labels)
        row_products(y_dot, d, x_dot)
