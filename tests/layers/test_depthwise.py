import pytest

from fitcli.layers.depthwise import Depthwise


def test_parameters_and_shape(build):
    built = build(Depthwise(), (9, 6, 3))
    assert built.shape == (9, 6, 3)
    assert built.nodes == ["0.depthwise"]
    assert built.params == {"0.depthwise.weight": (3, 3, 3), "0.depthwise.bias": (3,)}
    assert built.decayed == ["0.depthwise.weight"]


@pytest.mark.parametrize(
    ("layer", "shape"),
    [(Depthwise(3, 2), (5, 3, 3)), (Depthwise(3, padding="valid"), (7, 4, 3)), (Depthwise(3, dilation=2, padding=0), (5, 2, 3))],
)
def test_output_shapes(build, layer, shape):
    assert build(layer, (9, 6, 3)).shape == shape
