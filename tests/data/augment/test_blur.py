import pydantic
import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.blur import Blur
from fitcli.ops.moves import BLUR
from fitcli.ops.pixels import Pixels
from fitcli.spec import parse_spec


def test_it_is_a_row_of_the_table():
    assert AUGMENTATIONS["blur"] is Blur and Blur().move() == (BLUR, 0.5, 0.1, 1.0)
    pixels = Blur().apply_to(Blur().apply_to(Pixels((0.0,), (1.0,))))
    assert pixels.moves == (tuple(map(float, Blur().move())),) * 2


def test_it_stands_in_a_spec():
    spec = parse_spec("data: {path: x, augment: [blur, blur: 2]}\nmodel: [relu]")
    assert spec.data.augment == [Blur(), Blur(2)]


@pytest.mark.parametrize(("setting", "value"), [("sigma", 0), ("sigma", 6), ("probability", -1)])
def test_limits(setting, value):
    with pytest.raises(pydantic.ValidationError, match=setting):
        pydantic.TypeAdapter(Blur).validate_python({setting: value})
