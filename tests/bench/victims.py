"""Whole files of every kind that fitcli reads, with the command that reads them."""

from __future__ import annotations

import contextlib
import gzip
import io
import pickle
import shutil
import struct
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from fitcli.cli import main as fitcli
from fitcli.engine.checkpoint import list_checkpoints

SPEC = """\
data: {path: photos, image: {size: [8, 8], channels: 3}, augment: [flip, crop: {padding: 2}], split: {val: 0.25, test: 0}}
model: [conv: {filters: 4, kernel: 3}, batchnorm, relu, maxpool: 2, flatten, dense: classes]
fit: {epochs: 2, batch: 4, optimizer: {adam: {lr: 1e-3}}, schedule: {cosine: {warmup: 0.05}}}
"""
FORMATS = ("png", "jpeg", "gif", "bmp", "webp", "tiff", "ppm", "jp2", "qoi")


@dataclass(frozen=True)
class Victim:
    kind: str
    path: Path
    whole: bytes
    command: list[str]
    undo: Callable[[], object] = lambda: None  # of what the command has written

    def restore(self) -> None:
        self.undo()
        self.path.write_bytes(self.whole)


def prepare(folder: Path) -> dict[str, list[Victim]]:
    """By kind. Every command has been run here once, so that those in forks have all modules loaded."""
    x = np.random.default_rng(0).integers(0, 255, (12, 9, 11, 3)).astype(np.uint8)
    y = np.arange(12) % 2
    for i, label in enumerate(y):
        place = folder / "photos" / ("cat", "dog")[label]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(x[i]).save(place / f"{i}.png")
    (folder / "spec.yaml").write_text(SPEC)
    (folder / "wild.yaml").write_text(SPEC)
    run, half, model = folder / "run", folder / "half", folder / "model.safetensors"
    one = ["--threads", "1"]
    _quietly(["train", str(folder / "spec.yaml"), "--out", str(half), "--set", "fit.epochs=1", *one])
    shutil.copy(half / "model.safetensors", model)
    shutil.copy(model, folder / "good.safetensors")
    shutil.copytree(half, run)
    saved = [run / "checkpoints" / path.name for _, path in list_checkpoints(run)][-1:]
    for path in (run / "checkpoints").iterdir():
        if path not in saved:
            path.unlink()  # or another one would be taken
    kept = folder / "kept"
    shutil.copytree(run, kept)

    def undo() -> None:
        shutil.rmtree(run)
        shutil.copytree(kept, run)

    image, photo = ["predict", str(folder / "good.safetensors")], str(folder / "photos" / "cat" / "0.png")
    found = [(["summary", str(folder / "wild.yaml")], folder / "wild.yaml", "spec"),
             (["predict", str(model), photo, *one], model, "model")]  # fmt: skip
    found += [([*image, str(path), *one], path, "image") for path in _images(folder, x[0])]
    found += [(["data", "check", str(place)], path, "data") for path, place in _sets(folder, x, y)]
    victims = [Victim(kind, path, path.read_bytes(), command) for command, path, kind in found]
    resume = ["train", "--resume", str(run), "--set", "fit.epochs=2", "--quiet", *one]
    victims += [Victim("checkpoint", path, path.read_bytes(), resume, undo) for path in saved]
    for victim in victims:
        _quietly(victim.command)
        victim.restore()
    return {kind: [v for v in victims if v.kind == kind] for kind in {v.kind for v in victims}}


def _quietly(command: list[str]) -> None:
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        code = fitcli(command)
    if code:
        raise SystemExit(f"{' '.join(command)}: exit code {code}: {told.getvalue()}")


def _images(folder: Path, pixels: np.ndarray) -> list[Path]:
    able = [name for name in FORMATS if f".{name}" in Image.registered_extensions()]
    for name in able:
        with contextlib.suppress(OSError):
            Image.fromarray(pixels).save(folder / f"image.{name}")
    return [folder / f"image.{name}" for name in able if (folder / f"image.{name}").stat().st_size]


def _sets(folder: Path, x: np.ndarray, y: np.ndarray) -> list[tuple[Path, Path]]:
    """(file to damage, place to read) of each source."""
    png = [(folder / "photos" / ("cat", "dog")[label] / f"{i}.png") for i, label in enumerate(y)]
    sets = folder / "sets"
    for name in ("idx", "cifar", "binary", "stacked"):
        (sets / name).mkdir(parents=True)
    with zipfile.ZipFile(sets / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in png:
            archive.write(path, f"{path.parent.name}/{path.name}")
    for name, mode in (("a.tar", "w"), ("a.tgz", "w:gz"), ("a.txz", "w:xz")):
        with tarfile.open(sets / name, mode) as archive:
            for path in png:
                archive.add(path, f"{path.parent.name}/{path.name}")
    np.savez_compressed(sets / "a.npz", x_train=x, y_train=y, classes=np.array(["cat", "dog"]))
    rows = "".join(f"{path},{path.parent.name},train,g{i}\n" for i, path in enumerate(png))
    (sets / "list.csv").write_text("path,label,split,group\n" + rows)
    images = struct.pack(">4B3I", 0, 0, 8, 3, *x.shape[:3]) + x[..., 0].tobytes()
    (sets / "idx" / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
    (sets / "idx" / "train-labels-idx1-ubyte").write_bytes(struct.pack(">4BI", 0, 0, 8, 1, 12) + y.astype(np.uint8).tobytes())
    big = np.zeros((12, 3072), np.uint8)
    (sets / "cifar" / "data_batch_1").write_bytes(pickle.dumps({"data": big, "labels": y.tolist()}, protocol=2))
    (sets / "binary" / "data_batch_1.bin").write_bytes(np.concatenate([y[:, None].astype(np.uint8), big], axis=1).tobytes())
    for k, name in enumerate(("cat", "dog")):
        np.save(sets / "stacked" / f"{name}.npy", x[y == k])
    files = [sets / name for name in ("a.zip", "a.tar", "a.tgz", "a.txz", "a.npz", "list.csv")]
    inside = ["idx/train-images-idx3-ubyte.gz", "idx/train-labels-idx1-ubyte", "cifar/data_batch_1",
              "binary/data_batch_1.bin", "stacked/cat.npy"]  # fmt: skip
    return [(path, path) for path in files] + [(sets / name, (sets / name).parent) for name in inside]
