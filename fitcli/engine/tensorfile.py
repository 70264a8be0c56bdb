"""Named arrays and text in one safetensors file, sealed with a SHA-256 of every byte.

The format holds numbers and text, so opening a file executes nothing. It has no checksum of its own (most flipped
bits load silently) and saves wrong values for arrays that are not C-contiguous, hence: arrays are made contiguous,
every file is read back before it takes its name, and the metadata key "sha256" holds the digest of the whole file
taken with the 64 digits of that digest set to "0". Header and sizes are checked before the tensors take memory.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from pathlib import Path

import numpy as np

from fitcli.engine.atomic import write_atomic
from fitcli.engine.recognise import looks_like
from fitcli.errors import ModelFileError, Problem

FORMAT, VERSION = "fitcli", "1"
HEADER_LIMIT = 16 * 1024 * 1024
_DIGEST = re.compile(rb'"sha256":"([0-9a-f]{64})"')
_HINTS = {
    "model": "a run directory, or the model.safetensors that `fitcli train` wrote in it",
    "checkpoint": "the run directory: `fitcli train --resume RUN` finds its newest whole checkpoint",
}


def write_tensors(path: str | os.PathLike, kind: str, arrays: dict[str, np.ndarray], texts: dict[str, str]) -> None:
    """Write `arrays` and `texts` atomically to `path`. `kind` ("model", "checkpoint") must match on reading.

    Refuses NaN and infinities, and anything that does not read back bit for bit.
    """
    arrays = {name: _contiguous(array) for name, array in arrays.items()}
    broken = [name for name, array in arrays.items() if array.dtype.kind == "f" and not np.isfinite(array).all()]
    if broken:
        what = f"{path} not written: NaN or infinite numbers in {', '.join(broken[:5])}"
        raise ModelFileError(Problem(what, hint="a lower learning rate: the fit has diverged"))

    def verify(temporary: Path) -> None:
        try:
            again, again_texts = read_tensors(temporary, kind)
        except ModelFileError as error:
            raise ModelFileError(f"{path} not written: it does not read back: {error}") from error
        same = again.keys() == arrays.keys() and again_texts == texts
        if not same or any(not _identical(again[name], array) for name, array in arrays.items()):
            raise ModelFileError(f"{path} not written: it does not read back as it was written")

    write_atomic(path, _sealed(arrays, {**texts, "format": FORMAT, "version": VERSION, "kind": kind}), verify)


def read_tensors(path: str | os.PathLike, kind: str) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The arrays and texts of a file that `write_tensors` wrote. Raises ModelFileError for any other file."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        with open(_regular_file(path), "rb") as file:
            texts, head = _read_header(path, file)
            _check_kind(path, texts, kind)
            data = head + file.read()
    except OSError as error:
        raise ModelFileError(f"cannot read {path}: {error.strerror or error}") from error
    except MemoryError:
        raise ModelFileError(f"cannot read {path}: not enough memory") from None
    digest = hashlib.sha256(_DIGEST.sub(b'"sha256":"' + b"0" * 64 + b'"', head))
    digest.update(memoryview(data)[len(head):])
    if digest.hexdigest() != texts.pop("sha256", None):
        raise _damaged(path, "its contents do not match its SHA-256")
    try:
        arrays = load(data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise _damaged(path, str(error)) from error
    own = {name: array if array.flags.writeable else array.copy() for name, array in arrays.items()}
    return own, {key: text for key, text in texts.items() if key not in ("format", "version", "kind")}


def _sealed(arrays: dict[str, np.ndarray], texts: dict[str, str]) -> bytes:
    # safetensors writes the metadata in random order: writing the header anew makes equal models equal files
    from safetensors.numpy import save

    data = save(arrays)
    length = int.from_bytes(data[:8], "little")
    header = {"__metadata__": dict(sorted({**texts, "sha256": "0" * 64}.items())), **json.loads(data[8:8 + length])}
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    head = len(head).to_bytes(8, "little") + head
    digest = hashlib.sha256(head)
    digest.update(data[8 + length:])
    return _DIGEST.sub(b'"sha256":"' + digest.hexdigest().encode() + b'"', head) + data[8 + length:]


def _contiguous(array: np.ndarray) -> np.ndarray:
    array = np.asarray(array, order="C")  # not ascontiguousarray: that gives a scalar one dimension
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _identical(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


def _regular_file(path: str | os.PathLike) -> str | os.PathLike:
    if not stat.S_ISREG(os.stat(path).st_mode):  # opening a FIFO would wait for ever
        raise ModelFileError(Problem(f"{path} is not a file", hint=_HINTS["model"]))
    return path


def _read_header(path: str | os.PathLike, file) -> tuple[dict[str, str], bytes]:
    size = os.fstat(file.fileno()).st_size
    head = file.read(8)
    length = int.from_bytes(head, "little")
    if len(head) < 8 or not 2 <= length <= min(HEADER_LIMIT, size - 8):
        raise _foreign(path, head + file.read(8), size)
    head += file.read(length)
    try:
        header = json.loads(head[8:])
        texts = header.pop("__metadata__", None)
        end = 8 + length + max((int(entry["data_offsets"][1]) for entry in header.values()), default=0)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise _foreign(path, head[:16], size) from None
    texts_are_text = isinstance(texts, dict) and all(isinstance(text, str) for text in texts.values())
    if not texts_are_text or texts.get("format") != FORMAT or len(_DIGEST.findall(head)) != 1:
        raise _foreign(path, head[:16], size)
    if end != size:
        raise _damaged(path, f"it has {size} bytes and should have {end}")
    return texts, head


def _check_kind(path: str | os.PathLike, texts: dict[str, str], kind: str) -> None:
    if texts.get("version") != VERSION:
        what = f"{path} has format version {texts.get('version')}; this fitcli reads version {VERSION}"
        raise ModelFileError(Problem(what, hint="pip install --upgrade fitcli"))
    if texts.get("kind") != kind:
        raise ModelFileError(Problem(f"{path} is a {texts.get('kind')}, not a {kind}", hint=_HINTS[kind]))


def _damaged(path: str | os.PathLike, why: str) -> ModelFileError:
    return ModelFileError(Problem(f"{path} is damaged: {why}", hint="another copy of it, or train again"))


def _foreign(path: str | os.PathLike, head: bytes, size: int) -> ModelFileError:
    what = f"{path} is not a whole fitcli file: {looks_like(head, size)}"
    return ModelFileError(Problem(what, hint=_HINTS["model"]))
