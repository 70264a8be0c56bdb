import pydantic
import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.affine import Affine
from fitcli.ops.moves import AFFINE
from fitcli.ops.pixels import Pixels
from fitcli.spec import parse_spec


def test_it_is_a_row_of_the_table():
    assert AUGMENTATIONS["affine"] is Affine and Affine().move() == (AFFINE, 1.0, 10.0, 0.0, 1.0, 1.0, 0.0)
    pixels = Affine().apply_to(Affine().apply_to(Pixels((0.0,), (1.0,))))
    assert pixels.moves == (tuple(map(float, Affine().move())),) * 2


def test_it_stands_in_a_spec():
    spec = parse_spec("data: {path: x, augment: [affine, affine: 30]}\nmodel: [relu]")
    assert spec.data.augment == [Affine(), Affine(30)]


@pytest.mark.parametrize(("setting", "value"), [("degrees", -1), ("shear", 90), ("zoom", 0.5), ("shift", 2)])
def test_limits(setting, value):
    with pytest.raises(pydantic.ValidationError, match=setting):
        pydantic.TypeAdapter(Affine).validate_python({setting: value})
