import dataclasses
import subprocess
import sys
import typing

import pytest

from fitcli.data.imageformat import ImageFormat
from fitcli.data.settings import DataSettings, ImageSettings, SplitSettings
from fitcli.data.sources import SOURCES


def test_only_the_path_is_needed():
    settings = DataSettings("photos")
    assert settings == DataSettings(
        path="photos", source="auto", image=ImageSettings(size=None, channels=None, resize="stretch"),
        split=SplitSettings(val=0.1, test=0.1), augment=[], normalize="dataset", on_error="error",
    )  # fmt: skip
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.path = "others"


def test_size_is_a_side_or_height_and_width():
    assert ImageSettings().height_width() is None
    assert ImageSettings(28).height_width() == (28, 28)
    assert ImageSettings([64, 96]).height_width() == (64, 96)


@pytest.mark.parametrize(("val", "test"), [(0.5, 0.5), (0.9, 0.2)])
def test_something_must_be_left_to_train_on(val, test):
    with pytest.raises(ValueError, match=r"val \+ test must be below 1"):
        SplitSettings(val, test)


def test_every_source_can_be_chosen():
    choices = typing.get_args(typing.get_type_hints(DataSettings)["source"])
    assert sorted(choices) == sorted(["auto", *SOURCES])


def test_settings_import_nothing_heavy():
    code = "import sys, fitcli.data.settings; print([m for m in ('numpy', 'PIL', 'numba') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_what_images_become_and_back():
    fmt = ImageSettings().format((4, 5), 3)
    assert fmt == ImageFormat((4, 5), 3)
    settings = ImageSettings([4, 5], 1, "crop", "lanczos", [1, 2, 3], [0, 4095])
    fmt = settings.format((4, 5), 1)
    assert fmt == ImageFormat((4, 5), 1, "crop", "lanczos", (1, 2, 3), (0.0, 4095.0))
    assert ImageSettings(background=7).format((4, 5), 3).background == (7, 7, 7)
    again = ImageSettings.of(fmt)
    assert again.format(again.height_width(), again.channels) == fmt


def test_black_is_below_white():
    with pytest.raises(ValueError, match="the lower number first"):
        ImageSettings(range=[1, 1])


@pytest.mark.parametrize(("settings", "told"), [
    ({"folds": 3, "fold": 4}, "fold must be from 1 to 3"), ({"group": "x"}, "`by: group` only; it is stratified"),
    ({"by": "group", "group": "(x"}, "no regular expression"),
])  # fmt: skip
def test_ways_to_divide_that_cannot_be(settings, told):
    with pytest.raises(ValueError, match=told):
        SplitSettings(**settings)
