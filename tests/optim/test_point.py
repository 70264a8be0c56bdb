import numpy as np
import pytest

from fitcli.optim.point import Point, dot, norm


def test_evaluating_tells_the_loss_where_p_stands():
    p, g = np.array([3.0, 4.0]), np.zeros(2)

    def look():
        g[:] = p
        return dot(p, p) / 2

    point = Point(p, g, 0.0, {}, np.array([0.5, 7.0, 9.0, 1.0]), look, lambda: None)
    assert (point.evaluate(), point.loss, point.looks) == (12.5, 12.5, 1)
    assert (point.lr, point.step, list(point.scalars), norm(point.g)) == (0.5, 7, [1.0], 5.0)


def test_products_of_float32_are_summed_in_float64():
    a = np.full(1000, 0.1, np.float32)
    assert dot(a, a) == pytest.approx(1000 * float(np.float32(0.1)) ** 2, rel=1e-14)
