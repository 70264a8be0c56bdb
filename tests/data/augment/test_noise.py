import pydantic
import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.noise import Noise
from fitcli.ops.moves import NOISE
from fitcli.ops.pixels import Pixels
from fitcli.spec import parse_spec


def test_it_is_a_row_of_the_table():
    assert AUGMENTATIONS["noise"] is Noise and Noise().move() == (NOISE, 1.0, 0.05)
    pixels = Noise().apply_to(Noise().apply_to(Pixels((0.0,), (1.0,))))
    assert pixels.moves == (tuple(map(float, Noise().move())),) * 2


def test_it_stands_in_a_spec():
    spec = parse_spec("data: {path: x, augment: [noise, noise: 0.1]}\nmodel: [relu]")
    assert spec.data.augment == [Noise(), Noise(0.1)]


@pytest.mark.parametrize(("setting", "value"), [("std", -1), ("std", 2)])
def test_limits(setting, value):
    with pytest.raises(pydantic.ValidationError, match=setting):
        pydantic.TypeAdapter(Noise).validate_python({setting: value})
