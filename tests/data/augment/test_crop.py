import dataclasses

import pydantic
import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.crop import Crop


def test_crop_pads_by_four_unless_told_otherwise():
    assert AUGMENTATIONS["crop"] is Crop
    assert Crop().padding == 4 and Crop(0).padding == 0
    assert [f.name for f in dataclasses.fields(Crop)] == ["padding"]


@pytest.mark.parametrize("padding", [-1, 1.5, "four"])
def test_padding_is_a_natural_number(padding):
    with pytest.raises(pydantic.ValidationError, match="padding"):
        pydantic.TypeAdapter(Crop).validate_python({"padding": padding})
