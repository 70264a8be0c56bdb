import numpy as np
import pytest

from fitcli.data.classes import class_index, missing_classes, training_classes
from fitcli.data.dataset import Dataset
from fitcli.data.sources.base import Part
from fitcli.errors import DataError


def part(classes, labels, where="photos"):
    p = Part()
    p.classes, p.labels, p.where = classes, np.array(labels, np.int64), where
    return p


def problem(call, *args):
    with pytest.raises(DataError) as caught:
        call(*args)
    assert caught.value.exit_code == 3
    return str(caught.value)


def test_classes_of_the_training_images():
    assert training_classes(part(("cat", "dog"), [0, 1, 1])) == ("cat", "dog")


def test_classes_without_images_are_all_named():
    told = problem(training_classes, part(("ant", "bee", "cat"), [1]))
    assert "photos: class 'ant' has no images" in told and "photos: class 'cat' has no images" in told
    assert "'bee'" not in told
    assert problem(training_classes, part(("ant", "bee"), [])) == "photos: no images in the classes 'ant', 'bee'"


def test_one_class_is_too_few(tmp_path):
    assert problem(training_classes, part(("cat",), [0, 0])) == (
        "photos: only one class, 'cat'; a classifier needs two or more"
    )
    for name in ("cat", "dog"):
        (tmp_path / "unpacked" / name).mkdir(parents=True)
    told = problem(training_classes, part(("unpacked",), [0], str(tmp_path)))
    assert told.endswith(f"\n  try: {tmp_path / 'unpacked'} as the path")


def test_labels_are_mapped_by_name():
    assert class_index(("dog", "ant"), ("ant", "cat", "dog"), "test").tolist() == [2, 0]
    assert class_index((), ("ant",), "test").dtype == np.int64


def test_an_unknown_class_is_an_error():
    told = problem(class_index, ("cat", "dogs"), ("cat", "dog"), "photos/test")
    assert told == (
        "photos/test: classes that the training images do not have: 'dogs'\n"
        "  allowed: 'cat', 'dog'\n  try: rename 'dogs' to 'dog'"
    )


def test_missing_classes_are_a_warning():
    data = Dataset(np.zeros((1, 1, 1, 1), np.uint8), np.array([1]), ("ant", "bee", "cat"))
    assert missing_classes(data, "val") == ("val: no images of the classes 'ant', 'cat'",)
    assert missing_classes(Dataset(data.images, data.labels * 0, ("ant",)), "val") == ()
