import gzip
import os
import struct
import tracemalloc

import numpy as np
import pytest

from fitcli.data.idxfile import idx_shape, read_idx
from fitcli.errors import DataError


def problem(path, dimensions=3):
    with pytest.raises(DataError) as caught:
        read_idx(path, dimensions)
    assert caught.value.exit_code == 3 and str(caught.value).startswith(f"{path}: ")
    return str(caught.value).removeprefix(f"{path}: ")


@pytest.fixture
def x():
    return np.random.default_rng(0).integers(0, 256, (30, 4, 5), dtype=np.uint8)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_what_was_written_is_read(tmp_path, write_idx, x, suffix):
    path = tmp_path / f"numbers{suffix}"
    write_idx(path, x)
    assert np.array_equal(read_idx(path, 3), x) and read_idx(path, 3).dtype == np.uint8
    assert idx_shape(path, 3) == (30, 4, 5)
    write_idx(path, x[:, 0, 0])
    assert np.array_equal(read_idx(path, 1), x[:, 0, 0])


def test_gzip_is_known_by_content(tmp_path, write_idx, x):
    write_idx(tmp_path / "numbers.gz", x)
    (tmp_path / "numbers.gz").rename(tmp_path / "numbers")
    assert np.array_equal(read_idx(tmp_path / "numbers", 3), x)


def test_several_blocks(tmp_path, write_idx):
    x = np.random.default_rng(0).integers(0, 256, (3, 1024, 1000), dtype=np.uint8)
    write_idx(tmp_path / "large", x)
    assert np.array_equal(read_idx(tmp_path / "large", 3), x)


def test_an_empty_array(tmp_path, write_idx):
    write_idx(tmp_path / "none", np.zeros((0, 4, 5)))
    assert read_idx(tmp_path / "none", 3).shape == (0, 4, 5)


@pytest.mark.parametrize(("content", "told"), [
    (b"", "is empty (0 bytes)"),
    (b"a text file", "is not an IDX file: it begins with the bytes 61 20 74 65, not with 00 00 08"),
    (b"\0\0\x08", "is not an IDX file"),
    (b"\0\0\x0d\x03" + b"\0" * 12, "holds numbers of IDX type 0x0d; only 0x08"),
    (b"\0\0\x08\x01\0\0\0\x01\x07", "has 1 dimensions; 3 wanted"),
    (b"\0\0\x08\x03\0\0\0\x01\0\0", "ends within its header"),
    (b"\x1f\x8bxxxxxxxxxxxx", "the gzip data is damaged or cut off"),
])  # fmt: skip
def test_wrong_content(tmp_path, content, told):
    (tmp_path / "file").write_bytes(content)
    assert told in problem(tmp_path / "file")


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_too_short_and_too_long(tmp_path, write_idx, x, suffix):
    path = tmp_path / f"numbers{suffix}"
    write_idx(path, x[:-1], struct.pack(">4I", 0x803, 30, 4, 5))
    assert "is cut off" in problem(path)
    write_idx(path, x, struct.pack(">4I", 0x803, 29, 4, 5))
    assert problem(path) == "is longer than the 580 bytes that its header promises"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.98])
def test_cut_off_gzip(tmp_path, write_idx, x, share):
    path = tmp_path / "numbers.gz"
    write_idx(path, x)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert "cut off" in problem(path)


def test_a_damaged_gzip_is_noticed(tmp_path, write_idx, x):
    path = tmp_path / "numbers.gz"
    write_idx(path, x)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    assert "damaged" in problem(path) or "longer" in problem(path)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("sizes", [(2**32 - 1,) * 3, (60_000, 28, 28)])
def test_the_header_takes_no_memory_that_the_file_does_not_hold(tmp_path, pack, sizes):
    (tmp_path / "liar").write_bytes(pack(struct.pack(">4I", 0x803, *sizes) + b"\0" * 9))
    tracemalloc.start()
    assert f"is cut off: its header promises {' x '.join(map(str, sizes))} bytes" in problem(tmp_path / "liar")
    assert tracemalloc.get_traced_memory()[1] < 2e6
    tracemalloc.stop()


def test_missing_and_special_files(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "there is no such file" in problem(tmp_path / "none")
    assert "not a regular file" in problem(tmp_path / "pipe")
    assert "is a folder" in problem(tmp_path)
