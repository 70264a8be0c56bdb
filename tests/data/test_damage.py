"""Damaged data of every kind: an error that names the place, or images; never another exception, never a hang."""

import io
import pickle
import random
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from fitcli.data.load import load_splits
from fitcli.data.settings import DataSettings, ImageSettings, SplitSettings
from fitcli.errors import DataError

RNG = np.random.default_rng(0)
X, Y = RNG.integers(0, 256, (12, 32, 32, 3), np.uint8), np.arange(12) % 3


def png(image):
    stream = io.BytesIO()
    Image.fromarray(image[:8, :8]).save(stream, "PNG")
    return stream.getvalue()


def archive(root, kind):
    path = root / f"a.{kind}"
    members = {f"{label}/{i}.png": png(image) for i, (image, label) in enumerate(zip(X, Y))}
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, data in members.items():
                file.writestr(name, data)
    else:
        with tarfile.open(path, "w:gz" if kind == "tgz" else "w") as file:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                file.addfile(info, io.BytesIO(data))
    return path, path


def npz(root):
    np.savez_compressed(root / "a.npz", x_train=X, y_train=Y, classes=np.array(["a", "b", "c"]))
    return root / "a.npz", root / "a.npz"


def listed(root):
    for i, image in enumerate(X):
        (root / f"{i}.png").write_bytes(png(image))
    path = root / "list.csv"
    path.write_text("path,label,group\n" + "".join(f"{i}.png,c{label},g{i}\n" for i, label in enumerate(Y)))
    return path, path


def stacked(root):
    for label in range(3):
        np.save(root / f"{label}.npy", X[Y == label])
    return root, root / "1.npy"


def binary(root):
    pixels = X.transpose(0, 3, 1, 2).reshape(12, -1)
    (root / "data_batch_1.bin").write_bytes(np.concatenate([Y[:, None].astype(np.uint8), pixels], 1).tobytes())
    return root, root / "data_batch_1.bin"


def pickled(root):
    batch = {b"data": X.reshape(12, -1), b"labels": Y.tolist()}
    (root / "data_batch_1").write_bytes(pickle.dumps(batch, 2))
    return root, root / "data_batch_1"


KINDS = {"zip": lambda r: archive(r, "zip"), "tar": lambda r: archive(r, "tar"), "tgz": lambda r: archive(r, "tgz"),
         "npz": npz, "list": listed, "stacked": stacked, "binary": binary, "pickled": pickled}  # fmt: skip


def read(place):
    image, split = ImageSettings(size=8), SplitSettings(0.0, 0.0)
    return load_splits(DataSettings(str(place), image=image, split=split, on_error="skip", cache="never"), 0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_damage_is_a_data_error_or_fewer_images(kind, tmp_path):
    place, file = KINDS[kind](tmp_path)
    whole, rng = file.read_bytes(), random.Random(kind)
    assert len(read(place).train) == 12
    refused = 0
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 1, 3, 30))):
            at = rng.randrange(min(len(data), rng.choice((200, len(data)))))
            data[at] = rng.randrange(256)
        if rng.random() < 0.3:
            data = data[: rng.randrange(1, len(data))]
        file.write_bytes(data)
        try:
            assert len(read(place).train) <= 12
        except DataError as error:
            refused += 1
            assert str(tmp_path) in str(error)
    assert refused > 5
