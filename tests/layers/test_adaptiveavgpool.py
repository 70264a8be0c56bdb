import numpy as np
import pytest

from fitcli.layers.adaptiveavgpool import AdaptiveAvgPool
from fitcli.spec import parse_spec


@pytest.mark.parametrize(("size", "shape"), [(1, (1, 1, 2)), (3, (3, 3, 2)), ([2, 7], (2, 7, 2))])
def test_output_shapes(build, size, shape):
    built = build(AdaptiveAvgPool(size), (9, 6, 2))
    assert built.shape == shape and built.params == {}


def test_the_mean_of_each_window(build):
    x = np.random.default_rng(0).standard_normal((2, 6, 4, 3))
    y = build(AdaptiveAvgPool([3, 2]), (6, 4, 3))(x)
    np.testing.assert_allclose(y, x.reshape(2, 3, 2, 2, 2, 3).mean((2, 4)), rtol=1e-12)


def test_the_short_form():
    text = "{data: {path: x}, model: [{adaptiveavgpool: 7}, {adaptiveavgpool: [1, 2]}]}"
    assert parse_spec(text).model == [AdaptiveAvgPool(7), AdaptiveAvgPool([1, 2])]


def test_a_vector_is_no_image(wrong):
    assert wrong("flatten", "adaptiveavgpool", "dense: classes").message.startswith("adaptiveavgpool needs an image")
