import io

import numpy as np
import pytest

from fitcli.data.npy import map_npy, npy_header, read_array, read_header
from fitcli.errors import DataError


def saved(array, version=(1, 0)):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version)
    return stream.getvalue()


ARRAYS = [np.arange(24, dtype=np.uint8).reshape(2, 3, 4), np.asfortranarray(np.arange(6.0).reshape(2, 3)),
          np.array(["a", "bc"]), np.array(5), np.zeros((0, 3)), np.arange(3, dtype=">u2")]  # fmt: skip


@pytest.mark.parametrize("array", ARRAYS)
@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
def test_arrays_are_read_and_mapped(array, version, tmp_path):
    data = saved(array, version)
    header = read_header(io.BytesIO(data), len(data))
    assert header.shape == array.shape and header.dtype == array.dtype and header.offset + header.bytes == len(data)
    found = read_array(io.BytesIO(data), len(data))
    assert np.array_equal(found, array) and found.dtype == array.dtype
    (tmp_path / "a.npy").write_bytes(data)
    assert np.array_equal(map_npy(tmp_path / "a.npy"), array) and npy_header(tmp_path / "a.npy") == header


@pytest.mark.parametrize(("change", "told"), [
    (lambda d: d[:-1], "is cut off"), (lambda d: b"x" + d[1:], "is not an NPY array"),
    (lambda d: d[:20], "is not an NPY"),
    (lambda d: d.replace(b"(2, 3, 4)", b"(9, 9, 9)"), "promises 9 x 9 x 9 values of uint8, more than there are"),
    (lambda d: d.replace(b"(2, 3, 4)", b"(2,-3, 4)"), "cut off|not an NPY"),
    (lambda d: d[:6] + b"\x07" + d[7:], "version 1 or 2"),
    (lambda d: d.replace(b"'|u1'", b"'|O8'"), "Python objects"),
    (lambda d: d.replace(b"'|u1'", b"'|V1'"), "not numbers"),
    (lambda d: d.replace(b"'|u1'", b"'<q1'"), "is not an NPY array"),
])  # fmt: skip
def test_headers_that_lie(change, told, tmp_path):
    data = change(saved(ARRAYS[0]))
    with pytest.raises(DataError, match=told):
        read_header(io.BytesIO(data), len(data))
    (tmp_path / "a.npy").write_bytes(data)
    with pytest.raises(DataError, match=f"^{tmp_path / 'a.npy'}: "):
        map_npy(tmp_path / "a.npy")


def test_less_than_promised():
    data = saved(ARRAYS[0])
    with pytest.raises(DataError, match="24 bytes promised by its header, 20 there"):
        read_array(io.BytesIO(data[:-4]), len(data))
