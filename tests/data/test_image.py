import io
import os

import numpy as np
import pytest
from PIL import Image

from fitcli.data.decode import pillow_warnings
from fitcli.data.image import allocate_images, convert_array, load_image, load_into, usable_cpus
from fitcli.data.imageformat import ImageFormat
from fitcli.errors import DataError

SMALL = ImageFormat((5, 7), 3)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("resize", ["stretch", "crop", "letterbox"])
def test_any_image_becomes_the_format(picture, pictures, channels, resize):
    fmt = ImageFormat((9, 20), channels, resize)
    x = load_image(pictures[0], fmt)
    assert x.shape == fmt.shape and x.dtype == np.uint8 and x.flags.c_contiguous and x.flags.writeable
    assert np.array_equal(x, load_image(pictures[0].read_bytes(), fmt))
    assert np.array_equal(x, load_image(str(pictures[0]), fmt))


def test_height_comes_before_width(picture, pictures):
    x = load_image(pictures[0], ImageFormat((24, 32), 3))
    assert np.array_equal(x, picture(0))


def test_reduced_decoding_of_jpegs_does_not_show(picture):
    stream = io.BytesIO()
    Image.fromarray(picture(0, 768, 1024)).save(stream, "JPEG", quality=95)
    fmt = ImageFormat((48, 64), 3)
    reduced = load_image(stream.getvalue(), fmt).astype(int)
    full = np.asarray(Image.open(stream).resize((64, 48), Image.Resampling.BILINEAR)).astype(int)
    assert np.abs(reduced - full).mean() < 1.5


def test_arrays_follow_the_same_rules_as_files(picture, pictures):
    for fmt in (SMALL, ImageFormat((9, 20), 1, "letterbox"), ImageFormat((24, 32), 1)):
        assert np.array_equal(convert_array(picture(0), fmt), load_image(pictures[0], fmt))
    grey = convert_array(picture(0)[:, :, :1], ImageFormat((24, 32), 3))
    assert np.array_equal(grey, np.repeat(picture(0)[:, :, :1], 3, 2))


def test_one_after_the_other_into_an_array(pictures):
    pictures[1].write_text("no image")
    images = np.zeros((3, *SMALL.shape), np.uint8)
    with pillow_warnings():
        bad = load_into(images, pictures[:3], SMALL)
    assert list(bad) == [1] and bad[1].where == str(pictures[1])
    assert np.array_equal(images[2], load_image(pictures[2], SMALL)) and not images[1].any()


def test_images_that_cannot_fit_into_memory_are_refused_before_the_work(monkeypatch):
    monkeypatch.setattr("fitcli.data.image.usable_memory", lambda: 50_000_000)
    assert allocate_images(2, SMALL).shape == (2, 5, 7, 3)
    with pytest.raises(DataError) as caught:
        allocate_images(1_000_000, SMALL)
    assert str(caught.value) == (
        "1,000,000 images of 5 x 7 x 3 take 0.1 GB, and there are 50.0 MB of memory\n"
        "  try: smaller images, as in --set data.image.size=64"
    )


def test_usable_cpus():
    assert 1 <= usable_cpus() <= (os.cpu_count() or 1)
