"""Names of files, folders and classes: their order, their kind, and which of them are not data."""

from __future__ import annotations

import re

# What operating systems, file servers and notebooks leave in folders; names that begin with a dot besides.
LITTER = {
    "__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information",
    "@eadir", "lost+found", "__pycache__", "icon\r",
}  # fmt: skip

IMAGE_SUFFIXES = (
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".bmp", ".dib", ".webp", ".tif", ".tiff",
    ".pbm", ".pgm", ".ppm", ".pnm", ".jp2", ".j2k", ".jpx", ".avif", ".qoi",
)  # fmt: skip

SPLIT_NAMES = {
    "train": "train", "training": "train",
    "val": "val", "valid": "val", "validation": "val",
    "test": "test", "testing": "test",
}  # fmt: skip


def is_hidden(name: str) -> bool:
    """True of `.git`, `.ipynb_checkpoints`, `__MACOSX`, `Thumbs.db` and their like."""
    return name.startswith(".") or name.lower() in LITTER


def is_image_name(name: str) -> bool:
    return name.lower().endswith(IMAGE_SUFFIXES)


def split_of(folder: str) -> str | None:
    """Which split a folder of this name holds ("train", "val", "test"), or None."""
    return SPLIT_NAMES.get(folder.lower())


def natural_key(name: str) -> tuple:
    """Sort key with 2 before 10. Total: equal only for equal names, so no order depends on the file system.

    Text and digits alternate, so two keys never compare a number with a text; a number is compared by its
    length and digits, which works for any number of digits.
    """
    parts = re.split(r"([0-9]+)", name)
    digits = (part.lstrip("0") for part in parts[1::2])
    numbers = [(len(d), d) for d in digits]
    return (*(key for pair in zip(parts[::2], [*numbers, (0, "")]) for key in pair), name)


def some(names: list[str] | tuple[str, ...], most: int = 5) -> str:
    """'a', 'b', 'c' and 7 more"""
    shown = ", ".join(repr(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
