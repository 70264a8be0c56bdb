import gzip
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from fitcli.data.imageformat import ImageFormat
from fitcli.data.load import recognise
from fitcli.data.sources.stacked import Stacked

RNG = np.random.default_rng(0)
CAT, DOG = (RNG.integers(0, 256, (n, 4, 5), np.uint8) for n in (3, 2))


@pytest.fixture
def root(tmp_path):
    np.save(tmp_path / "cat.npy", CAT)
    np.save(tmp_path / "dog.npy", DOG)
    return tmp_path


def test_one_file_a_class(root):
    assert recognise(root) == "stacked"
    contents = Stacked.open(root)
    part = contents.parts["train"]
    assert (contents.size, contents.channels, contents.fixed) == ((4, 5), 1, True)
    assert part.classes == ("cat", "dog") and part.labels.tolist() == [0, 0, 0, 1, 1]
    assert part.keys == ("cat/0", "cat/1", "cat/2", "dog/0", "dog/1")
    data, _ = part.read(np.array([4, 0, 2, 3]), ImageFormat((4, 5), 1), None)
    assert np.array_equal(data.images[..., 0], np.stack([DOG[1], CAT[0], CAT[2], DOG[0]]))
    assert data.labels.tolist() == [1, 0, 0, 1] and len(set(part.digests())) == 5


def test_rows_of_square_images_and_splits(tmp_path):
    for split, count in (("train", 4), ("test", 2)):
        (tmp_path / split).mkdir()
        for name in ("10", "9"):
            np.save(tmp_path / split / f"{name}.npy", np.full((count, 784), int(name), np.uint8))
    contents = Stacked.open(tmp_path)
    assert recognise(tmp_path) == "stacked" and contents.size == (28, 28) and set(contents.parts) == {"train", "test"}
    assert contents.parts["test"].classes == ("9", "10")
    data, _ = contents.parts["test"].read(np.arange(4), ImageFormat((28, 28), 1), None)
    assert [int(image[0, 0, 0]) for image in data.images] == [9, 9, 10, 10]


@pytest.mark.parametrize(("array", "told"), [
    (np.zeros((2, 5, 5), np.uint8), "hold images of different shapes: 4 x 5 x 1 and 5 x 5 x 1"),
    (np.zeros((2, 4, 5), np.uint16), "arrays of different types: uint16, uint8"),
    (np.zeros((2, 3, 4, 5), np.uint8), "has its channels in front"),
    (np.zeros((2, 7), np.uint8), "an array of 2 x 7 holds no images"),
])  # fmt: skip
def test_wrong_arrays(root, problem, array, told):
    np.save(root / "emu.npy", array)
    assert told in problem(Stacked, root)


def test_what_is_no_array_is_not_taken(root, tmp_path, problem):
    (root / "emu.npy").write_text("no array")
    os.mkfifo(root / "pipe.npy")
    assert Stacked.open(root).parts["train"].classes == ("cat", "dog")
    (root / "cat.npy").write_bytes((root / "cat.npy").read_bytes()[:-1])
    assert "cat.npy: is cut off" in problem(Stacked, root)
    for name in ("cat", "dog"):
        (root / f"{name}.npy").unlink()
    assert "no .npy or IDX files here" in problem(Stacked, root) and not Stacked.recognises(root)


@pytest.mark.parametrize("ending", [".idx", "-idx3-ubyte", ".idx3-ubyte.gz", "-images-idx3-ubyte", ".IDX.gz"])
def test_idx_files(tmp_path, write_idx, problem, ending):
    np.save(tmp_path / "cat.npy", CAT)
    write_idx(tmp_path / f"dog{ending}", DOG)
    if ending.endswith(".gz"):
        data = (tmp_path / f"dog{ending}").read_bytes()
        (tmp_path / f"dog{ending}").write_bytes(data if data[:2] == b"\x1f\x8b" else gzip.compress(data))
    assert recognise(tmp_path) == "stacked"
    part = Stacked.open(tmp_path).parts["train"]
    data, _ = part.read(np.arange(5), ImageFormat((4, 5), 1), None)
    assert part.classes == ("cat", "dog") and np.array_equal(data.images[..., 0], np.concatenate([CAT, DOG]))
    np.save(tmp_path / "dog.npy", DOG)
    assert "several files of one class among 'cat.npy', 'dog" in problem(Stacked, tmp_path)


def checked(path):
    part = Stacked.open(path).parts["train"]
    data, problems = part.read(np.array([4, 0, 2, 3]), ImageFormat((4, 5), 1), None)
    assert problems == [] and part.classes == ("cat", "dog") and len(set(part.digests())) == 5
    assert np.array_equal(data.images[..., 0], np.stack([DOG[1], CAT[0], CAT[2], DOG[0]]))


@pytest.mark.parametrize("kind", ["zip", "tar", "bztar"])
def test_in_an_archive(tmp_path, write_idx, problem, kind):
    folder = tmp_path / "set"
    folder.mkdir()
    write_idx(folder / "cat.idx", CAT)
    write_idx(folder / "dog-idx3-ubyte.gz", DOG)
    path = Path(shutil.make_archive(str(tmp_path / "idx"), kind, folder))
    assert recognise(path) == "stacked"
    checked(path)
    (folder / "dog-idx3-ubyte.gz").unlink()
    np.save(folder / "dog.npy", np.asfortranarray(DOG))
    path = Path(shutil.make_archive(str(tmp_path / "mixed"), kind, tmp_path, "set"))
    assert recognise(path) == "stacked"
    checked(path)
    (folder / "dog.npy").write_bytes((folder / "dog.npy").read_bytes()[:-1])
    path = Path(shutil.make_archive(str(tmp_path / "cut"), kind, folder))
    assert f"{path}/dog.npy: is cut off" in problem(Stacked, path)


def test_splits_in_an_archive(tmp_path, write_idx):
    for split in ("train", "test"):
        (tmp_path / "set" / split).mkdir(parents=True)
        for name, array in (("cat", CAT), ("dog", DOG)):
            write_idx(tmp_path / "set" / split / f"{name}.idx", array)
    path = Path(shutil.make_archive(str(tmp_path / "packed"), "gztar", tmp_path, "set"))
    assert recognise(path) == "stacked" and set(Stacked.open(path).parts) == {"train", "test"}


def test_arrays_at_the_top_of_a_zip_archive_are_an_npz_unless_told(root, tmp_path):
    path = Path(shutil.make_archive(str(tmp_path.parent / "packed"), "zip", root))
    assert recognise(path) == "npz"
    checked(path)


def test_an_array_that_cannot_be_read_is_no_missing_class(root, monkeypatch, problem):
    real = open

    def refuse(path, *args, **options):
        if str(path).endswith("dog.npy"):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **options)

    monkeypatch.setattr("builtins.open", refuse)
    assert "dog.npy: cannot be read: Permission denied" in problem(Stacked, root)
    assert not Stacked.recognises(root)
