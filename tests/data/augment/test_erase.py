import pydantic
import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.erase import Erase
from fitcli.ops.moves import ERASE
from fitcli.ops.pixels import Pixels
from fitcli.spec import parse_spec


def test_it_is_a_row_of_the_table():
    assert AUGMENTATIONS["erase"] is Erase and Erase().move() == (ERASE, 0.25, 0.02, 0.33, 1 / 3.3, 3.3)
    pixels = Erase().apply_to(Erase().apply_to(Pixels((0.0,), (1.0,))))
    assert pixels.moves == (tuple(map(float, Erase().move())),) * 2


def test_it_stands_in_a_spec():
    spec = parse_spec("data: {path: x, augment: [erase, erase: 0.5]}\nmodel: [relu]")
    assert spec.data.augment == [Erase(), Erase(0.5)]


@pytest.mark.parametrize(("setting", "value"), [("smallest", 0), ("largest", 2), ("ratio", 0), ("largest", 0.01)])
def test_limits(setting, value):
    with pytest.raises(pydantic.ValidationError, match=setting):
        pydantic.TypeAdapter(Erase).validate_python({setting: value})
