"""Arrays of images and labels in one .npz file, as numpy's `savez` writes them.

    images, labels                        also x, y; data, targets
    x_train, y_train, x_test, y_test      Keras; also train_images, train_labels, val_images, ... (MedMNIST)

Names may be in any order and case. Beside them `classes` (or `class_names`) may name the labels. Labels are numbers,
texts or one-hot rows; rows with more ones, or none, are images of several classes. Pickled objects in the file are refused.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np

from fitcli.data.arrayparts import ArrayPart, image_shape, named_labels
from fitcli.data.labels import one_hot
from fitcli.data.names import some, split_of
from fitcli.data.npy import MAGIC, NpyHeader, read_array, read_header
from fitcli.data.sources import SOURCES
from fitcli.data.sources.base import Contents, Source
from fitcli.data.zipped import check_member, is_zip, open_zip
from fitcli.errors import DataError, Problem

IMAGES = ("images", "image", "x", "data", "imgs", "pixels")
LABELS = ("labels", "label", "y", "targets", "target")
CLASSES = ("classes", "class_names", "label_names", "names")
LAYOUT = "images and labels, x_train and y_train (x_test, y_test), or train_images and train_labels"


@SOURCES.register("npz")
class Npz(Source):
    place = "file"

    @staticmethod
    def recognises(root: Path) -> bool:
        if not is_zip(root):
            return False
        try:
            with open_zip(root) as archive:
                return any(info.filename.endswith(".npy") and "/" not in info.filename for info in archive.infolist())
        except DataError:
            return False

    @staticmethod
    def open(root: Path) -> Contents:
        with open_zip(root) as archive:
            members = {_stem(info.filename): info for info in archive.infolist() if _is_array(archive, info)}
        found: dict[str, dict[str, str]] = {}
        for name in members:
            if (role := _role(name)) is not None:
                split, kind = role
                if kind in found.setdefault(split, {}):
                    raise DataError(Problem(f"{found[split][kind]!r} and {name!r} both hold {split} {kind}", str(root)))
                found[split][kind] = name
        names = _class_names(root, members)
        whole = {split: kinds for split, kinds in found.items() if {"images", "labels"} <= kinds.keys()}
        if not whole:
            here = some(sorted(members)) if members else "nothing"
            raise DataError(Problem(f"no images with labels in it, only {here}", str(root), allowed=LAYOUT))
        pairs = {split: (members[kinds["images"]], members[kinds["labels"]]) for split, kinds in whole.items()}
        parts = {split: _part(root, images, labels, names) for split, (images, labels) in pairs.items()}
        if any(part.multilabel for part in parts.values()):  # rows that happen to be one-hot in one split alone
            for part in parts.values():
                part.labels = one_hot(part.labels, len(part.classes))
        shapes = {part.shape for part in parts.values()}
        if len(shapes) > 1:
            told = " and ".join(" x ".join(map(str, shape)) for shape in sorted(shapes))
            raise DataError(Problem(f"the images of its splits differ in shape: {told}", str(root)))
        h, w, c = shapes.pop()
        left = [name for split, kinds in found.items() if split not in whole for name in kinds.values()]
        warnings = (f"{root}: arrays without their counterpart are not used: {some(left)}",) if left else ()
        return Contents(parts, (h, w), 1 if c == 1 else 3, warnings, fixed=True)


def _stem(name: str) -> str:
    return name.removesuffix(".npy")


def _is_array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    if info.is_dir() or not info.filename.endswith(".npy") or info.flag_bits & 1:
        return False
    with archive.open(info) as file:
        return file.read(len(MAGIC)) == MAGIC


def _role(name: str) -> tuple[str, str] | None:
    """("train", "images") of "x_train", "train_images" or "X"; None for a name that says nothing."""
    words = [word for word in re.split(r"[_\-. ]+", name.lower()) if word]
    splits = [split for word in words if (split := split_of(word))]
    rest = [word for word in words if not split_of(word)]
    if len(splits) > 1 or len(rest) != 1:
        return None
    kind = "images" if rest[0] in IMAGES else "labels" if rest[0] in LABELS else None
    return (splits[0] if splits else "train", kind) if kind else None


def _load(root: Path, info: zipfile.ZipInfo, header_only: bool = False) -> np.ndarray | NpyHeader:
    check_member(root, info)
    try:
        with open_zip(root) as archive, archive.open(info) as file:
            return (read_header if header_only else read_array)(file, info.file_size)
    except DataError as error:
        raise DataError(*(Problem(p.message, f"{root}/{info.filename}") for p in error.problems)) from None
    except MemoryError:
        raise DataError(Problem("does not fit into memory", f"{root}/{info.filename}")) from None


def _part(root: Path, images: zipfile.ZipInfo, labels: zipfile.ZipInfo, names: tuple[str, ...] | None) -> ArrayPart:
    where = f"{root}/{images.filename}"
    header = _load(root, images, header_only=True)
    shape, first = image_shape(header.shape, where)
    classes, numbers = named_labels(_load(root, labels), names, f"{root}/{labels.filename}")
    if len(numbers) != header.shape[0]:
        what = f"{len(numbers):,} labels for the {header.shape[0]:,} images of {images.filename}"
        raise DataError(Problem(what, f"{root}/{labels.filename}"))

    def pixels() -> np.ndarray:
        x = _load(root, images)
        return np.ascontiguousarray(x.transpose(0, 2, 3, 1) if first else x)

    return ArrayPart(where, pixels, shape, classes, numbers)


def _class_names(root: Path, members: dict[str, zipfile.ZipInfo]) -> tuple[str, ...] | None:
    name = next((name for name in members if name.lower() in CLASSES), None)
    if name is None:
        return None
    array = _load(root, members[name])
    if array.dtype.kind not in "US" or array.ndim != 1 or len(set(array.tolist())) < len(array):
        raise DataError(Problem("is not a list of different names", f"{root}/{members[name].filename}"))
    return tuple(t.decode("utf-8", "replace") if isinstance(t, bytes) else t for t in array.tolist())
