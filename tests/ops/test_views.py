import numpy as np

from fitcli.kernels.recording import Ref
from fitcli.ops.views import pixels, rows


def test_nothing_is_moved(normal):
    x = normal(0, (2, 3, 4, 5))
    assert rows(x).shape == (24, 5) and pixels(x).shape == (2, 12, 5)
    assert np.shares_memory(rows(x), x) and np.shares_memory(pixels(x), x)
    np.testing.assert_array_equal(pixels(x)[1, 7], x[1, 1, 3])


def test_a_vector_has_one_pixel(normal):
    x = normal(0, (2, 5))
    assert rows(x).shape == (2, 5) and pixels(x).shape == (2, 1, 5)


def test_recorded_arrays_too():
    x = Ref.new((2, 3, 4, 5), "f4")
    assert rows(x).shape == (24, 5) and pixels(x).shape == (2, 12, 5)
