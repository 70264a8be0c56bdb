from dataclasses import dataclass, field
from typing import Annotated, Any, Optional

import pytest
from annotated_types import Gt, Interval, Len

from fitcli.data.settings import DataSettings, SplitSettings
from fitcli.layers import LAYERS
from fitcli.layers.base import Layer
from fitcli.losses import LOSSES
from fitcli.spec.hints import choice_of, flat, item_of, optional, options, section_of, settings_of, split
from fitcli.spec.settings import FitSettings, Spec


def test_the_settings_are_the_fields_that_count():
    assert list(settings_of(Spec)) == ["seed", "data", "model", "loss", "fit"]
    assert list(settings_of(LAYERS["residual"])) == ["layers", "shortcut"]


def test_required_settings_and_defaults():
    @dataclass(frozen=True)
    class Thing:
        a: int
        b: Annotated[int, Gt(0)] = 2
        c: list[int] = field(default_factory=list)

    settings = settings_of(Thing)
    assert [setting.required for setting in settings.values()] == [True, False, False]
    assert [setting.default for setting in settings.values()] == [None, 2, []]
    assert settings["b"].hint == Annotated[int, Gt(0)]


@pytest.mark.parametrize(
    ("hint", "section", "registry", "item"),
    [
        (int, None, None, None),
        (Any, None, None, None),
        (list[int], None, None, None),
        (Annotated[int, Gt(0)] | None, None, None, None),
        (FitSettings, FitSettings, None, None),
        (Optional[SplitSettings], SplitSettings, None, None),
        (DataSettings | None, DataSettings, None, None),
        (Layer, None, LAYERS, None),
        (Layer | None, None, LAYERS, None),
        (Annotated[Any, LOSSES], None, LOSSES, None),
        (list[Layer], None, None, Layer),
        (Annotated[list[Layer], Len(1)], None, None, Layer),
        (list[SplitSettings] | None, None, None, SplitSettings),
    ],
)
def test_what_a_hint_is(hint, section, registry, item):
    assert section_of(hint) is section
    assert choice_of(hint) is registry
    assert item_of(hint) is item


def test_null_may_stand_where_the_hint_says_so():
    assert optional(int | None)
    assert optional(Annotated[int | None, Gt(0)])
    assert not optional(int)
    assert not optional(Annotated[Any, LOSSES])


def test_parts_of_hints():
    assert split(Annotated[int, Gt(0), Gt(1)]) == (int, (Gt(0), Gt(1)))
    assert split(int) == (int, ())
    assert options(int | str) == (int, str)
    assert options(list[int]) == (list[int],)
    assert list(flat((Interval(gt=0, lt=2), Gt(1)))) == [Gt(0), *list(Interval(lt=2)), Gt(1)]
