import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.upsample import Upsample
from fitcli.spec import parse_spec

X = np.random.default_rng(0).standard_normal((2, 4, 6, 3))


def test_pixels_are_repeated(build):
    built = build(Upsample(), (4, 6, 3))
    assert built.shape == (8, 12, 3) and built.params == {}
    np.testing.assert_array_equal(built(X), X.repeat(2, 1).repeat(2, 2))
    assert build(Upsample([1, 3]), (4, 6, 3)).shape == (4, 18, 3)


def test_or_mixed(build):
    built = build(Upsample(2, "bilinear"), (4, 6, 3))
    assert built.shape == (8, 12, 3)
    y = built(X)
    np.testing.assert_allclose(y[:, 0, 0], X[:, 0, 0])  # beyond the outer centres
    middle = (9 * X[:, 1, 2] + 3 * X[:, 2, 2] + 3 * X[:, 1, 3] + X[:, 2, 3]) / 16
    np.testing.assert_allclose(y[:, 3, 5], middle, rtol=1e-12)


def test_in_a_spec():
    text = "{data: {path: x}, model: [{upsample: 3}, {upsample: {factor: [1, 2], mode: bilinear}}]}"
    assert parse_spec(text).model == [Upsample(3), Upsample([1, 2], "bilinear")]
    for bad in ("factor: 0", "factor: 1.5", "mode: cubic"):
        with pytest.raises(SpecError, match=rf"model\[0\]\.upsample\.{bad.split(':')[0]}"):
            parse_spec(f"{{data: {{path: x}}, model: [{{upsample: {{{bad}}}}}]}}")
