"""Images that are pages of a few files: what the source `pages` finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from fitcli.data.bundle import File, Member, opened
from fitcli.data.decode import pillow_warnings, told, upright
from fitcli.data.digestcache import remembered
from fitcli.data.fileparts import DIGEST_BYTES, stat_keys
from fitcli.data.image import Progress, allocate_images, usable_cpus
from fitcli.data.imageformat import ImageFormat
from fitcli.data.resize import resized
from fitcli.data.sources.base import Decoded, Part
from fitcli.errors import Problem

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ["TIFF"]


@dataclass(frozen=True, eq=False)
class PagesPart(Part):
    where: str
    classes: tuple[str, ...]
    labels: np.ndarray
    keys: tuple[str, ...]
    places: tuple[tuple[File, int], ...]  # file and page of each image

    def decode(self, indices: np.ndarray, fmt: ImageFormat, progress: Progress | None) -> Decoded:
        images = allocate_images(len(indices), fmt)
        bad: dict[int, Problem] = {}
        done: list[int] = []

        def page(at: int, image: Image.Image | Problem) -> None:
            if isinstance(image, Problem):
                bad[at] = image
            else:
                images[at] = np.asarray(resized(upright(image, fmt), fmt)).reshape(fmt.shape)

        for count in self._each(indices.tolist(), page, bad):
            done.append(count)
            if progress:
                progress(sum(done), len(indices))
        good = [at for at in range(len(indices)) if at not in bad]
        return images[good] if bad else images, good, [bad[at] for at in sorted(bad)]

    def _each(self, indices: Sequence[int], use: Callable, bad: dict[int, Problem]):
        """`use(place in indices, page)` for every page, the pages of one file by one thread, since they are found one
        behind the other; yields how many more are done. `bad` gets those that cannot be read."""
        files: dict[File, list[tuple[int, int]]] = {}
        for at, i in enumerate(indices):
            file, number = self.places[i]
            files.setdefault(file, []).append((number, at))
        with pillow_warnings(), ThreadPoolExecutor(usable_cpus()) as pool:
            yield from pool.map(lambda file: _read(file, sorted(files[file]), use, bad), files)

    def paths(self, indices: np.ndarray) -> tuple[str, ...]:
        return tuple(_name(*self.places[i]) for i in indices)

    def content_keys(self) -> np.ndarray:
        return stat_keys(self._on_disk(), self.keys)

    def digests(self, remember: bool = False) -> list[bytes]:
        if not remember:
            return self._digests(range(len(self.keys)))
        return remembered(self.where, self.keys, self._on_disk(), self._digests)

    def _on_disk(self) -> list[str]:
        """The file of each image, or the archive that it is in."""
        return [str(file.archive.root if isinstance(file, Member) else file) for file, _ in self.places]

    def _digests(self, indices: Sequence[int]) -> list[bytes]:
        found: list[bytes] = [b""] * len(indices)
        bad: dict[int, Problem] = {}

        def page(at: int, image: Image.Image) -> None:
            digest = blake2b(f"{image.mode} {image.size} ".encode(), digest_size=DIGEST_BYTES)
            digest.update(image.tobytes())
            found[at] = digest.digest()

        for _ in self._each(list(indices), page, bad):
            pass
        for at in bad:
            found[at] = blake2b(self.keys[indices[at]].encode("utf-8", "surrogateescape"), digest_size=DIGEST_BYTES).digest()
        return found


def page_count(file: File) -> tuple[int, tuple[int, int], str]:
    """(pages, height and width of the first, its mode). DataError naming the file."""
    from PIL import Image

    try:
        with opened(file) as (content, _), pillow_warnings(), Image.open(content, formats=FORMATS) as image:
            return image.n_frames, (image.height, image.width), image.mode
    except Exception as error:
        raise told(error, str(file)) from None


def _name(file: File, number: int) -> str:
    return f"{file}#{number + 1}"


def _read(file: File, pages: list[tuple[int, int]], use: Callable, bad: dict[int, Problem]) -> int:
    from PIL import Image

    try:
        with opened(file) as (content, _), Image.open(content, formats=FORMATS) as image:
            for number, at in pages:
                try:
                    image.seek(number)
                    use(at, image)
                except Exception as error:
                    bad[at] = told(error, _name(file, number)).problems[0]
    except Exception as error:
        bad |= {at: told(error, _name(file, number)).problems[0] for number, at in pages}
    return len(pages)
