import numpy as np
import pytest

from fitcli.errors import ShapeError
from fitcli.initializers.constant import Zeros
from fitcli.layers.conv import Conv


def test_parameters_and_shape(build):
    built = build(Conv(7), (9, 6, 3))
    assert built.shape == (9, 6, 7)
    assert built.nodes == ["0.conv"]
    assert built.params == {"0.conv.weight": (3, 3, 3, 7), "0.conv.bias": (7,)}
    assert built.decayed == ["0.conv.weight"]


def test_without_a_bias(build):
    built = build(Conv(7, [5, 2], bias=False), (9, 6, 3))
    assert built.params == {"0.conv.weight": (5, 2, 3, 7)}


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Conv(2, 3, 2), (5, 3, 2)),
        (Conv(2, 3, [1, 4]), (9, 2, 2)),
        (Conv(2, [3, 5], padding="valid"), (7, 2, 2)),
        (Conv(2, 3, 2, "valid"), (4, 2, 2)),
        (Conv(2, 3, padding=2), (11, 8, 2)),
        (Conv(2, 3, padding=[0, 1]), (7, 6, 2)),
        (Conv(2, [9, 6], padding="valid"), (1, 1, 2)),
        (Conv(2, 1, 3), (3, 2, 2)),
    ],
)
def test_output_shapes(build, layer, shape):
    assert build(layer, (9, 6, 3)).shape == shape


def test_initial_weights_are_scaled_by_all_their_inputs(build):
    built = build(Conv(64, 5), (9, 9, 16))
    weight = built.graph.params[0]
    w = weight.initial.values(np.random.default_rng(0), weight.shape)
    assert w.std() == pytest.approx(np.sqrt(2 / (5 * 5 * 16)), rel=0.02)


def test_initial_weights_are_a_setting(build):
    assert build(Conv(64, 5, init=Zeros()), (9, 9, 16)).graph.params[0].initial == Zeros()


@pytest.mark.parametrize(("padding", "border"), [("same", (1, 1)), ("valid", (0, 0)), (2, (2, 2)), ([0, 1], (0, 1))])
def test_the_sum_of_the_definition(build, padding, border):
    rng = np.random.default_rng(0)
    x, w, b = rng.standard_normal((2, 6, 5, 2)), rng.standard_normal((3, 3, 2, 4)), rng.standard_normal(4)
    y = build(Conv(4, padding=padding), (6, 5, 2))(x, {"0.conv.weight": w, "0.conv.bias": b})
    bordered = np.pad(x, ((0, 0), (border[0],) * 2, (border[1],) * 2, (0, 0)))
    for r in range(y.shape[1]):
        for q in range(y.shape[2]):
            wanted = np.einsum("nabc,abco->no", bordered[:, r : r + 3, q : q + 3], w) + b
            np.testing.assert_allclose(y[:, r, q], wanted, rtol=1e-12, atol=1e-12)


def test_a_kernel_larger_than_the_image(wrong):
    problem = wrong("relu", "conv: {filters: 3, kernel: [9, 2], padding: valid}", "flatten", "dense: classes")
    assert (problem.where, problem.path) == ("s.yaml:4", "model[1].conv")
    assert problem.message == "conv with kernel 9×2 does not fit into an image of 8×6×3"
    assert "padding: same" in problem.hint


def test_a_vector_is_no_image(wrong):
    problem = wrong("flatten", "conv: 3", "dense: classes")
    assert str(problem) == (
        "s.yaml:4: model[1].conv: conv needs an image (height×width×channels), got a vector of 144\n"
        "  try: put `conv` before `flatten` or `globalavgpool`"
    )


def test_dilation_spreads_the_window(build):
    assert build(Conv(2, 3, padding="valid", dilation=2), (9, 6, 3)).shape == (5, 2, 2)


def test_winograd_is_for_small_dense_windows_only():
    assert Conv(2, 3, algorithm="winograd").algorithm == "winograd"
    for other in ({"kernel": 5}, {"stride": 2}, {"dilation": 2}):
        with pytest.raises(ValueError, match="kernel 3, stride 1, dilation 1 only"):
            Conv(2, algorithm="winograd", **other)


def test_groups_have_their_own_channels(build):
    built = build(Conv(6, 3, groups=3), (9, 6, 12))
    assert built.shape == (9, 6, 6)
    assert built.params["0.conv.weight"] == (3, 3, 4, 6)


def test_groups_that_do_not_divide(build):
    with pytest.raises(ValueError, match="4 groups do not divide 6 filters"):
        Conv(6, 3, groups=4)
    with pytest.raises(ShapeError, match="conv cannot cut 5 channels into 3 equal groups"):
        build(Conv(6, 3, groups=3), (9, 6, 5))
