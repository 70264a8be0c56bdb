"""Damage images, specs, model files and checkpoints at random, and give them to fitcli: each must be taken, or refused
with its exit code and without a traceback, in a bounded time.

\b
python tests/bench/fuzz.py                   # 2,000 of them, 500 of each kind
python tests/bench/fuzz.py --count 40 --seed 3
What went wrong is printed with its number, and the damaged file is kept. Exit code 1 when anything did.
"""

from __future__ import annotations

import contextlib
import io
import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

import click
import numpy as np
from PIL import Image

from fitcli.cli import main as fitcli
from fitcli.engine.checkpoint import load_latest, save_checkpoint
from fitcli.engine.keep import model_file
from fitcli.engine.modelfile import save_model
from fitcli.errors import ModelFileError
from fitcli.model import build_model
from fitcli.spec import parse_spec

SECONDS = 30  # more than that is a hang
SPEC = """\
data: {path: photos, image: {size: [8, 8], channels: 3}, augment: [flip, crop: {padding: 2}]}
model: [conv: {filters: 4, kernel: 3}, relu, maxpool: 2, flatten, dense: classes]
fit: {epochs: 2, batch: 4, optimizer: {adam: {lr: 1e-3}}, schedule: {cosine: {warmup: 0.05}}}
"""
ALLOWED = {"image": {0, 3}, "spec": {0, 2, 3}, "model": {0, 6}, "checkpoint": {0, 6}}
FORMATS = ("png", "jpeg", "gif", "bmp", "webp", "tiff", "ppm")


@click.command(help=__doc__)
@click.option("--count", type=click.IntRange(min=1), default=2000, show_default=True, help="Damaged files.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the damage.")
def main(count: int, seed: int) -> None:
    rng, wrong, seen = random.Random(seed), 0, Counter()
    folder = Path(tempfile.mkdtemp(prefix="fitcli-fuzz-"))
    targets = prepare(folder)
    kinds = sorted(targets)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        path, whole = rng.choice(targets[kind])
        data = damaged(whole, rng)
        path.write_bytes(data)
        code, told = answer(kind, path, folder)
        path.write_bytes(whole)
        seen[kind, code] += 1
        # a seal that lets a changed byte pass is no seal
        passed = kind in ("model", "checkpoint") and code == 0 and data != whole
        if code not in ALLOWED[kind] or passed or "Traceback" in told or "bug in fitcli" in told:
            wrong += 1
            (folder / f"wrong-{number}{path.suffix}").write_bytes(data)
            print(f"{number}: {kind} {path.name}, exit code {code}: {told.strip()[-300:]}", flush=True)
    for (kind, code), times in sorted(seen.items()):
        print(f"{kind:<10}  exit code {code}  {times:5} times")
    print(f"{wrong} of {count} went wrong" + (f": {folder}" if wrong else ""))
    sys.exit(wrong > 0)


def prepare(folder: Path) -> dict[str, list[tuple[Path, bytes]]]:
    """By kind, files that are whole."""
    pixels = np.random.default_rng(0).integers(0, 255, (9, 11, 3)).astype(np.uint8)
    for label in ("cat", "dog"):
        (folder / "photos" / label).mkdir(parents=True)
        for n in range(4):
            Image.fromarray(np.roll(pixels, n)).save(folder / "photos" / label / f"{n}.png")
    for name in FORMATS:
        Image.fromarray(pixels).save(folder / f"image.{name}")
    (folder / "spec.yaml").write_text(SPEC)
    model = build_model(parse_spec(SPEC), ("cat", "dog"), (8, 8, 3))
    model.initialize(0)
    save_model(folder / "model.safetensors", model_file(model, {}))
    save_model(folder / "good.safetensors", model_file(model, {}))
    found = save_checkpoint(folder, 7, model.save_arrays(), {"log": 3})
    paths = {"image": [folder / f"image.{name}" for name in FORMATS], "spec": [folder / "spec.yaml"],
             "model": [folder / "model.safetensors"], "checkpoint": [found]}  # fmt: skip
    return {kind: [(path, path.read_bytes()) for path in group] for kind, group in paths.items()}


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Bytes changed, cut off, put in, doubled or left out, once to four times."""
    for _ in range(rng.randint(1, 4)):
        at, other = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
        low, high = min(at, other), max(at, other)
        letters = rng.choice([range(256), range(32, 127), b"0123456789-.e"])
        junk = bytes(rng.choice(letters) for _ in range(rng.randint(1, 8)))
        data = rng.choice([
            data[:at] + junk + data[at + len(junk):], data[:at] + junk[:1] + data[at + 1:], data[:at],
            data[:at] + junk + data[at:], data[:low] + data[high:], data[:high] + data[low:high] + data[high:],
        ])  # fmt: skip
    return data[:100_000]


def answer(kind: str, path: Path, folder: Path) -> tuple[int, str]:
    """(exit code, what is told) of the command that reads such a file; a hang is exit code −1."""
    told = io.StringIO()

    def hang(*_):
        raise TimeoutError(f"no answer within {SECONDS} s")

    signal.signal(signal.SIGALRM, hang)
    signal.alarm(SECONDS)
    try:
        if kind == "checkpoint":
            load_latest(folder)
            return 0, ""
        image = folder / "photos" / "cat" / "0.png"
        command = {"image": ["predict", folder / "good.safetensors", path], "spec": ["summary", path],
                   "model": ["predict", path, image]}[kind]  # fmt: skip
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            return fitcli([*map(str, command)]), told.getvalue()
    except ModelFileError as error:
        return error.exit_code, str(error)
    except Exception as error:  # what a user would see as a traceback
        return -1, f"Traceback: {type(error).__name__}: {error}"
    finally:
        signal.alarm(0)


if __name__ == "__main__":
    main()
