import pydantic
import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.color_jitter import ColorJitter
from fitcli.ops.moves import COLOUR
from fitcli.ops.pixels import Pixels
from fitcli.spec import parse_spec


def test_it_is_a_row_of_the_table():
    assert AUGMENTATIONS["color_jitter"] is ColorJitter
    assert ColorJitter().move() == (COLOUR, 1.0, 0.2, 0.2, 0.2, 0.02, 0.0)
    pixels = ColorJitter().apply_to(ColorJitter().apply_to(Pixels((0.0,), (1.0,))))
    assert pixels.moves == (tuple(map(float, ColorJitter().move())),) * 2


def test_it_stands_in_a_spec():
    spec = parse_spec("data: {path: x, augment: [color_jitter, color_jitter: 0.5]}\nmodel: [relu]")
    assert spec.data.augment == [ColorJitter(), ColorJitter(0.5)]


@pytest.mark.parametrize(("setting", "value"), [("brightness", -1), ("hue", 0.6), ("saturation", 9)])
def test_limits(setting, value):
    with pytest.raises(pydantic.ValidationError, match=setting):
        pydantic.TypeAdapter(ColorJitter).validate_python({setting: value})
