import numpy as np
import pytest

from fitcli.layers.avgpool import AvgPool
from fitcli.spec import parse_spec


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (AvgPool(), (4, 3, 2)),
        (AvgPool(3), (3, 2, 2)),
        (AvgPool([3, 2]), (3, 3, 2)),
        (AvgPool(3, 2), (4, 2, 2)),
        (AvgPool(3, [1, 2], 1), (9, 3, 2)),
        (AvgPool(2, padding=[1, 0]), (5, 3, 2)),
        (AvgPool(2, ceil_mode=True), (5, 3, 2)),
    ],
)
def test_output_shapes(build, layer, shape):
    built = build(layer, (9, 6, 2))
    assert built.shape == shape and built.params == {}


def test_the_mean_of_each_window(build):
    x = np.random.default_rng(0).standard_normal((2, 6, 4, 3))
    y = build(AvgPool(2), (6, 4, 3))(x)
    np.testing.assert_allclose(y, x.reshape(2, 3, 2, 2, 2, 3).mean((2, 4)), rtol=1e-12)


def test_a_border_of_zeros_or_none(build):
    ones = np.ones((1, 4, 4, 1))
    assert build(AvgPool(3, 2, 1), (4, 4, 1))(ones)[0, 0, 0] == pytest.approx(4 / 9)
    assert build(AvgPool(3, 2, 1, count_include_pad=False), (4, 4, 1))(ones)[0, 0, 0] == pytest.approx(1)


def test_the_short_form():
    assert parse_spec("{data: {path: x}, model: [{avgpool: 3}, avgpool]}").model == [AvgPool(3), AvgPool(2)]


def test_a_window_larger_than_the_image(wrong):
    problem = wrong("avgpool: 9", "flatten", "dense: classes")
    assert (problem.where, problem.path) == ("s.yaml:3", "model[0].avgpool")
    assert problem.message == "avgpool 9×9 does not fit into 8×6×3"
