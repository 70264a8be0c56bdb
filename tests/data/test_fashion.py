"""The data that come with the project."""

import gzip
import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from fitcli.data.load import load_splits
from fitcli.data.settings import DataSettings
from fitcli.data.statistics import channel_statistics

ROOT = Path(__file__).parents[2] / "data" / "fashion"
CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip


@pytest.fixture(scope="module")
def splits():
    return load_splits(DataSettings(str(ROOT)), seed=0)


def test_classes_are_balanced(splits):
    assert splits.train.classes == CLASSES and splits.warnings == ()
    assert splits.train.counts().tolist() == [900] * 10 and splits.val.counts().tolist() == [100] * 10
    assert splits.test.counts().tolist() == [200] * 10
    assert splits.train.images.shape == (9000, 28, 28, 1)


def test_the_order_is_shuffled(splits):
    for data in (splits.train, splits.val, splits.test):
        assert len(np.unique(data.labels[:100])) == 10
        assert (np.diff(data.labels) == 0).mean() < 0.2


def test_no_image_is_there_twice_and_none_is_blank(splits):
    images = np.concatenate([splits.train.images, splits.val.images, splits.test.images]).reshape(12000, -1)
    assert len(np.unique(images, axis=0)) >= 11990 and images.any(1).all()
    mean, std = channel_statistics(splits.train.images)
    assert abs(mean[0] - 0.286) < 0.005 and abs(std[0] - 0.353) < 0.005  # of the whole of Fashion-MNIST


def test_files_are_as_the_readme_says():
    lines = re.findall(r"^([0-9a-f]{64})  (\S+)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    told = {name: digest for digest, name in lines}
    files = sorted(ROOT.glob("*.gz"))
    assert [path.stem for path in files] == sorted(told) and len(files) == 4
    for path in files:
        packed = path.read_bytes()
        assert packed[3:8] == bytes(5)  # no name, no time
        assert hashlib.sha256(gzip.decompress(packed)).hexdigest() == told[path.stem]
    assert sum(path.stat().st_size for path in ROOT.iterdir()) < 7e6


def test_the_licence_is_there():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "MIT License" in text and "Copyright (c) 2017 Zalando SE, https://tech.zalando.com" in text
    assert "Permission is hereby granted, free of charge" in text and 'THE SOFTWARE IS PROVIDED "AS IS"' in text
