"""Convolution with 3 × 3 windows by Winograd's F(4×4, 3×3): 36 products instead of 144 for each 4 × 4 of output.

    Y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A      d: 6 × 6 pixels, g: 3 × 3 weights, Y: 4 × 4 outputs

The product ⊙ is, for each of the 36 places, a matrix product over channels. The gradient of the weights is the same
with the roles changed, F(3×3, 4×4): d and a 4 × 4 of z_bar give 3 × 3 sums. Points 0, ±1, ±2, ∞.
Lavin & Gray, Fast algorithms for convolutional neural networks, 2016; Winograd, Arithmetic complexity of
computations, 1980. In float32 the result is some 10 times less exact than the direct sum's (about 1e-6 of the
largest output).
"""

from __future__ import annotations

from fitcli.kernels.grid import ADD, BIAS, SET, grid_map
from fitcli.kernels.kernel import kernel
from fitcli.kernels.macc import ADD as ADD_PRODUCT
from fitcli.kernels.macc import ZERO, columns_product, link, panel_width, rows_product
from fitcli.kernels.native import address_of, local, size_of

OUT, POINTS = 4, 36  # outputs of a tile along one side; places of a 6 × 6 tile


def _input(d0, d1, d2, d3, d4, d5):
    """Bᵀ d."""
    a, b = d4 - 4 * d2, d3 - 4 * d1
    c, e = d4 - d2, 2 * (d3 - d1)
    return 4 * d0 - 5 * d2 + d4, a + b, a - b, c + e, c - e, 4 * d1 - 5 * d3 + d5


def _output(m0, m1, m2, m3, m4, m5):
    """Aᵀ m, four outputs."""
    a, b, c, d = m1 + m2, m1 - m2, m3 + m4, m3 - m4
    return m0 + a + c, b + 2 * d, a + 4 * c, b + 8 * d + m5


def _gradient(z0, z1, z2, z3):
    """G z for four values of z_bar."""
    a, b = (-1 / 6) * (z0 + z2), (-1 / 6) * (z1 + z3)
    c, d = (1 / 24) * (z0 + 4 * z2), (1 / 12) * (z1 + 4 * z3)
    return (1 / 4) * z0, a + b, a - b, c + d, c - d, z3


def _weights(m0, m1, m2, m3, m4, m5):
    """Aᵀ m, three sums."""
    a, b, c, d = m1 + m2, m1 - m2, m3 + m4, m3 - m4
    return m0 + a + c, b + 2 * d, a + 4 * c + m5


def _window(g0, g1, g2):
    """G g for three weights."""
    a, b = (-1 / 6) * (g0 + g2), (1 / 24) * (g0 + 4 * g2)
    c, d = (-1 / 6) * g1, (1 / 12) * g1
    return (1 / 4) * g0, a + c, a - c, b + d, b - d, g2


transform_window = grid_map(_window, 3, 6, SET)
transform_input = grid_map(_input, 6, 6, SET)
transform_output = grid_map(_output, 6, 4, BIAS)
transform_gradient = grid_map(_gradient, 4, 6, SET)
transform_sums = grid_map(_weights, 6, 3, ADD)


