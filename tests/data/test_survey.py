import gzip
import struct

import numpy as np
import pytest
from PIL import Image

from fitcli.data.survey import survey
from fitcli.errors import DataError


@pytest.fixture
def folder(tmp_path):
    """fill({"cat": [(w, h, mode), ...]}) → path"""

    def fill(classes, below=""):
        for name, images in classes.items():
            place = tmp_path / "photos" / below / name
            place.mkdir(parents=True)
            for number, (width, height, mode) in enumerate(images):
                Image.new(mode, (width, height)).save(place / f"{number}.png")
        return str(tmp_path / "photos")

    return fill


def test_a_folder(folder):
    found = survey(folder({"10": [(20, 10, "RGB")] * 3, "2": [(40, 30, "L")]}))
    assert found.classes == ("2", "10") and found.counts == (1, 3) and found.images == 4 and found.imbalance == 3
    assert (found.size, found.smallest, found.largest) == ((10, 20), (10, 20), (30, 40))
    assert not found.grey and found.modes == ("RGB", "L") and not found.fixed and found.splits == ("train",)


def test_grey_images(folder):
    assert survey(folder({"a": [(8, 8, "L")], "b": [(8, 8, "1")]})).grey


def test_only_the_training_images_count_where_there_are_splits(folder):
    folder({"a": [(8, 8, "RGB")] * 2, "b": [(8, 8, "RGB")]}, below="train")
    found = survey(folder({"a": [(9, 9, "RGB")] * 5, "b": [(8, 8, "RGB")]}, below="test"))
    assert found.counts == (2, 1) and set(found.splits) == {"train", "test"} and found.largest == (8, 8)


def test_a_file_that_is_no_image_is_passed_over(folder, tmp_path):
    path = folder({"a": [(8, 8, "RGB")], "b": [(8, 8, "RGB")]})
    (tmp_path / "photos" / "a" / "x.jpg").write_text("no image")
    assert survey(path).counts == (2, 1) and survey(path).size == (8, 8)


def test_idx_files_say_their_size(tmp_path):
    images, labels = np.zeros((4, 6, 7), np.uint8), np.array([0, 1, 1, 1], np.uint8)
    for name, array in (("images-idx3", images), ("labels-idx1", labels)):
        head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        (tmp_path / f"train-{name}-ubyte.gz").write_bytes(gzip.compress(head + array.tobytes()))
    found = survey(str(tmp_path))
    assert found.fixed and found.size == (6, 7) and found.grey and found.counts == (1, 3)


def test_no_images(folder, tmp_path):
    with pytest.raises(DataError, match="there is no such folder"):
        survey(str(tmp_path / "nothing"))
    with pytest.raises(DataError, match="only one class"):
        survey(folder({"a": [(8, 8, "RGB")]}))


def test_an_archive_is_looked_into(folder, tmp_path):
    import zipfile

    root = folder({"a": [(20, 10, "L")] * 3, "b": [(40, 30, "L")]})
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in sorted((tmp_path / "photos").rglob("*.png")):
            archive.write(path, path.relative_to(root))
    assert survey(str(tmp_path / "a.zip")) == survey(root) and survey(root).largest == (30, 40)
