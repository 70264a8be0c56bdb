import pytest

from fitcli.initializers.normal import Normal, TruncatedNormal


def test_normal(draw):
    w = draw(Normal(0.5, 2.0), (300, 300))
    assert w.mean() == pytest.approx(2, abs=0.01) and w.std() == pytest.approx(0.5, rel=0.01)
    assert abs(w - 2).max() > 1.5


def test_truncated_normal(draw):
    w = draw(TruncatedNormal(0.5, 2.0), (300, 300))
    assert abs(w - 2).max() <= 1 and abs(w - 2).max() > 0.99
    assert w.mean() == pytest.approx(2, abs=0.01) and w.std() == pytest.approx(0.5 * 0.8796, rel=0.01)
