import numpy as np
import pytest

from fitcli.initializers.uniform import Uniform


def test_the_interval_is_filled(draw):
    w = draw(Uniform(-1, 3), (300, 300))
    assert -1 <= w.min() < -0.99 and 2.99 < w.max() < 3
    np.testing.assert_allclose(np.histogram(w, 4, (-1, 3))[0], 22500, rtol=0.03)


def test_an_empty_interval():
    with pytest.raises(ValueError, match="low must be below high; they are 1 and 1"):
        Uniform(1, 1)
