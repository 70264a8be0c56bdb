"""Change every byte of a model file and of a checkpoint to each of the 255 other values, cut them off at every length,
and put a byte in at every place: all of it must be refused by name.

\b
python tests/bench/everybyte.py                # every byte, every value: some minutes
python tests/bench/everybyte.py --every 17     # every 17th byte
Exit code 1 when a damaged file was taken, or the error was another one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import numpy as np

from fitcli.engine.checkpoint import load_checkpoint, save_checkpoint
from fitcli.engine.modelfile import ModelFile, load_model, save_model
from fitcli.errors import ModelFileError

PIXELS = {"size": [2, 2], "channels": 1, "resize": "stretch", "mean": [0.5], "std": [0.25]}
ARRAYS = {"dense.bias": np.zeros(2, np.float32), "dense.weight": np.linspace(-1, 1, 8, dtype=np.float32).reshape(4, 2)}
SPEC = "data:\n  path: photos\nmodel:\n- flatten\n- dense: classes\n"


@click.command(help=__doc__)
@click.option("--every", type=click.IntRange(min=1), default=1, show_default=True, help="Only each such byte.")
def main(every: int) -> None:
    wrong = 0
    print(f"{'file':<12}{'bytes':>7}  {'damage':<20}{'tried':>9}{'refused':>9}{'taken':>7}")
    with tempfile.TemporaryDirectory(prefix="fitcli-everybyte-") as name:
        for kind, (path, load) in files(Path(name)).items():
            load(path)
            size = path.stat().st_size
            for damage, tries in (("a byte is another", changes), ("it is cut off", cuts), ("a byte is put in", insertions)):
                refused, taken = tried(path, load, tries(path.read_bytes(), every))
                wrong += len(taken)
                print(f"{kind:<12}{size:>7}  {damage:<20}{refused + len(taken):>9,}{refused:>9,}{len(taken):>7,}", flush=True)
                for what in taken[:5]:
                    print(f"  {what}")
    sys.exit(wrong > 0)


def files(folder: Path) -> dict[str, tuple[Path, Callable]]:
    """A small file of each kind, and what reads it."""
    model = folder / "model.safetensors"
    save_model(model, ModelFile(ARRAYS, ("cat", "dog"), PIXELS, SPEC, {"fitcli": "0", "epoch": 1}))
    saved = save_checkpoint(folder, 3, ARRAYS | {"adam.step": np.array(3)}, {"loss": 0.5, "log": 7})
    return {"model": (model, load_model), "checkpoint": (saved, load_checkpoint)}


def changes(data: bytes, every: int) -> Iterator[tuple[str, int, bytes]]:
    """(what it is, from which place on the file is another, what is there)."""
    for at in range(0, len(data), every):
        for value in range(256):
            if value != data[at]:
                yield f"byte {at} is {value:#04x}, not {data[at]:#04x}", at, bytes([value]) + data[at + 1 : at + 2]


def cuts(data: bytes, every: int) -> Iterator[tuple[str, int, bytes | None]]:
    for size in range(0, len(data), every):
        yield f"{size} bytes of it", size, None


def insertions(data: bytes, every: int) -> Iterator[tuple[str, int, bytes]]:
    for at in range(0, len(data) + 1, every):
        for value in (0, 0x20, 0x22, 0xFF):
            yield f"{value:#04x} put in before byte {at}", at, bytes([value]) + data[at:]


def tried(path: Path, load: Callable, damages: Iterator[tuple[str, int, bytes | None]]) -> tuple[int, list[str]]:
    """How many were refused, by name; which were not, or with another error. The file is whole again afterwards."""
    whole, refused, taken = path.read_bytes(), 0, []
    handle = os.open(path, os.O_RDWR)
    try:
        for what, at, put in damages:
            if put is None:
                os.ftruncate(handle, at)
            else:
                os.pwrite(handle, put, at)
            try:
                load(path)
                taken.append(f"{what}: taken")
            except ModelFileError as error:
                if str(path) in str(error):
                    refused += 1
                else:
                    taken.append(f"{what}: {error}")
            except Exception as error:  # what a user would see as a traceback
                taken.append(f"{what}: {type(error).__name__}: {error}")
            if put is not None and len(put) <= 2:
                os.pwrite(handle, whole[at : at + 2], at)
            else:
                os.pwrite(handle, whole, 0)
                os.ftruncate(handle, len(whole))
    finally:
        os.close(handle)
    return refused, taken


if __name__ == "__main__":
    main()
