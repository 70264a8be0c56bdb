import io
import struct
import zipfile

import numpy as np
import pytest

from fitcli.data.imageformat import ImageFormat
from fitcli.data.load import recognise
from fitcli.data.sources.npz import Npz
from fitcli.errors import DataError

X = np.random.default_rng(0).integers(0, 256, (4, 5, 6, 3), np.uint8)


def save(path, **arrays):
    np.savez_compressed(path, **arrays)
    return path


@pytest.mark.parametrize("names", [
    ("images", "labels"), ("x", "y"), ("X", "Y"), ("data", "targets"), ("x_train", "y_train"),
    ("train_images", "train_labels"), ("Training-Images", "training labels"),
])  # fmt: skip
def test_names_of_arrays(tmp_path, names):
    path = save(tmp_path / "a.npz", **dict(zip(names, (X, np.array([3, 1, 3, 3])))), other=np.zeros(3))
    assert recognise(path) == "npz"
    contents = Npz.open(path)
    part = contents.parts["train"]
    assert (contents.size, contents.channels, list(contents.parts)) == ((5, 6), 3, ["train"])
    assert part.classes == ("1", "3") and part.labels.tolist() == [1, 0, 1, 1]
    data, _ = part.read(np.array([3, 0]), ImageFormat((5, 6), 3), None)
    assert np.array_equal(data.images, X[[3, 0]]) and data.labels.tolist() == [1, 1] and data.paths is None


def test_splits(tmp_path):
    path = save(tmp_path / "a.npz", x_train=X, y_train=[0, 1, 0, 1], x_test=X[:1], y_test=[1], val_images=X[:2],
                val_labels=np.array([[0], [1]]))  # fmt: skip
    parts = Npz.open(path).parts
    assert {name: part.labels.tolist() for name, part in parts.items()} == {
        "train": [0, 1, 0, 1], "test": [0], "val": [0, 1]
    }  # fmt: skip
    assert parts["test"].classes == ("1",)  # by name, so that nothing is shifted


def test_texts_names_and_one_hot_rows(tmp_path):
    texts = save(tmp_path / "a.npz", x=X, y=np.array(["dog", "cat", "dog", "ant10"]))
    assert Npz.open(texts).parts["train"].classes == ("ant10", "cat", "dog")
    named = save(tmp_path / "b.npz", x=X, y=np.array([0, 2, 0, 1], np.uint8), classes=np.array(["a", "b", "c"]))
    assert Npz.open(named).parts["train"].classes == ("a", "b", "c")
    rows = save(tmp_path / "c.npz", x=X, y=np.eye(3)[[2, 0, 1, 2]])
    assert Npz.open(rows).parts["train"].labels.tolist() == [2, 0, 1, 2]


def test_grey_alpha_and_channels_first(tmp_path):
    fmt = ImageFormat((5, 6), 3)
    for x, wanted in ((X[..., 0], np.repeat(X[..., :1], 3, 3)), (X.transpose(0, 3, 1, 2), X)):
        contents = Npz.open(save(tmp_path / "a.npz", x=x, y=[0, 1, 0, 1]))
        assert contents.size == (5, 6)
        assert np.array_equal(contents.parts["train"].read(np.arange(4), fmt, None)[0].images, wanted)
    alpha = np.concatenate([X, np.zeros_like(X[..., :1])], 3)
    part = Npz.open(save(tmp_path / "a.npz", x=alpha, y=[0, 1, 0, 1])).parts["train"]
    assert (part.read(np.arange(4), ImageFormat((5, 6), 3, background=(9, 8, 7)), None)[0].images == [9, 8, 7]).all()


def test_floats_by_their_range(tmp_path):
    part = Npz.open(save(tmp_path / "a.npz", x=X / 255.0, y=[0, 1, 0, 1])).parts["train"]
    assert np.array_equal(part.read(np.arange(4), ImageFormat((5, 6), 3), None)[0].images, X)
    part = Npz.open(save(tmp_path / "a.npz", x=X.astype(np.float32), y=[0, 1, 0, 1])).parts["train"]
    with pytest.raises(DataError, match=r"a.npz/x.npy: holds floats from 0 to 255; only 0 to 1 has a known bright"):
        part.read(np.arange(4), ImageFormat((5, 6), 3), None)
    declared = ImageFormat((5, 6), 3, range=(0.0, 255.0))
    assert np.array_equal(part.read(np.arange(4), declared, None)[0].images, X)


