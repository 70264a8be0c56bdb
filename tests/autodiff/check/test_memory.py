import numpy as np
import pytest

from fitcli.autodiff.check.memory import Address, largest, panel_width, rows_product, view
from fitcli.kernels.kernel import kernel
from fitcli.kernels.macc import ADD, BIAS, ZERO, link
from fitcli.kernels.macc import rows_product as compiled
from fitcli.kernels.native import address_of
from fitcli.kernels.target import tile

H = 1e-200
GEOMETRY = (2, 3, 4, 40, 11, 1)  # n0, n1, n2, sa0, sa1, sa2


@kernel(links=link)
def by_machine(a, a_rows, b, c, c_rows, bias, panel, m, n, n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip):
    compiled(a.dtype.type(0), address_of(a), address_of(a_rows), address_of(b), panel, address_of(c), address_of(c_rows),
             address_of(bias), m, n, n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip)  # fmt: skip


def packed(b, width):
    """[24, n] in panels of `width` columns."""
    panels = -(-b.shape[1] // width)
    out = np.zeros((panels, b.shape[0], width), b.dtype)
    for j in range(b.shape[1]):
        out[j // width, :, j % width] = b[:, j]
    return out


@pytest.mark.parametrize("start", [ZERO, ADD, BIAS])
@pytest.mark.parametrize("clip", [0, 1])
def test_the_product_is_the_machine_s_and_its_step_the_derivative(start, clip):
    rng, m, n = np.random.default_rng(start + 3 * clip), 5, 21
    a, b, c, bias = (rng.standard_normal(s) for s in (200, (24, n), (m, n), n))
    a_dot, b_dot = rng.standard_normal(200), rng.standard_normal((24, n))
    a_rows, c_rows = np.arange(m) * 7, np.arange(m) * n
    steps = (12 * 1, 4, 1)

    def run(function, a, b, c, bias, width, zero=None):
        b = packed(b, width)
        c, panel = c.copy(), b[0].size
        rest = (panel, m, n, *GEOMETRY, *(s * width for s in steps), start, clip)
        if zero is None:
            function(a, a_rows, b, c, c_rows, bias, *rest)
        else:
            at = [Address(x) for x in (a, a_rows, b, c, c_rows, bias)]
            function(zero, at[0], at[1], at[2], panel, at[3], at[4], at[5], *rest[1:])
        return c

    wanted = run(by_machine, a, b, c, bias, tile().columns(8))
    wide = tile().columns(16)
    assert panel_width(np.complex128(0)) == wide
    z = [x.astype(complex) for x in (a + 1j * H * a_dot, b + 1j * H * b_dot, c, bias)]
    found = run(rows_product, *z, wide, np.complex128(0))
    np.testing.assert_allclose(found.real, wanted, rtol=1e-12, atol=1e-13)
    h = 1e-6
    sides = [run(by_machine, a + s * h * a_dot, b + s * h * b_dot, c, bias, tile().columns(8)) for s in (1, -1)]
    np.testing.assert_allclose(found.imag / H, (sides[0] - sides[1]) / (2 * h), rtol=1e-6, atol=1e-8)


def test_addresses_and_views():
    x = np.arange(12.0) + 1j
    np.testing.assert_array_equal(view(Address(x) + 16 + 8, (2, 3), complex), x[3:9].reshape(2, 3))


def test_the_largest_reads_the_real_part_and_takes_the_first_of_equals():
    x = np.array([1 + 9j, 2 + 1j, 2 + 5j, 0])
    y, place = np.zeros(1, complex), np.zeros(1)
    largest(0, Address(y), Address(place), Address(x), 2, 1)
    assert (y[0], place[0]) == (2 + 1j, 1)
