import pytest

from fitcli.optim.settings import Beta, Decay, Epsilon, Rate
from fitcli.spec.check import fits


@pytest.mark.parametrize(
    ("hint", "inside", "outside"),
    [
        (Rate, [1e-9, 3, 100.0], [0, -1, "x", None]),
        (Beta, [0, 0.9, 0.999999], [1, -0.1, 2.0]),
        (Epsilon, [1e-30, 1], [0, -1e-8]),
        (Decay, [0, 0.5, 7], [-1e-9, True]),
    ],
)
def test_limits(hint, inside, outside):
    assert all(fits(hint, value) for value in inside)
    assert not any(fits(hint, value) for value in outside)
