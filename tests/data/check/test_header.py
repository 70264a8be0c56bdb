import os

import numpy as np
import pytest
from PIL import Image

from fitcli.data.check.header import Header, read_header


@pytest.fixture
def save(tmp_path):
    def to(name, image, kind=None, **options):
        image.save(tmp_path / name, kind, **options)
        return tmp_path / name

    return to


def test_what_a_file_says_of_itself(save):
    grey = Image.fromarray(np.zeros((4, 6), np.uint8))
    assert read_header(save("a.PNG", grey, "PNG")) == Header("PNG", "L", 4, 6, False, 1, False)
    assert read_header(save("a.jpg", grey, "PNG")).wrong_suffix and not read_header(save("a.jpeg", grey)).wrong_suffix
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read_header(save("b.jpg", grey, exif=exif)).turned
    frames = [Image.new("L", (3, 3), n) for n in (1, 2, 3)]
    assert read_header(save("c.tif", frames[0], save_all=True, append_images=frames[1:])).frames == 3
    assert read_header(save("d.png", Image.new("RGBA", (2, 2)))).mode == "RGBA"


def test_what_is_no_image_has_none(tmp_path):
    (tmp_path / "a.png").write_text("no image")
    os.mkfifo(tmp_path / "pipe.png")
    assert read_header(tmp_path / "a.png") is read_header(tmp_path / "pipe.png") is read_header(tmp_path / "no") is None
