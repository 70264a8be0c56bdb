import os
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from fitcli.data import bundle
from fitcli.data.bundle import bundles, first_bytes, opened
from fitcli.errors import DataError


def content(file):
    with opened(file) as (stream, size):
        data = stream.read()
        assert len(data) == size
        return data


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "outer"
    (root / "inner").mkdir(parents=True)
    (root / "readme").write_bytes(b"hello")
    (root / "inner" / "a.bin").write_bytes(b"a" * 100)
    (root / "inner" / "b").write_bytes(b"\x80b")
    (root / "inner" / ".hidden").write_bytes(b"no")
    return root


@pytest.fixture(params=["zip", "tar", "gztar", "bztar", "xztar"])
def archive(folder, request):
    return Path(shutil.make_archive(str(folder.parent / "packed"), request.param, folder))


def test_a_folder_and_the_only_one_in_it(folder):
    outer, inner = bundles(folder)
    assert list(outer) == ["readme"] and {"a.bin", "b"} <= inner.keys()
    assert content(inner["a.bin"]) == b"a" * 100 and first_bytes(inner["b"]) == b"\x80b"
    (folder / "other").mkdir()
    assert len(bundles(folder)) == 1


def test_what_is_no_file_is_told(folder):
    os.mkfifo(folder / "pipe")
    pipe = bundles(folder)[0]["pipe"]
    assert first_bytes(pipe) == b""
    with pytest.raises(DataError, match="pipe: is not a regular file"):
        content(pipe)


def test_an_archive_is_read_in_place(archive):
    files = {name: file for group in bundles(archive) for name, file in group.items()}
    assert sorted(files) == ["a.bin", "b", "readme"]
    for _ in range(2):
        assert [content(files[name]) for name in ("b", "a.bin", "readme")] == [b"\x80b", b"a" * 100, b"hello"]
    file = files["a.bin"]
    assert (file.name, file.stem, file.suffix, str(file)) == ("a.bin", "a", ".bin", f"{archive}/inner/a.bin")
    assert first_bytes(files["b"]) == b"\x80b"


def test_an_archive_of_many_files_is_no_bundle(archive, monkeypatch):
    monkeypatch.setattr(bundle, "FEW", 2)
    bundle._listed.cache_clear()
    assert bundles(archive) == []


def test_damaged_archives_are_none(archive):
    archive.write_bytes(archive.read_bytes()[:50])
    assert bundles(archive) == [] and bundles(archive.with_name("none")) == []


def test_what_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "MOST_BYTES", 1000)
    (tmp_path / "a").write_bytes(bytes(2000))
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "a", "a")
    ((file,),) = (group.values() for group in bundles(tmp_path / "x.tar.gz"))
    with pytest.raises(DataError, match="has 2,000 bytes when unpacked; refused as more than 1,000"):
        content(file)
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(100_000))
    ((file,),) = (group.values() for group in bundles(tmp_path / "x.zip"))
    with pytest.raises(DataError, match="has 100,000 bytes when unpacked; refused as more than 1,000"):
        content(file)
    data = bytearray((tmp_path / "x.zip").read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (2**31).to_bytes(4, "little")  # the size that it promises
    (tmp_path / "x.zip").write_bytes(data)
    assert bundles(tmp_path / "x.zip") == []


def test_an_archive_that_changes_is_told(tmp_path):
    (tmp_path / "a").write_bytes(b"1")
    for content_ in (b"1", b"22"):
        (tmp_path / "a").write_bytes(content_)
        with tarfile.open(tmp_path / "x.tar", "w") as archive:
            archive.add(tmp_path / "a", "a")
        if content_ == b"1":
            ((file,),) = (group.values() for group in bundles(tmp_path / "x.tar"))
    with pytest.raises(DataError, match="has changed while it was read"):
        content(file)
