import os

import numpy as np
import pytest

from fitcli.data.fileparts import FilesPart, bytes_digests, file_digest
from fitcli.data.image import load_image
from fitcli.data.imageformat import ImageFormat
from fitcli.errors import DataError


def test_files_below_a_folder_and_elsewhere(make_folder):
    root = make_folder({"a": 2, "b": 1})
    keys = ("a/0.png", "a/1.png", str(root / "b/0.png"))
    part = FilesPart("list", ("x", "y"), np.array([0, 0, 1]), keys, str(root))
    assert part.files(np.array([2, 0])) == [str(root / "b/0.png"), str(root / "a/0.png")]
    data, problems = part.read(np.array([2, 0]), ImageFormat((6, 8), 3), None)
    assert data.labels.tolist() == [1, 0] and data.paths == tuple(part.files(np.array([2, 0]))) and problems == []


def test_digests_are_of_the_content(make_folder, tmp_path):
    root = make_folder({"a": 2})
    (root / "a/2.png").write_bytes((root / "a/0.png").read_bytes())
    part = FilesPart("list", ("a",), np.zeros(3, int), ("a/0.png", "a/1.png", "a/2.png"), str(root))
    found = part.digests()
    assert found[0] == found[2] != found[1] and all(len(digest) == 16 for digest in found)
    assert found[0] == bytes_digests([(root / "a/0.png").read_bytes()])[0]
    os.mkfifo(tmp_path / "pipe")
    assert file_digest(tmp_path / "pipe") != file_digest(tmp_path / "none")  # neither waits nor fails


def test_remembered_digests_are_the_same(make_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("FITCLI_DATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("fitcli.data.digestcache.FEWEST", 1)
    monkeypatch.setattr("fitcli.data.digestcache.SETTLED_SECONDS", -1e9)
    part = FilesPart("list", ("a",), np.zeros(2, int), ("a/0.png", "a/1.png"), str(make_folder({"a": 2})))
    assert part.digests(remember=True) == part.digests() and (tmp_path / "cache").exists()
    monkeypatch.setattr("fitcli.data.fileparts.file_digest", lambda path: (_ for _ in ()).throw(AssertionError(path)))
    assert len(part.digests(remember=True)) == 2


def test_a_file_that_is_larger_than_an_image_is_not_read(tmp_path):
    for name in "ab":
        with open(tmp_path / name, "wb") as file:
            file.truncate(1 << 40)  # a hole: reading it would take an hour
    assert file_digest(tmp_path / "a") != file_digest(tmp_path / "b")
    with pytest.raises(DataError, match="a: has 1,099,511,627,776 bytes; refused as larger than an image"):
        load_image(tmp_path / "a", ImageFormat((2, 2), 1))
