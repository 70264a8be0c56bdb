import numpy as np
import pytest

from fitcli.errors import SpecError
from fitcli.layers.leaky_relu import LeakyReLU
from fitcli.spec import parse_spec

X = np.linspace(-8, 8, 24).reshape(2, 2, 3, 2)


def test_the_equation(build):
    built = build(LeakyReLU(), (2, 3, 2))
    assert built.shape == (2, 3, 2) and built.params == {} and built.nodes == ["0.leaky_relu"]
    np.testing.assert_allclose(built(X), np.where(X > 0, X, 0.01 * X), rtol=1e-12, atol=1e-15)


def test_its_setting_in_the_short_form():
    (layer,) = parse_spec("{data: {path: x}, model: [{leaky_relu: 0.3}]}").model
    assert layer == LeakyReLU(0.3)


def test_it_reaches_the_op(build):
    np.testing.assert_allclose(build(LeakyReLU(0.3), (2, 3, 2))(X), np.where(X > 0, X, 0.3 * X), rtol=1e-12)


@pytest.mark.parametrize("value", ["steep", "[0.1]"])
def test_values_that_make_no_sense(value):
    with pytest.raises(SpecError, match=r"model\[0\]\.leaky_relu"):
        parse_spec(f"{{data: {{path: x}}, model: [{{leaky_relu: {value}}}]}}")
