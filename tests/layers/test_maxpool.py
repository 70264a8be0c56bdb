import numpy as np
import pytest

from fitcli.layers.maxpool import MaxPool


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (MaxPool(), (4, 3, 2)),
        (MaxPool(3), (3, 2, 2)),
        (MaxPool([3, 2]), (3, 3, 2)),
        (MaxPool(3, 2), (4, 2, 2)),
        (MaxPool(3, [1, 2], 1), (9, 3, 2)),
        (MaxPool(2, padding=[1, 0]), (5, 3, 2)),
        (MaxPool(2, ceil_mode=True), (5, 3, 2)),
    ],
)
def test_output_shapes(build, layer, shape):
    built = build(layer, (9, 6, 2))
    assert built.shape == shape and built.params == {}


def test_the_largest_of_each_window(build):
    x = np.random.default_rng(0).standard_normal((2, 6, 4, 3))
    y = build(MaxPool(2), (6, 4, 3))(x)
    np.testing.assert_array_equal(y, x.reshape(2, 3, 2, 2, 2, 3).max((2, 4)))


def test_a_border_never_wins(build):
    y = build(MaxPool(3, 2, 1), (4, 4, 1))(np.full((1, 4, 4, 1), -5.0))
    np.testing.assert_array_equal(y, np.full((1, 2, 2, 1), -5))


def test_a_window_larger_than_the_image(wrong):
    problem = wrong("maxpool: 2", "maxpool: 2", "maxpool: 2", "flatten", "dense: classes")
    assert (problem.where, problem.path) == ("s.yaml:5", "model[2].maxpool")
    assert problem.message == "maxpool 2×2 does not fit into 2×1×3"


def test_a_border_wider_than_half_a_window(wrong):
    problem = wrong("maxpool: {size: 2, padding: 2}", "flatten", "dense: classes")
    assert problem.message == "maxpool's padding 2×2 is more than half of its size 2×2"


def test_a_vector_is_no_image(wrong):
    assert wrong("flatten", "maxpool", "dense: classes").message == (
        "maxpool needs an image (height×width×channels), got a vector of 144"
    )
