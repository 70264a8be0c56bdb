import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.celu import CELU
from fitcli.spec import parse_spec

X = np.linspace(-8, 8, 24).reshape(2, 2, 3, 2)


def test_the_equation(build):
    built = build(CELU(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {} and built.nodes == ["0.celu"]
    np.testing.assert_allclose(built(X), np.where(X > 0, X, np.expm1(np.minimum(X, 0))), rtol=1e-12, atol=1e-15)


def test_its_setting_in_the_short_form():
    (layer,) = parse_spec("{data: {path: x}, model: [{celu: 2}]}").model
    assert layer == CELU(2.0)


def test_it_reaches_the_op(build):
    wanted = np.where(X > 0, X, 2 * np.expm1(np.minimum(X, 0) / 2))
    np.testing.assert_allclose(build(CELU(2.0), (2, 3, 2))(X), wanted, rtol=1e-12)


@pytest.mark.parametrize("value", [0, -1])
def test_values_that_make_no_sense(value):
    with pytest.raises(SpecError, match=r"model\[0\]\.celu"):
        parse_spec(f"{{data: {{path: x}}, model: [{{celu: {value}}}]}}")
