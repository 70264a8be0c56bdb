import shutil
from pathlib import Path

import pytest

from fitcli.data.bundle import opened
from fitcli.data.splitfolders import split_folders


def wanted(files):
    return [name for name in files if name.endswith(".x")]


@pytest.fixture(params=["folder", "zip", "tar", "gztar"])
def laid(request, tmp_path):
    """laid("a.x", "train/b.x") -> a folder, or an archive, with these files, whose contents are their names."""

    def lay(*names):
        root = tmp_path / "root"
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(name)
        if request.param == "folder":
            return root
        return Path(shutil.make_archive(str(tmp_path / "packed"), request.param, root))

    return lay


def contents(root):
    found = {}
    for split, folder in split_folders(root, wanted).items():
        for name in sorted(wanted(folder.files)):
            with opened(folder.files[name]) as (file, _):
                found.setdefault(split, []).append(file.read().decode())
    return found


def test_the_folder_itself(laid):
    root = laid("a.x", "b.x", "notes.txt")
    assert contents(root) == {"train": ["a.x", "b.x"]}
    assert split_folders(root, wanted)["train"].where == str(root) and not split_folders(root, wanted)["train"].deep


def test_splits(laid):
    root = laid("train/a.x", "train/b.x", "validation/a.x", "test/notes.txt", "notes.txt")
    assert contents(root) == {"train": ["train/a.x", "train/b.x"], "val": ["validation/a.x"]}
    assert split_folders(root, wanted)["val"].where == str(root / "validation")


def test_folders_in_it_are_told(laid):
    assert split_folders(laid("a.x", "more/y.txt"), wanted)["train"].deep


def test_an_archive_of_one_folder(tmp_path):
    (tmp_path / "root" / "set" / "train").mkdir(parents=True)
    (tmp_path / "root" / "set" / "train" / "a.x").touch()
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "root"))
    folder = split_folders(archive, wanted)["train"]
    assert list(folder.files) == ["a.x"] and folder.where == f"{archive}/set/train"


@pytest.mark.parametrize(
    "names", [("cat/1.x", "dog/1.x"), ("train/a.x", "more/a.x"), ("p/train/a.x", "q/train/a.x"), ("a.txt",)]
)
def test_an_archive_that_may_be_meant_otherwise(tmp_path, names):
    for name in names:
        (tmp_path / "root" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "root" / name).touch()
    assert split_folders(Path(shutil.make_archive(str(tmp_path / "packed"), "tar", tmp_path / "root")), wanted) == {}
    (tmp_path / "packed.tar").write_bytes(b"no archive")
    assert split_folders(tmp_path / "packed.tar", wanted) == {}
