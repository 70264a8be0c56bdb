import os

import numpy as np
import pytest

from fitcli.data.imageformat import ImageFormat
from fitcli.data.load import load_splits, recognise
from fitcli.data.settings import DataSettings, ImageSettings, SplitSettings
from fitcli.data.sources.list import ListFile


@pytest.fixture
def write(tmp_path, make_folder):
    make_folder({"a": 3, "b": 3})

    def to(text, name="list.csv"):
        (tmp_path / name).write_text(text, "utf-8")
        return tmp_path / name

    return to


HEADED = """label,Image,split,patient,remark
dog,photos/a/0.png,train,p1,x
cat,photos/a/1.png,train,p1,"a, b"
cat,photos/b/0.png,Test,p2,
"""


def test_columns_by_their_names(write):
    path = write(HEADED)
    assert recognise(path) == "list"
    parts = ListFile.open(path).parts
    train, test = parts["train"], parts["test"]
    assert train.classes == ("cat", "dog") and train.labels.tolist() == [1, 0] and train.groups == ("p1", "p1")
    assert test.classes == ("cat",) and test.keys == ("photos/b/0.png",)
    data, problems = train.read(np.arange(2), ImageFormat((6, 8), 3), None)
    assert data.images.shape == (2, 6, 8, 3) and problems == []
    assert data.paths == tuple(str(path.parent / key) for key in train.keys)


@pytest.mark.parametrize("text", [
    "photos/a/0.png,10\nphotos/a/1.png,9\n\n", "photos/a/0.png\t10\nphotos/a/1.png\t9",
    "photos/a/0.png 10\nphotos/a/1.png 9",
    "\ufeffphotos/a/0.png;10\r\nphotos/a/1.png;9\r\n",
])  # fmt: skip
def test_columns_by_their_order(write, text):
    path = write(text)
    part = ListFile.open(path).parts["train"]
    assert recognise(path) == "list" and part.classes == ("9", "10") and part.labels.tolist() == [1, 0]
    assert part.keys == ("photos/a/0.png", "photos/a/1.png") and part.groups is None


def test_names_with_spaces_and_commas(write):
    part = ListFile.open(write("my photos/1 a.png cat\nx.png dog")).parts["train"]
    assert part.keys == ("my photos/1 a.png", "x.png")
    assert ListFile.open(write('"a,b.png",cat\nx.png,dog')).parts["train"].keys == ("a,b.png", "x.png")


def test_numbers_are_named_by_classes_txt(write, tmp_path):
    (tmp_path / "classes.txt").write_text("zebra\nape\ncow\n")
    part = ListFile.open(write("a.png,2\nb.png,0")).parts["train"]
    assert part.classes == ("zebra", "cow") and part.labels.tolist() == [1, 0]


@pytest.mark.parametrize(("text", "line", "told"), [
    ("path,label\n", "", "lists no images behind its first line"),
    ("\n\n", "", "lists no images"),
    ("a.png,cat\nb.png\n", ":2", "1 of 2 columns"),
    ("a.png,cat\n,dog\n", ":2", "the path is empty"),
    ("a.png,cat\nb.png,\n", ":2", "the label is empty"),
    ("a.png,cat\na.png,dog\n", "", "lists images more than once: 'a.png'"),
    ("path,label,split\na.png,cat,train\nb.png,dog,dev\n", ":3", "'dev' is no split"),
    ("path,label,split\na.png,cat,train\nb.png,dog,\n", ":3", "no split here, though other lines have one"),
    ("a,b,c,d,e\n", ":1", "5 columns without names"),
])  # fmt: skip
def test_wrong_lists(write, problem, text, line, told):
    path = write(text)
    message = problem(ListFile, path)
    assert f"{path}{line}: " in message and told in message


