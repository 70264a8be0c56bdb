"""Images a second from files to pixels: this package's reader against a PyTorch DataLoader with Pillow.

    python tests/bench/decoding.py FOLDER [--side 128] [--rounds 5]

FOLDER is any folder of images. Both sides open, decode and resize every image (stretched, bilinear, antialiased) with
as many workers as there are cores; rounds alternate, medians are printed. The DataLoader's workers are kept from round
to round, and the first round of both does not count.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np


def ours(paths: list[str], side: int, workers: int) -> Callable[[], int]:
    """A round: the number of images read."""
    from fitcli.data.image import load_images
    from fitcli.data.imageformat import ImageFormat

    fmt = ImageFormat((side, side), 3)
    return lambda: len(load_images(paths, fmt, workers)[0])


class Files:
    """A torch Dataset."""

    def __init__(self, paths: list[str], side: int):
        self.paths, self.side = paths, side

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, i: int) -> np.ndarray:
        from PIL import Image

        with Image.open(self.paths[i]) as image:
            return np.array(image.convert("RGB").resize((self.side, self.side), Image.Resampling.BILINEAR))


def theirs(paths: list[str], side: int, workers: int) -> Callable[[], int]:
    from torch.utils.data import DataLoader

    loader = DataLoader(Files(paths, side), batch_size=64, num_workers=workers, persistent_workers=True)
    return lambda: sum(len(batch) for batch in loader)


def compare(paths: list[str], side: int, rounds: int, workers: int) -> dict[str, float]:
    """Median images a second of each side."""
    sides = {"fitcli": ours(paths, side, workers), "DataLoader": theirs(paths, side, workers)}
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, run in sides.items():
            before = time.perf_counter()
            if run() != len(paths):
                raise RuntimeError(f"{name} did not read all images")
            if number:
                taken[name].append(time.perf_counter() - before)
    return {name: len(paths) / statistics.median(times) for name, times in taken.items()}


def main() -> None:
    from fitcli.data.files import find_images
    from fitcli.data.image import usable_cpus

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    paths = [str(args.folder / name) for name in find_images(args.folder).images]
    found = compare(paths, args.side, args.rounds, usable_cpus())
    for name, rate in found.items():
        print(f"{name:<12} {rate:10,.0f} images/s")
    print(f"ratio        {found['fitcli'] / found['DataLoader']:10.2f}")


if __name__ == "__main__":
    main()