@kernel
def transform_weights(u, w, back, part=0, parts=1):
    """u[ξ, panel, k, lane] = (G g Gᵀ)[ξ] with g = w[:, :, k, o], packed by o; `back`: w turned round, k and o exchanged.

    For the `part`-th of `parts` shares of the k.
    """
    panels, depth, width = u.shape[1:]
    zero = u.dtype.type(0)
    size = size_of(zero)
    outputs = w.shape[2] if back else w.shape[3]
    tap = w[0, 0].size  # numbers from one place of the window to the next
    turned = local(u.dtype)
    place = u[0].size
    for j in range(panels):
        left = min(width, outputs - j * width)
        for k in range(depth * part // parts, depth * (part + 1) // parts):
            at = address_of(u) + (j * depth + k) * width * size
            if back:
                for t in range(9):
                    rows = w[2 - t // 3, 2 - t % 3]
                    for lane in range(left):
                        turned[t * width + lane] = rows[j * width + lane, k]
                transform_window(zero, address_of(turned), 3 * width, width, at, 6 * place, place, 0, 0, left)
            else:
                first = address_of(w) + (k * outputs + j * width) * size
                transform_window(zero, first, 3 * tap, tap, at, 6 * place, place, 0, 0, left)
            if left < width:
                for p in range(36):
                    for lane in range(left, width):
                        u[p, j, k, lane] = zero


@kernel(links=link)
def winograd_slide(y, x, u, bias, v, m, edge, v_rows, m_rows, row, column, clip):
    """y [N, H, W, O] = bias + x slid over by 3 × 3 weights; x has its border, from (row, column) on, in whole tiles.

    v [36, T, C] and m [36, T, O] hold the transforms of T tiles; edge [4, 4, O] a tile that y cuts off.
    """
    n, height, width, o = y.shape
    c = x.shape[3]
    zero = y.dtype.type(0)
    size = size_of(zero)
    tall, wide = (height + OUT - 1) // OUT, (width + OUT - 1) // OUT
    total, most = n * tall * wide, v.shape[1]
    x_row, y_row = x.shape[2] * c, width * o
    at_bias = address_of(bias) if bias is not None else 0
    for start in range(0, total, most):
        count = min(most, total - start)
        for t in range(count):
            i, r, q = (start + t) // (tall * wide), (start + t) // wide % tall, (start + t) % wide
            at_x = ((i * x.shape[1] + row + r * OUT) * x.shape[2] + column + q * OUT) * c
            transform_input(zero, address_of(x) + at_x * size, x_row, c, address_of(v) + t * c * size,
                            6 * most * c, most * c, 0, 0, c)  # fmt: skip
        for p in range(POINTS):
            rows_product(zero, address_of(v) + p * most * c * size, address_of(v_rows),
                         address_of(u) + p * u[0].size * size, c * u.shape[3],
                         address_of(m) + p * most * o * size, address_of(m_rows), 0, count, o,
                         1, 1, c, 0, 0, 1, 0, 0, u.shape[3], ZERO, 0)  # fmt: skip
        for t in range(count):
            i, r, q = (start + t) // (tall * wide), (start + t) // wide % tall, (start + t) % wide
            at_m = address_of(m) + t * o * size
            down, across = min(OUT, height - r * OUT), min(OUT, width - q * OUT)
            if down == OUT and across == OUT:
                at_y = ((i * height + r * OUT) * width + q * OUT) * o
                transform_output(zero, at_m, 6 * most * o, most * o, address_of(y) + at_y * size, y_row, o,
                                 at_bias, clip, o)  # fmt: skip
            else:
                transform_output(zero, at_m, 6 * most * o, most * o, address_of(edge), OUT * o, o, at_bias, clip, o)
                for a in range(down):
                    for b in range(across):
                        out, value = y[i, r * OUT + a, q * OUT + b], edge[a, b]
                        for k in range(o):
                            out[k] = value[k]


@kernel(links=link)
def winograd_weights(w_bar, x, z_bar, v, z, sums, rows, row, column, height, width):
    """w_bar [3, 3, C, O] += Σ over pixels of x (from its border on) ⊗ z_bar (from (row, column) on, in whole tiles).

    v [36, T, C], z [36, T, O]: transforms of T tiles; sums [36, C, O].
    """
    c, o = w_bar.shape[2:]
    zero = w_bar.dtype.type(0)
    size = size_of(zero)
    tall, wide = (height + OUT - 1) // OUT, (width + OUT - 1) // OUT
    total, most = x.shape[0] * tall * wide, v.shape[1]
    x_row, z_row = x.shape[2] * c, z_bar.shape[2] * o
    for start in range(0, total, most):
        count = min(most, total - start)
        for t in range(count):
            i, r, q = (start + t) // (tall * wide), (start + t) // wide % tall, (start + t) % wide
            at_x = ((i * x.shape[1] + r * OUT) * x.shape[2] + q * OUT) * c
            transform_input(zero, address_of(x) + at_x * size, x_row, c, address_of(v) + t * c * size,
                            6 * most * c, most * c, 0, 0, c)  # fmt: skip
            at_z = ((i * z_bar.shape[1] + row + r * OUT) * z_bar.shape[2] + column + q * OUT) * o
            transform_gradient(zero, address_of(z_bar) + at_z * size, z_row, o, address_of(z) + t * o * size,
                               6 * most * o, most * o, 0, 0, o)  # fmt: skip
        for p in range(POINTS):
            columns_product(zero, address_of(v) + p * most * c * size, 0, address_of(z) + p * most * o * size,
                            panel_width(zero), address_of(sums) + p * c * o * size, address_of(rows), 0, c, o,
                            1, 1, count, 0, 0, c, 0, 0, o, ADD_PRODUCT if start else ZERO, 0)  # fmt: skip
    transform_sums(zero, address_of(sums), 6 * c * o, c * o, address_of(w_bar), 3 * c * o, c * o, 0, 0, c * o)
