import os
import pickle
import shutil

import numpy as np
import pytest

from fitcli.data.imageformat import ImageFormat
from fitcli.data.load import recognise
from fitcli.data.sources.cifar import PIXELS, Cifar
from fitcli.errors import DataError

FMT = ImageFormat((32, 32), 3)


def upright(pixels):
    """Red, green and blue planes of 32 rows each, pixel by pixel."""
    y = np.zeros((len(pixels), 32, 32, 3), np.uint8)
    for c in range(3):
        for r in range(32):
            for q in range(32):
                y[:, r, q, c] = pixels[:, 1024 * c + 32 * r + q]
    return y


def records(pixels, *labels):
    return np.concatenate([*(np.array(n, np.uint8)[:, None] for n in labels), pixels], axis=1).tobytes()


@pytest.fixture
def binary(tmp_path, batch):
    """CIFAR-10 in binary: two training batches and a test batch."""
    root = tmp_path / "cifar-10-batches-bin"
    root.mkdir()
    made = {name: batch(labels, seed) for seed, (name, labels) in enumerate(
        {"data_batch_1": [0, 1, 2], "data_batch_2": [2, 2], "test_batch": [1]}.items())}  # fmt: skip
    for name, (pixels, labels) in made.items():
        (root / f"{name}.bin").write_bytes(records(pixels, labels))
    (root / "batches.meta.txt").write_text("plane\ncar\nbird\n\n")
    return root, made


@pytest.fixture
def python(tmp_path, batch, pickled):
    """The same as pickles, written as Python 2 did (texts are bytes)."""
    root = tmp_path / "cifar-10-batches-py"
    root.mkdir()
    made = {name: batch(labels, seed) for seed, (name, labels) in enumerate(
        {"data_batch_1": [0, 1, 2], "data_batch_2": [2, 2], "test_batch": [1]}.items())}  # fmt: skip
    for name, (pixels, labels) in made.items():
        (root / name).write_bytes(pickled({b"data": pixels, b"labels": labels, b"batch_label": b"1 of 2"}))
    (root / "batches.meta").write_bytes(pickled({"label_names": ["plane", "car", "bird"], "num_vis": PIXELS}))
    return root, made


@pytest.mark.parametrize("kind", ["binary", "python"])
def test_cifar_10(kind, request):
    root, made = request.getfixturevalue(kind)
    assert recognise(root) == "cifar"
    contents = Cifar.open(root)
    assert (contents.size, contents.channels, contents.fixed) == ((32, 32), 3, True)
    train, test = contents.parts["train"], contents.parts["test"]
    assert train.classes == test.classes == ("plane", "car", "bird")
    assert train.labels.tolist() == [0, 1, 2, 2, 2] and test.labels.tolist() == [1]
    data, problems = train.read(np.array([4, 0]), FMT, None)
    assert problems == [] and data.labels.tolist() == [2, 0]
    assert np.array_equal(data.images[0], upright(made["data_batch_2"][0])[1])
    assert np.array_equal(data.images[1], upright(made["data_batch_1"][0])[0])
    assert len(set(train.digests())) == 5


def test_the_folder_around_the_only_one(binary):
    root, _ = binary
    assert Cifar.recognises(root.parent) and len(Cifar.open(root.parent).parts["train"].labels) == 5


@pytest.mark.parametrize("form", ["tar.gz", "tar", "zip"])
@pytest.mark.parametrize("kind", ["binary", "python"])
def test_in_an_archive_as_it_is_downloaded(kind, form, request, tmp_path):
    root, made = request.getfixturevalue(kind)
    folder = tmp_path / "given"
    folder.mkdir()
    (root / "readme.html").write_text("hello")
    shutil.make_archive(str(folder / root.name), {"tar.gz": "gztar"}.get(form, form), root.parent, root.name)
    archive = folder / f"{root.name}.{form}"
    assert recognise(archive) == "cifar"
    for split, part in Cifar.open(archive).parts.items():
        same = Cifar.open(root).parts[split]
        assert part.classes == same.classes == ("plane", "car", "bird")
        assert np.array_equal(part.labels, same.labels) and np.array_equal(part.array, same.array)


def test_a_damaged_batch_in_an_archive(binary, tmp_path, problem):
    root, _ = binary
    (root / "data_batch_2.bin").write_bytes(b"xyz")
    shutil.make_archive(str(tmp_path / "given"), "gztar", root.parent, root.name)
    archive = tmp_path / "given.tar.gz"
    assert f"{archive}/{root.name}/data_batch_2.bin: has 3 bytes, which is no number of records" in problem(Cifar, archive)
    archive.write_bytes(archive.read_bytes()[:-900])
    with pytest.raises(DataError, match="damaged or cut off|no CIFAR batches"):
        Cifar.open(archive)


def test_cifar_100_takes_the_fine_labels(tmp_path, batch, pickled):
    pixels, labels = batch([7, 3])
    (tmp_path / "train.bin").write_bytes(records(pixels, [1, 1], labels))
    part = Cifar.open(tmp_path).parts["train"]
    assert part.classes == ("3", "7") and part.labels.tolist() == [1, 0]
    (tmp_path / "train.bin").unlink()
    (tmp_path / "train").write_bytes(pickled({"data": pixels, "fine_labels": labels, "coarse_labels": [1, 1]}))
    (tmp_path / "meta").write_bytes(pickled({b"fine_label_names": [b"n%d" % i for i in range(8)]}))
    part = Cifar.open(tmp_path).parts["train"]
    assert part.classes[7] == "n7" and part.labels.tolist() == [7, 3]
    assert np.array_equal(part.read(np.arange(2), FMT, None)[0].images, upright(pixels))


def test_batches_that_are_damaged(binary, problem):
    root, _ = binary
    path = root / "data_batch_1.bin"
    path.write_bytes(path.read_bytes()[:-1])
    assert "data_batch_1.bin: has 9,218 bytes, which is no number of records" in problem(Cifar, root)
    path.unlink()
    os.mkfifo(path)
    assert len(Cifar.open(root).parts["train"].labels) == 2  # a pipe is no batch and is not waited for


def test_nothing_in_a_pickle_is_run(python, problem, tmp_path, pickled):
    root, made = python

    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "owned"),)

    (root / "data_batch_1").write_bytes(pickle.dumps({"data": Evil(), "labels": []}))
    assert "data_batch_1: is a pickle that wants to run posix.mkdir; nothing in a pickle is run" in problem(Cifar, root)
    assert not (tmp_path / "owned").exists()
    for value, told in (
        ([1], "but not of a dictionary"), ({"data": 1}, "its `data` is not an array of N x 3072 bytes"),
        ({"data": made["test_batch"][0], "labels": [1, 2]}, "its `labels` are not 1 whole numbers"),
    ):  # fmt: skip
        (root / "data_batch_1").write_bytes(pickled(value))
        assert told in problem(Cifar, root)


def test_labels_without_a_name(binary, problem):
    root, _ = binary
    (root / "batches.meta.txt").write_text("plane\ncar\n")
    assert "a label is 2, but there are names for 0 to 1 only" in problem(Cifar, root)


def test_other_folders_are_not_taken(tmp_path):
    for name in ("train", "test"):
        (tmp_path / name).mkdir()
    (tmp_path / "test.txt").write_text("x")
    assert not Cifar.recognises(tmp_path)
    with pytest.raises(DataError, match="no CIFAR batches here"):
        Cifar.open(tmp_path)
