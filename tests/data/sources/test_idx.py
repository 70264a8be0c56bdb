import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from fitcli.data.idxfile import read_idx
from fitcli.data.image import ImageFormat, convert_array
from fitcli.data.load import recognise
from fitcli.data.sources.idx import Idx
from fitcli.errors import DataError


def problem(root):
    with pytest.raises(DataError) as caught:
        Idx.open(root)
    assert caught.value.exit_code == 3 and str(caught.value).startswith(str(root))
    return str(caught.value)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_train_and_test(make_idx, suffix):
    root = make_idx([0, 1, 2, 1], [2, 1, 0], suffix)
    assert Idx.recognises(root)
    contents = Idx.open(root)
    assert (contents.size, contents.channels, list(contents.parts)) == ((5, 4), 1, ["train", "test"])
    for name, prefix, labels in (("train", "train", [0, 1, 2, 1]), ("test", "t10k", [2, 1, 0])):
        part = contents.parts[name]
        assert part.classes == ("0", "1", "2") and part.labels.tolist() == labels and part.labels.dtype == np.int64
        data, problems = part.read(np.array([2, 0]), ImageFormat((5, 4), 1), None)
        stored = read_idx(root / f"{prefix}-images-idx3-ubyte{suffix}", 3)
        assert np.array_equal(data.images[..., 0], stored[[2, 0]]) and data.images.shape == (2, 5, 4, 1)
        assert data.labels.tolist() == [labels[2], labels[0]] and data.paths is None and problems == []


@pytest.mark.parametrize("form", ["zip", "gztar", "tar"])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_in_an_archive(make_idx, tmp_path, suffix, form):
    root = make_idx([0, 1, 2, 1], [2, 1, 0], suffix)
    (root / "classes.txt").write_text("a\nb\nc\n")
    (tmp_path / "given").mkdir()
    archive = Path(shutil.make_archive(str(tmp_path / "given" / "mnist"), form, root))
    assert recognise(archive) == "idx"
    for split, part in Idx.open(archive).parts.items():
        same = Idx.open(root).parts[split]
        assert part.classes == ("a", "b", "c") and np.array_equal(part.labels, same.labels)
        assert np.array_equal(part.array, same.array) and part.where.startswith(str(archive))


def test_the_folder_around_the_only_one(make_idx):
    root = make_idx([0, 1])
    inner = root / "MNIST"
    inner.mkdir()
    for path in list(root.iterdir()):
        if path.is_file():
            path.rename(inner / path.name)
    assert recognise(root) == "idx" and len(Idx.open(root).parts["train"].labels) == 2


def test_files_with_a_dot_in_their_names(make_idx):
    root = make_idx([0, 1])
    for path in list(root.iterdir()):
        path.rename(root / path.name.replace("-idx", ".idx"))
    assert Idx.recognises(root) and list(Idx.open(root).parts) == ["train"]


def test_images_of_another_format(make_idx):
    part = Idx.open(make_idx([0, 1, 1])).parts["train"]
    fmt, calls = ImageFormat((10, 12), 3, "letterbox"), []
    data, _ = part.read(np.arange(3), fmt, lambda done, total: calls.append((done, total)))
    assert data.images.shape == (3, 10, 12, 3) and calls[-1] == (3, 3)
    assert all(np.array_equal(y, convert_array(x, fmt)) for x, y in zip(part.array, data.images))


def test_names_of_classes(make_idx):
    root = make_idx([0, 1, 1], [1])
    (root / "classes.txt").write_text("\ufeffT-shirt/top\r\n Ankle boot \r\n\r\n", "utf-8")
    contents = Idx.open(root)
    assert [part.classes for part in contents.parts.values()] == [("T-shirt/top", "Ankle boot")] * 2


def test_labels_without_names_are_called_by_their_numbers(make_idx):
    contents = Idx.open(make_idx([10, 2, 2, 1], [10]))
    assert contents.parts["train"].classes == ("1", "2", "10")
    assert contents.parts["train"].labels.tolist() == [2, 1, 1, 0]
    assert contents.parts["test"].classes == ("10",) and contents.parts["test"].labels.tolist() == [0]


@pytest.mark.parametrize(("text", "told"), [
    ("a\n", "train-labels-idx1-ubyte: a label is 1, but classes.txt has only 1 classes (0 to 0)"),
    ("a\n\nb\n", "classes.txt:2: a class name is empty"),
    ("\n", "classes.txt:1: a class name is empty"),
    ("a\nb\na\n", "classes.txt: class names that occur twice: 'a'"),
    ("", "classes.txt: is empty"),
])  # fmt: skip
def test_wrong_names_of_classes(make_idx, text, told):
    root = make_idx([0, 1])
    (root / "classes.txt").write_text(text)
    assert told in problem(root)
    (root / "classes.txt").write_bytes(b"\xff\xfe")
    assert "classes.txt: cannot be read" in problem(root)
    (root / "classes.txt").unlink()
    os.mkfifo(root / "classes.txt")
    assert "classes.txt: is not a regular file" in problem(root)


def test_missing_files(make_idx):
    root = make_idx([0, 1], [1])
    (root / "t10k-labels-idx1-ubyte").unlink()
    assert "t10k-labels-idx1-ubyte[.gz] is missing beside t10k-images-idx3-ubyte" in problem(root)
    (root / "t10k-images-idx3-ubyte").unlink()
    assert list(Idx.open(root).parts) == ["train"]
    (root / "train-images-idx3-ubyte").unlink()
    assert not Idx.recognises(root)
    assert "train-images-idx3-ubyte[.gz] is missing beside train-labels-idx1-ubyte" in problem(root)
    (root / "train-labels-idx1-ubyte").unlink()
    assert "no IDX files here" in problem(root)


def test_as_many_labels_as_images(make_idx, write_idx):
    root = make_idx([0, 1])
    write_idx(root / "train-labels-idx1-ubyte", np.zeros(3))
    assert "train-labels-idx1-ubyte: 3 labels for the 2 images of train-images-idx3-ubyte" in problem(root)


def test_shapes_must_be_the_same(make_idx, write_idx):
    root = make_idx([0, 1], [1])
    write_idx(root / "t10k-images-idx3-ubyte", np.zeros((1, 5, 5)))
    assert "training and test images differ in shape: 5 x 4 x 1 and 5 x 5 x 1" in problem(root)
    write_idx(root / "t10k-images-idx3-ubyte", np.zeros((1, 0, 5)))
    assert "holds images of 0 x 5 pixels" in problem(root)


def test_damaged_pixels_are_found_when_they_are_read(make_idx):
    root = make_idx([0, 1, 0, 1], None, ".gz")
    path = root / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(DataError, match="train-images-idx3-ubyte.gz: the gzip data is damaged or cut off"):
        Idx.open(root).parts["train"].read(np.arange(2), ImageFormat((5, 4), 1), None)
