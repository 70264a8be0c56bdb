import dataclasses

import pydantic
import pytest

from fitcli.data.augment import AUGMENTATIONS
from fitcli.data.augment.flip import Flip


def test_flip_is_horizontal_unless_told_otherwise():
    assert AUGMENTATIONS["flip"] is Flip
    assert Flip().axis == "horizontal" and Flip("both").axis == "both"
    assert [f.name for f in dataclasses.fields(Flip)] == ["axis"]


@pytest.mark.parametrize(("axis", "good"), [("horizontal", 1), ("vertical", 1), ("both", 1), ("diagonal", 0), (1, 0)])
def test_axes(axis, good):
    adapter = pydantic.TypeAdapter(Flip)
    if good:
        assert adapter.validate_python({"axis": axis}) == Flip(axis)
    else:
        with pytest.raises(pydantic.ValidationError, match="'horizontal', 'vertical' or 'both'"):
            adapter.validate_python({"axis": axis})