@pytest.mark.parametrize(("arrays", "told"), [
    ({"x": X}, "no images with labels in it, only 'x'"),
    ({"x": X, "y": [1, 2]}, "2 labels for the 4 images of x.npy"),
    ({"x": X, "images": X, "y": [0] * 4}, "'x' and 'images' both hold train images"),
    ({"x": X[0, 0], "y": [0] * 5}, "an array of 6 x 3 holds no images"),
    ({"x": X, "y": np.eye(4) + np.eye(4)}, "labels in 4 columns, but row 0 holds 2 in column 0"),
    ({"x": X, "y": np.ones((4, 2)), "classes": ["a", "b", "c"]}, "2 columns of labels, but 3 names of classes"),
    ({"x": X, "y": [0.5] * 4}, "labels of type float64"),
    ({"x": X, "y": [0, 1, 2, 3], "classes": ["a", "b"]}, "a label is 3, but there are names for 0 to 1 only"),
    ({"x": X, "y": [0, 1, 0, 1], "classes": ["a", "a"]}, "is not a list of different names"),
    ({"x": X, "y": [0] * 4, "x_test": X[:, 1:], "y_test": [0] * 4}, "differ in shape: 4 x 6 x 3 and 5 x 6 x 3"),
])  # fmt: skip
def test_wrong_arrays(tmp_path, problem, arrays, told):
    assert told in problem(Npz, save(tmp_path / "a.npz", **arrays))


def test_pickled_objects_are_refused(tmp_path, problem):
    path = save(tmp_path / "a.npz", x=X, y=np.array([{}, 1, 2, 3], object))
    assert "y.npy: holds Python objects" in problem(Npz, path)


def write(path, header, data, size=None):
    """An archive whose x.npy has this header."""
    text = header.encode().ljust(117) + b"\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data)
        stream = io.BytesIO()
        np.save(stream, np.zeros(4, np.int64))
        archive.writestr("y.npy", stream.getvalue())
    if size is not None:  # the directory at the end lies about the size
        raw = bytearray(path.read_bytes())
        at = raw.rfind(b"PK\1\2", 0, raw.rfind(b"PK\1\2"))
        raw[at + 24 : at + 28] = struct.pack("<I", size)
        path.write_bytes(raw)
    return path


def test_headers_are_not_believed(tmp_path, problem):
    huge = "{'descr': '|u1', 'fortran_order': False, 'shape': (4000000, 1000, 1000), }"
    assert "promises 4000000 x 1000 x 1000 values" in problem(Npz, write(tmp_path / "a.npz", huge, b"abc"))
    negative = huge.replace("4000000", "-4")
    assert "x.npy: " in problem(Npz, write(tmp_path / "a.npz", negative, b"abc"))
    lie = write(tmp_path / "b.npz", huge.replace("4000000", "4"), b"abc", size=4_000_000_128)
    assert "promises 4,000,000,128 bytes, more than its" in problem(Npz, lie)
    code = write(tmp_path / "c.npz", "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}", b"")
    assert "x.npy: is not an NPY array" in problem(Npz, code)


def test_damage_is_told(tmp_path, problem):
    path = save(tmp_path / "a.npz", x=X, y=[0, 1, 0, 1])
    whole = path.read_bytes()
    path.write_bytes(whole[:60] + bytes(50) + whole[110:])
    with pytest.raises(DataError, match="a.npz: the zip archive is damaged"):
        Npz.open(path).parts["train"].read(np.arange(4), ImageFormat((5, 6), 3), None)


def test_several_classes_an_image(tmp_path):
    y = np.array([[1, 0, 1], [0, 0, 0], [0, 1, 0], [1, 0, 0]], bool)
    path = save(tmp_path / "a.npz", x_train=X, y_train=y, x_test=X[:2], y_test=np.eye(3)[[2, 0]], classes=["a", "b", "c"])
    parts = Npz.open(path).parts
    assert parts["train"].classes == ("a", "b", "c") and parts["train"].labels.tolist() == y.astype(int).tolist()
    assert parts["test"].multilabel and parts["test"].labels.tolist() == [[0, 0, 1], [1, 0, 0]]
    assert Npz.open(save(tmp_path / "b.npz", x=X, y=y.astype(float))).parts["train"].classes == ("0", "1", "2")
