import pydantic
import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.grayscale import Grayscale
from fitcli.ops.moves import COLOUR
from fitcli.ops.pixels import Pixels
from fitcli.spec import parse_spec


def test_it_is_a_row_of_the_table():
    assert AUGMENTATIONS["grayscale"] is Grayscale and Grayscale().move() == (COLOUR, 0.1, 0.0, 0.0, 0.0, 0.0, 1.0)
    pixels = Grayscale().apply_to(Grayscale().apply_to(Pixels((0.0,), (1.0,))))
    assert pixels.moves == (tuple(map(float, Grayscale().move())),) * 2


def test_it_stands_in_a_spec():
    spec = parse_spec("data: {path: x, augment: [grayscale, grayscale: 0.5]}\nmodel: [relu]")
    assert spec.data.augment == [Grayscale(), Grayscale(0.5)]


@pytest.mark.parametrize(("setting", "value"), [("probability", 1.1)])
def test_limits(setting, value):
    with pytest.raises(pydantic.ValidationError, match=setting):
        pydantic.TypeAdapter(Grayscale).validate_python({setting: value})
