"""Pictures of several things each, from the embedded pictures of clothes: in FOLDER, images/ and list.csv.

A picture is 56 × 56 pixels, with nothing, one, two or three pieces in its four corners; list.csv has a column `labels`.

\b
python tests/bench/wardrobe.py /tmp/wardrobe
"""

from __future__ import annotations

import csv
from pathlib import Path

import click
import numpy as np
from PIL import Image

from fitcli.data.dataset import Dataset
from fitcli.data.load import load_split
from fitcli.data.settings import DataSettings

CLOTHES = Path(__file__).parents[2] / "data" / "fashion"
CHANCES = (0.05, 0.35, 0.4, 0.2)  # of so many pieces
SIDE = 28


def picture(clothes: Dataset, rng: np.random.Generator) -> tuple[np.ndarray, list[str]]:
    """uint8 [56, 56], and the classes that are on it, each once."""
    image, names = np.zeros((2 * SIDE, 2 * SIDE), np.uint8), set()
    for corner in rng.permutation(4)[: rng.choice(len(CHANCES), p=CHANCES)]:
        piece = rng.integers(len(clothes))
        top, left = SIDE * (corner // 2), SIDE * (corner % 2)
        image[top : top + SIDE, left : left + SIDE] = clothes.images[piece, ..., 0]
        names.add(clothes.classes[clothes.labels[piece]])
    return image, sorted(names)


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--count", type=click.IntRange(min=1), default=4000, show_default=True, help="Pictures.")
@click.option("--seed", type=int, default=0, show_default=True)
def main(folder: Path, count: int, seed: int) -> None:
    clothes, rng = load_split(DataSettings(str(CLOTHES)), "train", 0), np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    with open(folder / "list.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "labels"])
        for number in range(count):
            image, names = picture(clothes, rng)
            path = Path("images", f"{number:05}.png")
            Image.fromarray(image).save(folder / path)
            rows.writerow([path, "|".join(names)])
    click.echo(folder / "list.csv")


if __name__ == "__main__":
    main()
