import dataclasses

import numpy as np
import pytest

from fitcli.data.dataset import Dataset, Splits


@pytest.fixture
def data():
    images = np.arange(4 * 2 * 3 * 1, dtype=np.uint8).reshape(4, 2, 3, 1)
    return Dataset(images, np.array([0, 2, 2, 0]), ("a", "b", "c"), ("0.png", "1.png", "2.png", "3.png"))


def test_length_and_counts(data):
    assert len(data) == 4 and data.counts().tolist() == [2, 0, 2] and data.warnings == ()


def test_several_classes_an_image(data):
    rows = np.array([[0, 1, 1], [0, 0, 0], [1, 0, 1], [0, 0, 1]], np.uint8)
    several = dataclasses.replace(data, labels=rows)
    assert several.multilabel and not data.multilabel
    assert several.counts().tolist() == [1, 1, 3] and several.subset([2, 1]).labels.tolist() == [[1, 0, 1], [0, 0, 0]]


def test_subset_keeps_images_labels_and_paths_together(data):
    part = data.subset([3, 1])
    assert np.array_equal(part.images, data.images[[3, 1]]) and part.labels.tolist() == [0, 2]
    assert part.paths == ("3.png", "1.png") and part.classes == data.classes
    assert len(data.subset([])) == 0
    part.images[:] = 0
    assert data.images.any()
    assert dataclasses.replace(data, paths=None).subset([0]).paths is None


def test_lengths_must_agree(data):
    for change in ({"labels": np.array([0])}, {"paths": ("0.png",)}, {"images": data.images[:3]}):
        with pytest.raises(ValueError, match="differ in number"):
            dataclasses.replace(data, **change)


def test_splits(data):
    splits = Splits(data, None, None)
    assert splits.train is data and splits.val is None and splits.test is None and splits.warnings == ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        splits.val = data
