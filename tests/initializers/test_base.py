import numpy as np
import pytest

from fitcli.initializers import INITIALIZERS
from fitcli.initializers.base import Initializer, fans, initial_values
from fitcli.initializers.he import HeNormal


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((7, 5), (7, 5)), ((3, 2, 7, 5), (42, 30)), ((1, 1, 1, 9), (1, 9)), ((4,), (4, 4)), ((), (1, 1))],
)
def test_fans(shape, expected):
    assert fans(shape) == expected


@pytest.mark.parametrize("name", list(INITIALIZERS))
@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (3, 3, 4, 8), (5,), (1, 1, 1, 1), (7, 9, 13)])
def test_all_of_them_at_all_shapes(draw, name, shape):
    w = draw(INITIALIZERS[name](), shape)
    assert w.shape == shape and w.dtype == np.float64 and np.isfinite(w).all()
    np.testing.assert_array_equal(w, draw(INITIALIZERS[name](), shape))


def test_values_depend_on_seed_and_name_alone(draw):
    one = draw(HeNormal(), (5, 4), "0.conv.weight", 3)
    assert np.all(one != draw(HeNormal(), (5, 4), "1.conv.weight", 3))
    assert np.all(one != draw(HeNormal(), (5, 4), "0.conv.weight", 4))


def test_values_are_the_same_everywhere_and_in_every_version():
    """Written down: a change here changes every published result."""
    found = initial_values("0.dense.weight", (2, 3), HeNormal(), 0)[0]
    np.testing.assert_allclose(found, [1.2158866021598218, -0.5204886521462909, -0.05290845994594686], rtol=1e-12)


def test_an_initializer_that_has_no_values_is_not_silent():
    with pytest.raises(NotImplementedError):
        Initializer().values(None, (1,))


def test_they_are_settings_of_layers():
    from fitcli.model import build_model
    from fitcli.spec import dump_spec, parse_spec

    layers = "[conv: {filters: 3, init: identity}, flatten, dense: {units: classes, init: {constant: 0.25}}]"
    spec = parse_spec(f"data: {{path: x}}\nmodel: {layers}")
    assert parse_spec(dump_spec(spec)) == spec
    model = build_model(spec, ("a", "b"), (4, 4, 3))
    model.initialize(0)
    arrays = model.save_arrays()
    np.testing.assert_array_equal(arrays["0.conv.weight"][1, 1], np.eye(3))
    assert arrays["0.conv.weight"].sum() == 3 and np.all(arrays["2.dense.weight"] == 0.25)
