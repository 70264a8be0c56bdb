import pydantic
import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.randaugment import RandAugment
from fitcli.ops.moves import POLICY
from fitcli.ops.pixels import Pixels
from fitcli.spec import parse_spec


def test_it_is_a_row_of_the_table():
    assert AUGMENTATIONS["randaugment"] is RandAugment and RandAugment().move() == (POLICY, 1.0, 2, 0.3)
    pixels = RandAugment().apply_to(RandAugment().apply_to(Pixels((0.0,), (1.0,))))
    assert pixels.moves == (tuple(map(float, RandAugment().move())),) * 2


def test_it_stands_in_a_spec():
    spec = parse_spec("data: {path: x, augment: [randaugment, randaugment: 3]}\nmodel: [relu]")
    assert spec.data.augment == [RandAugment(), RandAugment(3)]


@pytest.mark.parametrize(("setting", "value"), [("count", 0), ("count", 11), ("magnitude", 2)])
def test_limits(setting, value):
    with pytest.raises(pydantic.ValidationError, match=setting):
        pydantic.TypeAdapter(RandAugment).validate_python({setting: value})
