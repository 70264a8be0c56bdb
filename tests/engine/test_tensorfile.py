import io
import json
import os
import pickle
import zipfile

import numpy as np
import pytest
import safetensors.numpy

from fitcli.engine.tensorfile import read_tensors, write_tensors
from fitcli.errors import ModelFileError


@pytest.fixture
def arrays():
    return {
        "f32": np.arange(6, dtype=np.float32).reshape(2, 3),
        "f64": np.array([0.1, -1e300]),
        "i64": np.array([2**62, -1]),
        "u8": np.array([[1], [255]], np.uint8),
        "bool": np.array([True, False]),
        "scalar": np.array(7, np.int64),
        "empty": np.zeros((0, 4), np.float32),
    }


def same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        assert one[name].dtype == other[name].dtype and one[name].shape == other[name].shape
        np.testing.assert_array_equal(one[name], other[name])


def test_comes_back_as_it_was(tmp_path, arrays):
    path = tmp_path / "a.safetensors"
    texts = {"a": 'quote " and \\ and \x1b and é', "sha": '"sha256":"' + "0" * 64 + '"', "empty": ""}
    write_tensors(path, "model", arrays, texts)
    again, again_texts = read_tensors(path, "model")
    same(arrays, again)
    assert again_texts == texts
    again["f32"][0, 0] = 9  # an array of one's own


def test_is_a_safetensors_file_for_everybody_else(tmp_path, arrays):
    path = tmp_path / "a.safetensors"
    write_tensors(path, "model", arrays, {"a": "b"})
    same(arrays, safetensors.numpy.load_file(path))
    with safetensors.safe_open(path, "np") as file:
        assert file.metadata()["format"] == "fitcli" and file.metadata()["a"] == "b"


def test_arrays_that_are_not_contiguous_or_of_the_other_byte_order(tmp_path):
    base = np.arange(24, dtype=np.float32).reshape(4, 6)
    arrays = {"t": base.T, "step": base[::2, ::3], "reversed": base[::-1], "big": base.astype(">f4")}
    write_tensors(tmp_path / "a", "model", arrays, {})
    again, _ = read_tensors(tmp_path / "a", "model")
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, again[name])


def test_equal_contents_are_equal_files(tmp_path, arrays):
    texts = {key: key for key in "abcdefgh"}
    write_tensors(tmp_path / "a", "model", arrays, texts)
    write_tensors(tmp_path / "b", "model", arrays, dict(reversed(texts.items())))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused(tmp_path, bad):
    path = tmp_path / "a"
    write_tensors(path, "model", {"w": np.ones(3)}, {})
    before = path.read_bytes()
    with pytest.raises(ModelFileError, match=r"NaN or infinite numbers in w2"):
        write_tensors(path, "model", {"w": np.ones(3), "w2": np.array([1.0, bad])}, {})
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a"]


def test_a_file_that_does_not_read_back_never_gets_its_name(tmp_path, monkeypatch):
    path = tmp_path / "a"
    write_tensors(path, "model", {"w": np.ones(3)}, {})
    before = path.read_bytes()
    real = safetensors.numpy.save
    monkeypatch.setattr(safetensors.numpy, "save", lambda arrays: real({k: a + 1 for k, a in arrays.items()}))
    with pytest.raises(ModelFileError, match="does not read back"):
        write_tensors(path, "model", {"w": np.ones(3)}, {})
    assert path.read_bytes() == before


def test_every_changed_byte_and_every_truncation_is_noticed(tmp_path):
    path = tmp_path / "a.safetensors"
    write_tensors(path, "model", {"w": np.ones(3, np.float32)}, {"spec": "seed: 0"})
    whole = path.read_bytes()

    def refused(data):
        path.write_bytes(data)
        with pytest.raises(ModelFileError) as caught:
            read_tensors(path, "model")
        assert str(path) in str(caught.value)

    for at in range(len(whole)):
        for flip in (0x01, 0x20, 0x80):
            refused(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1:])
        refused(whole[:at])
    refused(whole + b"\0")
    path.write_bytes(whole)
    read_tensors(path, "model")


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", b"x" * 100)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "it is empty"),
        (b"abc", "something else"),
        (b'{"a": 1}', "looks like JSON"),
        (pickle.dumps({"w": np.ones(3)}), "a pickle"),
        (zipped(), "a zip archive"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "a PNG image"),
        (b"\xff" * 100, "something else"),
        (b"\0" * 100, "something else"),
        (b"\x05" + b"\0" * 7 + b"[1,2]", "something else"),
        (safetensors.numpy.save({"w": np.ones(3)}), "written by another program"),
        (safetensors.numpy.save({"w": np.ones(3)}, {"format": "pt"}), "written by another program"),
        (safetensors.numpy.save({"w": np.ones(3)}, {"format": "fitcli"}), "written by another program"),
        (len(deep := b"[" * 100_000).to_bytes(8, "little") + deep, "something else"),
    ],
)
def test_files_that_are_not_ours(tmp_path, data, told):
    path = tmp_path / "x.safetensors"
    path.write_bytes(data)
    with pytest.raises(ModelFileError) as caught:
        read_tensors(path, "model")
    assert str(path) in str(caught.value) and told in str(caught.value)
    assert "run directory" in caught.value.problems[0].hint


def test_sizes_are_checked_before_memory_is_taken(tmp_path):
    path = tmp_path / "x"
    texts = {"format": "fitcli", "version": "1", "kind": "model", "sha256": "0" * 64}
    tensor = {"dtype": "F32", "shape": [2**50], "data_offsets": [0, 2**52]}
    head = json.dumps({"__metadata__": texts, "w": tensor}, separators=(",", ":")).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + b"\0" * 100)
    with pytest.raises(ModelFileError, match="should have 4503599627370"):
        read_tensors(path, "model")
    with open(path, "wb") as file:
        file.write((2**40).to_bytes(8, "little"))
        file.truncate(2**41)
    with pytest.raises(ModelFileError, match="not a whole fitcli file"):
        read_tensors(path, "model")


def test_another_kind_or_version(tmp_path):
    path = tmp_path / "a"
    write_tensors(path, "checkpoint", {"w": np.ones(2)}, {})
    with pytest.raises(ModelFileError, match="is a checkpoint, not a model"):
        read_tensors(path, "model")
    path.write_bytes(path.read_bytes().replace(b'"version":"1"', b'"version":"9"'))
    told = r"format version 9; this fitcli reads version 1(.|\n)*pip install --upgrade"
    with pytest.raises(ModelFileError, match=told):
        read_tensors(path, "checkpoint")


def test_what_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, "/dev/zero"):
        with pytest.raises(ModelFileError, match="is not a file"):
            read_tensors(path, "model")
    with pytest.raises(ModelFileError, match="cannot read .*gone: No such file"):
        read_tensors(tmp_path / "gone", "model")
