import pydantic
import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.resized_crop import ResizedCrop
from fitcli.ops.moves import CROP
from fitcli.ops.pixels import Pixels
from fitcli.spec import parse_spec


def test_it_is_a_row_of_the_table():
    assert AUGMENTATIONS["resized_crop"] is ResizedCrop
    assert ResizedCrop().move() == (CROP, 1.0, 0.35, 1.0, 1 / 1.3333, 1.3333)
    pixels = ResizedCrop().apply_to(ResizedCrop().apply_to(Pixels((0.0,), (1.0,))))
    assert pixels.moves == (tuple(map(float, ResizedCrop().move())),) * 2


def test_it_stands_in_a_spec():
    spec = parse_spec("data: {path: x, augment: [resized_crop, resized_crop: 0.5]}\nmodel: [relu]")
    assert spec.data.augment == [ResizedCrop(), ResizedCrop(0.5)]


@pytest.mark.parametrize(("setting", "value"), [("scale", 0), ("scale", 1.1), ("ratio", 0.9), ("probability", 2)])
def test_limits(setting, value):
    with pytest.raises(pydantic.ValidationError, match=setting):
        pydantic.TypeAdapter(ResizedCrop).validate_python({setting: value})
