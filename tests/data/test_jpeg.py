import io

import numpy as np
import pytest
from PIL import Image

from fitcli.data import decode as general
from fitcli.data.imageformat import ImageFormat
from fitcli.data.jpeg import decode_usual, reduction, usual_jpeg, wanted

FULL = ImageFormat((1 << 20, 1 << 20), 3)


def stored(x, **options):
    stream = io.BytesIO()
    Image.fromarray(x).save(stream, "JPEG", **options)
    return stream.getvalue()


@pytest.mark.parametrize("options", [
    {}, {"quality": 95, "subsampling": 0}, {"progressive": True}, {"optimize": True}, {"icc_profile": b"x" * 70_000},
    {"comment": b"hello"}, {"restart_marker_rows": 1}, {"dpi": (72, 72)}, {"keep_rgb": True},
])  # fmt: skip
@pytest.mark.parametrize("side", [20, 300, 1 << 20])
def test_the_same_pixels_as_pillow_s_own_reader(picture, options, side):
    for x in (picture(1, 500, 811), picture(1, 500, 811)[:, :, 0]):
        data, fmt = stored(x, **options), ImageFormat((side, side), 3)
        usual = decode_usual(data, fmt)
        assert usual is not None
        assert np.array_equal(usual.convert("RGB"), general._decode(io.BytesIO(data), fmt))
        assert (usual.width == x.shape[1]) == (side != 20)


def test_the_decoder_shrinks_as_draft_does(picture):
    data = stored(picture(0, 411, 800))
    for side in (12, 25, 26, 51, 52, 100, 102, 103, 200):
        fmt = ImageFormat((side, side), 3)
        assert decode_usual(data, fmt).size == general._decode(io.BytesIO(data), fmt).size


@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_what_may_be_turned_is_left_to_pillow(picture, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert usual_jpeg(stored(picture(), exif=exif)) is None


def test_what_is_unusual_is_left_to_pillow(picture):
    cmyk = io.BytesIO()
    Image.fromarray(picture()).convert("CMYK").save(cmyk, "JPEG")
    good = stored(picture())
    at = good.index(b"\xff\xc0")
    twelve = good[: at + 4] + b"\x0c" + good[at + 5 :]
    empty = good[: at + 5] + b"\0\0" + good[at + 7 :]
    for data in (cmyk.getvalue(), twelve, empty, good[:30], b"\xff\xd8\xff", good[:2] + b"\0" + good[2:]):
        assert usual_jpeg(data) is None and decode_usual(data, FULL) is None
    assert usual_jpeg(good) == (32, 24, "RGB")


def test_a_cut_off_file_is_left_to_pillow_which_says_so(picture):
    data = stored(picture(0, 100, 100))
    assert usual_jpeg(data[:-200]) == (100, 100, "RGB") and decode_usual(data[:-200], FULL) is None


def test_a_bomb_is_left_to_pillow(picture, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 24 * 32 - 1)
    assert decode_usual(stored(picture()), FULL) is None
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert decode_usual(stored(picture()), FULL).size == (32, 24)


def test_two_pixels_are_left_for_each_that_is_wanted():
    assert wanted((400, 800), ImageFormat((30, 20), 3)) == (40, 60)
    assert [reduction((800, 400), (w, w)) for w in (50, 51, 100, 101, 200, 201, 999)] == [8, 4, 4, 2, 2, 1, 1]
