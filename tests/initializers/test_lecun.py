import numpy as np
import pytest

from fitcli.initializers.lecun import LecunNormal, LecunUniform


@pytest.mark.parametrize("shape", [(300, 200), (3, 3, 50, 60)])
def test_the_variance(draw, shape):
    fan_in = np.prod(shape[:-1])
    std = np.sqrt(1 / fan_in)
    normal, uniform = draw(LecunNormal(), shape), draw(LecunUniform(), shape)
    for w in (normal, uniform):
        assert w.std() == pytest.approx(std, rel=0.02) and abs(w.mean()) < 0.02 * std
    assert (normal**4).mean() / normal.var() ** 2 == pytest.approx(3, rel=0.05)
    assert abs(uniform).max() == pytest.approx(np.sqrt(3) * std, rel=0.001)
