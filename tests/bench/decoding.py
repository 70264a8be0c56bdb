"""Images a second from files to pixels: this package's reader against a PyTorch DataLoader with Pillow.

    python tests/bench/decoding.py FOLDER [--sides 32 128 224] [--small 4000] [--rounds 5]

FOLDER is any folder of images; --small makes so many JPEGs of 100 x 100 pixels and reads these to 64 x 64 as well. Both
sides open, decode (large JPEGs at a reduced size, by the same rule) and resize every image to the same pixels (stretched,
bilinear, antialiased) with as many workers as there are cores; rounds alternate, medians are printed. The DataLoader's
workers are kept from round to round, and the first round, in which they start, does not count.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np


def ours(paths: list[str], side: int, workers: int) -> Callable[[], int]:
    """A round: the number of images read."""
    from fitcli.data.images import load_images
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
            image.draft("RGB", (2 * self.side, 2 * self.side))
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
    parser.add_argument("--sides", type=int, nargs="+", default=[32, 128, 224])
    parser.add_argument("--small", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        tasks = [(args.folder, side) for side in args.sides]
        if args.small:
            sys.path.insert(0, str(Path(__file__).parent))
            from many_images import make

            make(args.small, Path(made), side=100)
            tasks.append((Path(made) / "images", 64))
        print(f"{'images/s of':<26} {'to':>4} {'fitcli':>9} {'DataLoader':>11} {'ratio':>6}")
        for folder, side in tasks:
            paths = [str(folder / name) for name in find_images(folder).images]
            found = compare(paths, side, args.rounds, usable_cpus())
            what = f"{len(paths):,} {'JPEGs of 100 x 100' if folder != args.folder else folder.name}"
            ratio = found["fitcli"] / found["DataLoader"]
            print(f"{what:<26} {side:>4} {found['fitcli']:9,.0f} {found['DataLoader']:11,.0f} {ratio:6.2f}", flush=True)


if __name__ == "__main__":
    main()
