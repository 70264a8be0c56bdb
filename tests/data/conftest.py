"""Images made on the spot."""

import gzip
import io
import struct

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def picture():
    """picture(seed, h, w) -> uint8 [h, w, 3], smooth, so that lossy formats keep it, and different for each seed."""

    def make(seed=0, h=24, w=32):
        rng = np.random.default_rng(seed)
        coarse = Image.fromarray(rng.integers(0, 256, (3, 4, 3), dtype=np.uint8))
        return np.array(coarse.resize((w, h), Image.Resampling.BICUBIC))

    return make


@pytest.fixture
def pictures(tmp_path, picture):
    """The paths of 40 different pictures, 0.png, 1.png, ..."""
    paths = [tmp_path / f"{i}.png" for i in range(40)]
    for i, path in enumerate(paths):
        Image.fromarray(picture(i)).save(path)
    return paths


@pytest.fixture
def encoded():
    """encoded(array or Image, "PNG", ...) -> the bytes of a file of that kind."""

    def encode(image, kind="PNG", **options):
        stream = io.BytesIO()
        (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(stream, kind, **options)
        return stream.getvalue()

    return encode


@pytest.fixture
def make_folder(tmp_path, picture):
    """make_folder({"cat": 3, "train/dog": 2}) -> the folder, with 0.png, 1.png, ... in each sub-folder."""

    def make(counts, root=tmp_path / "photos"):
        root.mkdir(exist_ok=True)
        for number, (name, count) in enumerate(counts.items()):
            (root / name).mkdir(parents=True, exist_ok=True)
            for i in range(count):
                Image.fromarray(picture(1000 * number + i, 6, 8)).save(root / name / f"{i}.png")
        return root

    return make


@pytest.fixture
def write_idx():
    """write_idx(path, uint8 array): a right IDX file, gzipped when the name ends in .gz."""

    def write(path, array, head=None):
        data = head or struct.pack(f">{1 + array.ndim}I", 0x800 + array.ndim, *array.shape)
        data += np.asarray(array, np.uint8).tobytes()
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
        return data

    return write


@pytest.fixture
def make_idx(tmp_path, write_idx):
    """make_idx(train_labels, test_labels, suffix) -> a folder with random 5 × 4 images and these labels."""

    def make(train, test=None, suffix="", h=5, w=4):
        root = tmp_path / "numbers"
        root.mkdir(exist_ok=True)
        for prefix, labels in (("train", train), ("t10k", test)):
            if labels is not None:
                rng = np.random.default_rng(len(labels))
                images = rng.integers(0, 256, (len(labels), h, w), dtype=np.uint8)
                write_idx(root / f"{prefix}-images-idx3-ubyte{suffix}", images)
                write_idx(root / f"{prefix}-labels-idx1-ubyte{suffix}", np.array(labels, np.uint8))
        return root

    return make
