import pytest

from fitcli.data.image import ImageFormat
from fitcli.data.settings import ImageSettings
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import Contents, Part, Source


def test_every_source_is_one_and_knows_its_name():
    assert SOURCES.names() == ["archive", "cifar", "folder", "idx", "list", "npz", "pages", "stacked"]
    assert all(issubclass(SOURCES[name], Source) and SOURCES[name].name == name for name in SOURCES)


@pytest.mark.parametrize(("settings", "wanted"), [
    (ImageSettings(), ImageFormat((28, 20), 1, "stretch")),
    (ImageSettings(size=32, channels=3, resize="crop"), ImageFormat((32, 32), 3, "crop")),
    (ImageSettings(size=[8, 9]), ImageFormat((8, 9), 1, "stretch")),
])  # fmt: skip
def test_what_the_settings_leave_open_is_as_in_the_source(settings, wanted):
    assert Contents({}, (28, 20), 1).format(settings) == wanted


def test_the_base_classes_do_nothing_themselves():
    part = Part()
    for call in (lambda: part.decode([], None, None), part.digests, lambda: part.read([], None, None),
                 lambda: Source.recognises(None), lambda: Source.open(None)):  # fmt: skip
        with pytest.raises(NotImplementedError):
            call()