def test_files_that_are_no_lists(tmp_path):
    for name, data in (("a", b"\xff\xfe\0"), ("b", b"oneword\n"), ("c", b"a,b\0c"), ("d", b"")):
        (tmp_path / name).write_bytes(data)
        assert not ListFile.recognises(tmp_path / name)
    os.mkfifo(tmp_path / "pipe")
    assert not ListFile.recognises(tmp_path / "pipe")
    long = "photos/ä.png,cat\n" * 1000
    (tmp_path / "long").write_text(long[: 4095 - 1] + "ää,ä", "utf-8")
    assert ListFile.recognises(tmp_path / "long")  # a letter is cut in two where looking ends


def test_missing_files_and_pipes_are_told_by_name(write, tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    path = write("photos/a/0.png,cat\nphotos/b/0.png,dog\npipe.png,cat\nnone.png,dog\n")
    settings = DataSettings(str(path), image=ImageSettings(size=8), split=SplitSettings(0, 0), on_error="skip")
    warnings = load_splits(settings, 0).warnings
    assert any("pipe.png: is not a regular file" in w for w in warnings)
    assert any("none.png: there is no such file" in w for w in warnings)


def test_several_classes_in_a_cell(write):
    path = write("path,labels,split\nphotos/a/0.png,wet|dog,train\nphotos/a/1.png,,train\nphotos/b/0.png,dog,test\n")
    parts = ListFile.open(path).parts
    assert recognise(path) == "list" and parts["train"].classes == ("dog", "wet") and parts["test"].classes == ("dog",)
    assert parts["train"].labels.tolist() == [[1, 1], [0, 0]] and parts["train"].labels.dtype == np.uint8
    splits = load_splits(DataSettings(str(path), image=ImageSettings(size=8), split=SplitSettings(0, 0)), 0)
    assert splits.train.multilabel and splits.test.labels.tolist() == [[1, 0]] and splits.test.classes == ("dog", "wet")


def test_a_column_of_0_and_1_a_class(write):
    path = write("image,wet,dog,split\nphotos/a/0.png,1,1,train\nphotos/a/1.png,0,0,train\nphotos/b/0.png,0,1,val\n")
    parts = ListFile.open(path).parts
    assert parts["train"].classes == parts["val"].classes == ("wet", "dog")  # in the order of the columns
    assert parts["train"].labels.tolist() == [[1, 1], [0, 0]] and parts["val"].labels.tolist() == [[0, 1]]


def test_numbers_in_a_cell_are_named_by_classes_txt(write, tmp_path):
    (tmp_path / "classes.txt").write_text("zebra\nape\ncow\n")
    part = ListFile.open(write("path,labels\na.png,2 0\nb.png,0\n")).parts["train"]
    assert part.classes == ("zebra", "cow") and part.labels.tolist() == [[1, 1], [1, 0]]


def test_one_class_of_which_an_image_is_or_is_not(write):
    path = write("path,cat\nphotos/a/0.png,1\nphotos/a/1.png,0\nphotos/b/0.png,1\n")
    splits = load_splits(DataSettings(str(path), image=ImageSettings(size=8), split=SplitSettings(0, 0)), 0)
    assert splits.train.classes == ("cat",) and splits.train.labels.tolist() == [[1], [0], [1]]


@pytest.mark.parametrize(("text", "line", "told"), [
    ("path,labels\na.png,cat|cat\n", ":2", "names a class twice: 'cat'"),
    ("path,cat,dog\na.png,0,2\n", ":2", "'2' in the column 'dog'"),
    ("path,cat,dog\na.png,0,1\na.png,0,1\n", "", "lists images more than once"),
    ("path,labels,split\na.png,cat,dev\n", ":2", "'dev' is no split"),
])  # fmt: skip
def test_wrong_lists_of_several_classes(write, problem, text, line, told):
    path = write(text)
    message = problem(ListFile, path)
    assert f"{path}{line}: " in message and told in message


def test_a_number_that_classes_txt_does_not_name(write, problem, tmp_path):
    (tmp_path / "classes.txt").write_text("zebra\nape\n")
    assert ":3: the label is 2, but classes.txt has names for 0 to 1" in problem(ListFile, write("path,tags\na,0\nb,0 2\n"))
