import io
import os
import tarfile

import pytest

from fitcli.data.tarred import is_tar, open_tar, walk
from fitcli.errors import DataError


@pytest.fixture
def archive(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as file:
        for number in range(5):
            info = tarfile.TarInfo(f"{number}")
            info.size = 3
            file.addfile(info, io.BytesIO(b"abc"))
    return tmp_path / "a.tar"


def test_members_are_walked_and_forgotten(archive):
    with open_tar(archive) as file:
        names = []
        for info in walk(file):
            names.append((info.name, file.extractfile(info).read()))
            assert file.members == []
    assert names == [(str(number), b"abc") for number in range(5)] and is_tar(archive)


def test_more_members_than_anybody_has(archive, monkeypatch):
    monkeypatch.setattr("fitcli.data.tarred.MOST_MEMBERS", 4)
    with pytest.raises(DataError, match="a.tar: holds more than 4 members"), open_tar(archive) as file:
        list(walk(file))


def test_what_is_no_archive(tmp_path, archive):
    cut = archive.read_bytes()[:300]
    for name, data in (("a", b"text"), ("b", b"\x1f\x8b gzip, but no tar"), ("c", b""), ("d", cut)):
        (tmp_path / name).write_bytes(data)
        assert not is_tar(tmp_path / name)
    os.mkfifo(tmp_path / "pipe")
    assert not is_tar(tmp_path / "pipe")
    with pytest.raises(DataError, match="d: the tar archive is damaged or cut off"), open_tar(tmp_path / "d"):
        pass
