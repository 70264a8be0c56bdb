import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.prelu import PReLU
from fitcli.spec import parse_spec

X = np.linspace(-8, 8, 24).reshape(2, 2, 3, 2)


def test_one_slope_for_the_layer(build):
    built = build(PReLU(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {"0.prelu.slope": (1,)} and built.decayed == []
    np.testing.assert_allclose(built(X), np.where(X > 0, X, X / 4))
    np.testing.assert_allclose(built(X, {"0.prelu.slope": np.array([2.0])}), np.where(X > 0, X, 2 * X))


def test_one_for_each_channel(build):
    built = build(PReLU(0.5, each="channel"), (2, 3, 2))
    assert built.params == {"0.prelu.slope": (2,)}
    np.testing.assert_allclose(built(X), np.where(X > 0, X, X / 2))
    slopes = np.array([2.0, -1.0])
    np.testing.assert_allclose(built(X, {"0.prelu.slope": slopes}), np.where(X > 0, X, slopes * X))


def test_settings():
    text = "{data: {path: x}, model: [{prelu: 0.1}, {prelu: {each: channel}}]}"
    assert parse_spec(text).model == [PReLU(0.1), PReLU(0.25, "channel")]
    with pytest.raises(SpecError, match=r"model\[0\]\.prelu\.each"):
        parse_spec("{data: {path: x}, model: [{prelu: {each: pixel}}]}")
