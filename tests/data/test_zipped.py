import os
import zipfile

import pytest

from fitcli.data.zipped import check_member, is_zip, open_zip
from fitcli.errors import DataError


@pytest.fixture
def archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("zeros", bytes(100_000), zipfile.ZIP_DEFLATED)
        file.writestr("stored", b"abc", zipfile.ZIP_STORED)
        file.writestr("bz", b"abc", zipfile.ZIP_BZIP2)
    return tmp_path / "a.zip"


def test_true_members_pass_and_others_do_not(archive):
    with open_zip(archive) as file:
        zeros, stored, other = file.infolist()
        check_member(archive, zeros)
        check_member(archive, stored)
        with pytest.raises(DataError, match="a.zip/bz: is packed by another method"):
            check_member(archive, other)
        zeros.file_size = 10_000_000
        with pytest.raises(DataError, match="a.zip/zeros: promises 10,000,000 bytes, more than"):
            check_member(archive, zeros)
        zeros.compress_size = 10_000_000  # no more than the archive itself has
        with pytest.raises(DataError, match="promises 10,000,000 bytes"):
            check_member(archive, zeros)
        stored.flag_bits |= 1
        with pytest.raises(DataError, match="is encrypted"):
            check_member(archive, stored)


def test_what_is_no_archive(tmp_path, archive):
    assert is_zip(archive)
    (tmp_path / "b").write_bytes(archive.read_bytes()[:-30])
    os.mkfifo(tmp_path / "pipe")
    assert not is_zip(tmp_path / "b") and not is_zip(tmp_path / "pipe") and not is_zip(tmp_path)
    with pytest.raises(DataError, match="b: the zip archive is damaged"), open_zip(tmp_path / "b"):
        pass
