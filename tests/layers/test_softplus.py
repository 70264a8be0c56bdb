import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.softplus import Softplus
from fitcli.spec import parse_spec

X = np.linspace(-8, 8, 24).reshape(2, 2, 3, 2)


def test_the_equation(build):
    built = build(Softplus(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {} and built.nodes == ["0.softplus"]
    np.testing.assert_allclose(built(X), np.log1p(np.exp(X)), rtol=1e-12, atol=1e-15)


def test_its_setting_in_the_short_form():
    (layer,) = parse_spec("{data: {path: x}, model: [{softplus: 0.5}]}").model
    assert layer == Softplus(0.5)


def test_it_reaches_the_op(build):
    np.testing.assert_allclose(build(Softplus(0.5), (2, 3, 2))(X), 2 * np.log1p(np.exp(X / 2)), rtol=1e-12)


@pytest.mark.parametrize("value", [0, -2])
def test_values_that_make_no_sense(value):
    with pytest.raises(SpecError, match=r"model\[0\]\.softplus"):
        parse_spec(f"{{data: {{path: x}}, model: [{{softplus: {value}}}]}}")
