import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fitcli.data.imageformat import ImageFormat
from fitcli.data.load import load_splits, recognise
from fitcli.data.settings import DataSettings, ImageSettings, SplitSettings
from fitcli.data.sources.pages import Pages

FMT = ImageFormat((24, 32), 3)


def write(path, images, **options):
    path.parent.mkdir(exist_ok=True)
    first, *rest = [Image.fromarray(x) for x in images]
    first.save(path, "TIFF", save_all=True, append_images=rest, **options)


@pytest.fixture
def stacks(tmp_path, picture):
    root = tmp_path / "stacks"
    write(root / "cat.TIF", [picture(i) for i in range(5)])
    write(root / "dog.tiff", [picture(i) for i in range(10, 13)], compression="tiff_lzw")
    return root


def test_one_file_a_class(stacks, picture):
    assert recognise(stacks) == "pages"
    contents = Pages.open(stacks)
    assert (contents.size, contents.channels, contents.fixed) == ((24, 32), 3, False)
    part = contents.parts["train"]
    assert part.classes == ("cat", "dog") and part.labels.tolist() == [0] * 5 + [1] * 3
    data, problems = part.read(np.array([7, 0, 3]), FMT, None)
    assert problems == [] and data.paths[0] == f"{stacks / 'dog.tiff'}#3"
    assert np.array_equal(data.images, [picture(12), picture(0), picture(3)])


def test_splits_and_training_on_them(stacks, picture):
    (stacks / "train").mkdir()
    for path in list(stacks.iterdir()):
        if path.is_file():
            path.rename(stacks / "train" / path.name)
    write(stacks / "test" / "dog.tif", [picture(20)[:, :, 0], picture(21)[:, :, 0]])
    assert recognise(stacks) == "pages"
    splits = load_splits(DataSettings(str(stacks), split=SplitSettings(val=0.2), image=ImageSettings(size=8)), 0)
    assert (len(splits.train), len(splits.val), len(splits.test)) == (6, 2, 2)
    assert splits.test.labels.tolist() == [1, 1] and splits.test.images.shape == (2, 8, 8, 3)


def test_grey_pages_stay_grey(tmp_path, picture):
    for name in ("a", "b"):
        write(tmp_path / f"{name}.tif", [picture(0)[:, :, 0], picture(1)[:, :, 1]])
    assert Pages.open(tmp_path).channels == 1
    write(tmp_path / "b.tif", [picture(0)[:9], picture(1)])
    contents = Pages.open(tmp_path)
    assert contents.channels == 3 and contents.size == (128, 128)


def test_other_folders_are_not_taken(stacks, picture, tmp_path):
    Image.fromarray(picture(0)).save(stacks / "photo.png")
    assert recognise(stacks) == "folder"
    (stacks / "photo.png").unlink()
    (stacks / "cats").mkdir()
    assert recognise(stacks) == "folder"
    single = tmp_path / "single"
    for name in "abc":
        write(single / f"{name}.tif", [picture(0)])
    assert recognise(single) == "folder" and not Pages.recognises(tmp_path / "none")


def test_what_is_wrong_is_told(stacks, problem, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "no TIFF files here" in problem(Pages, tmp_path / "empty")
    (stacks / "bird.tif").write_text("no image")
    assert "bird.tif: is not an image of a kind that can be read" in problem(Pages, stacks)
    (stacks / "bird.tif").write_bytes(b"")
    assert "bird.tif: is empty (0 bytes)" in problem(Pages, stacks)
    (stacks / "bird.tif").unlink()
    os.mkfifo(stacks / "pipe.tif")
    assert len(Pages.open(stacks).parts["train"].classes) == 2
    write(stacks / "cat.tiff", [np.zeros((4, 4, 3), np.uint8)])
    assert "'cat.TIF', 'cat.tiff' are two files of the class 'cat'" in problem(Pages, stacks)


@pytest.mark.parametrize("kind", ["zip", "tar", "gztar", "xztar"])
def test_in_an_archive(stacks, picture, tmp_path, kind):
    folder = Pages.open(stacks).parts["train"]
    path = Path(shutil.make_archive(str(tmp_path / "packed"), kind, stacks))
    assert recognise(path) == "pages"
    contents = Pages.open(path)
    part = contents.parts["train"]
    assert contents.size == (24, 32) and (part.classes, part.keys) == (folder.classes, folder.keys)
    data, problems = part.read(np.array([7, 0, 3]), FMT, None)
    assert problems == [] and data.paths[0] == f"{path}/dog.tiff#3"
    assert np.array_equal(data.images, [picture(12), picture(0), picture(3)])
    assert part.digests() == folder.digests() and len(set(map(bytes, part.content_keys()))) == 8


def test_splits_in_an_archive_and_training_on_them(stacks, picture, tmp_path):
    for name in ("train", "test"):
        (stacks / name).mkdir()
        for file in ("cat.TIF", "dog.tiff"):
            shutil.copy(stacks / file, stacks / name)
    for file in ("cat.TIF", "dog.tiff"):
        (stacks / file).unlink()
    path = shutil.make_archive(str(tmp_path / "packed"), "gztar", tmp_path, "stacks")
    splits = load_splits(DataSettings(path, split=SplitSettings(val=0.2), image=ImageSettings(size=8)), 0)
    assert (len(splits.train), len(splits.val), len(splits.test)) == (6, 2, 8)


def test_an_archive_of_class_folders_is_not_taken(picture, tmp_path):
    for name in ("cat", "dog"):
        for number in range(2):
            (tmp_path / "root" / name).mkdir(parents=True, exist_ok=True)
            write(tmp_path / "root" / name / f"{number}.tif", [picture(0), picture(1)])
    assert recognise(Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "root"))) == "archive"


def test_a_damaged_file_in_an_archive_is_named(stacks, problem, tmp_path):
    (stacks / "bird.tif").write_text("no image")
    path = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", stacks))
    assert f"{path}/bird.tif: is not an image of a kind that can be read" in problem(Pages, path)
