"""Decoded images on the disk, from fit to fit: one file for all images of a source in one format.

The name of a file says what is in it: a hash of what images become (`ImageFormat`) and of every image's own key (path,
size and time of the file). So a file is never changed, only made, used and deleted; it is written beside its final name
and renamed, and whoever finds it finds it whole. When files are added or changed, what is known of the others is
copied. The folder is FITCLI_DATA_CACHE, or fitcli-images in the user's cache folder.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from math import prod
from pathlib import Path

import numpy as np

from fitcli.data.cachefiles import TEMPORARY, delete, locked, remove_left, size_of, sweep, used
from fitcli.data.imageformat import ImageFormat
from fitcli.data.rows import Rows
from fitcli.errors import Problem

VERSION = 1
KEY_BYTES = 16
SPARE = 256 << 20  # bytes of the disk that are left to others


def cache_folder() -> Path:
    named = os.environ.get("FITCLI_DATA_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(named).expanduser() if named else Path(base).expanduser() / "fitcli-images"


@dataclass(frozen=True)
class Cached:
    rows: Rows  # of every image, 0 where it cannot be read
    problems: dict[int, Problem]  # the images that cannot be read


class ImageCache:
    """The file for images with these keys, uint8 [N, 16], in one format."""

    def __init__(self, where: str, keys: np.ndarray, fmt: ImageFormat, folder: Path | None = None):
        self.folder, self.keys, self.shape = folder or cache_folder(), np.ascontiguousarray(keys), fmt.shape
        told = json.dumps([VERSION, where, fmt.to_json()]).encode()
        self.family = blake2b(told, digest_size=8).hexdigest()
        self.stem = f"{self.family}-{blake2b(self.keys.tobytes(), digest_size=12, key=told[:32]).hexdigest()}"

    @property
    def bytes(self) -> int:
        return len(self.keys) * prod(self.shape)

    def find(self) -> Cached | None:
        """What is there already, whole; None otherwise."""
        data, about = self._file("images"), self._file("json")
        try:
            told = json.loads(about.read_text("utf-8"))
            if data.stat().st_size != self.bytes:
                return None
            rows = Rows(data, self.shape, np.arange(len(self.keys)))
            problems = {int(i): Problem(message, where) for i, where, message in told["problems"]}
            with suppress(OSError):
                os.utime(about)  # when it was used last
            return Cached(rows, problems)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def make(self, decode: Callable[[np.ndarray, Callable], None], gigabytes: float) -> Cached | str:
        """Decode what is not known and write the file; or a sentence that says why there can be none.

        `decode(indices, put)` calls put(indices, images) for images that can be read and put(index, problem) for the
        others. Two processes that want the same file wait for one another, and the second one finds it.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(self.folder / f"{self.stem}.lock"):
                if found := self.find():
                    return found
                remove_left(self.stem, self.folder)
                return self._room(gigabytes) or self._write(decode)
        except OSError as error:
            return f"decoded images cannot be kept in {self.folder}: {error.strerror or error}"

    def _file(self, suffix: str) -> Path:
        return self.folder / f"{self.stem}.{suffix}"

    def _room(self, gigabytes: float) -> str | None:
        """Delete what was used longest ago until the new file fits; a sentence when it cannot."""
        limit, need = gigabytes * 1e9, self.bytes
        if need > limit:
            return f"{need / 1e9:.1f} GB of decoded images are more than data.cache_gigabytes = {gigabytes:g}"
        sweep(self.folder)
        making = sum(size_of(p) for p in self.folder.glob(f"{TEMPORARY}*"))  # by others, at this moment
        if making + need > limit:
            what = "more than data.cache_gigabytes leaves while another process fills the cache"
            return f"{need / 1e9:.1f} GB of decoded images are {what}"
        kept = sorted((p for p in self.folder.glob("*.json")), key=used)
        sizes = {p: size_of(p.with_suffix(".images")) for p in kept}
        while kept and sum(sizes[p] for p in kept) + making + need > limit:
            delete(kept.pop(0))
        while kept and shutil.disk_usage(self.folder).free < need + SPARE:
            delete(kept.pop(0))
        free = shutil.disk_usage(self.folder).free
        return None if free >= need + SPARE else f"{self.folder} has {free / 1e9:.1f} GB left for {need / 1e9:.1f} GB"

    def _write(self, decode) -> Cached:
        size, known = prod(self.shape), self._known()
        temporary = self.folder / f"{TEMPORARY}{os.getpid()}-{self.stem}"
        problems: dict[int, Problem] = {}
        try:
            with open(temporary, "xb") as file:
                file.truncate(self.bytes)

                def put(indices, found) -> None:
                    if isinstance(found, Problem):
                        problems[int(indices)] = found
                        return
                    for i, image in zip(indices, found, strict=True):
                        os.pwrite(file.fileno(), np.ascontiguousarray(image), int(i) * size)

                for rows, there, here in known:
                    for start in range(0, len(here), 64):
                        put(here[start : start + 64], rows[there[start : start + 64]])
                done = np.concatenate([here for _, _, here in known]) if known else np.arange(0)
                decode(np.setdiff1d(np.arange(len(self.keys)), done), put)
                file.flush()
                os.fsync(file.fileno())
            self._file("keys").write_bytes(self.keys.tobytes())
            os.replace(temporary, self._file("images"))
            bad = [[i, p.where, p.message] for i, p in sorted(problems.items())]
            told = {"problems": bad, "images": len(self.keys)}
            about = temporary.with_suffix(".json")
            about.write_text(json.dumps(told), "utf-8")
            os.replace(about, self._file("json"))  # last: it says that the others are whole
        finally:
            temporary.unlink(missing_ok=True)
        return self.find()

    def _known(self) -> list[tuple[Rows, np.ndarray, np.ndarray]]:
        """(rows of another file, which of them, where they belong here): images that were decoded before."""
        wanted = {key.tobytes(): i for i, key in enumerate(self.keys)}
        for about in self.folder.glob(f"{self.family}-*.json"):
            try:
                told = json.loads(about.read_text("utf-8"))
                keys = np.frombuffer(about.with_suffix(".keys").read_bytes(), np.uint8).reshape(-1, KEY_BYTES)
                data = about.with_suffix(".images")
                if len(keys) != told["images"] or data.stat().st_size != len(keys) * prod(self.shape):
                    continue
                bad = {int(i) for i, *_ in told["problems"]}
                pairs = [(i, wanted[k.tobytes()]) for i, k in enumerate(keys) if k.tobytes() in wanted and i not in bad]
                if pairs:
                    there, here = np.array(pairs).T
                    return [(Rows(data, self.shape, np.arange(len(keys))), there, here)]
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return []
