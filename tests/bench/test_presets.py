"""The table of the presets, from a run on a handful of images."""

import gzip
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fitcli.layers.presets import PRESETS

SCRIPT = Path(__file__).with_name("presets.py")
README = Path(__file__).parents[2] / "README.md"


def idx(array: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes())


@pytest.fixture
def few(tmp_path):
    """A folder of 40 images 28 × 28 of two classes, and 10 to test."""
    rng = np.random.default_rng(0)
    for part, n in (("train", 40), ("t10k", 10)):
        labels = np.arange(n) % 2
        images = rng.integers(0, 99, (n, 28, 28)) + 100 * labels[:, None, None]
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(idx(images))
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(idx(labels))
    return tmp_path


def run(*args):
    return subprocess.run([sys.executable, str(SCRIPT), *args], capture_output=True, text=True, timeout=300)


def test_the_table(few, tmp_path):
    done = run("--preset", "mlp", "--preset", "softmax_regression", "--data", str(few), "--out", str(tmp_path / "runs"),
               "--set", "fit.epochs=2")  # fmt: skip
    assert done.returncode == 0, done.stderr
    head, _, *lines = done.stdout.splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")] == [
        "preset", "parameters", "multiply-adds", "epochs", "seconds", "test accuracy"
    ]  # fmt: skip
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert [row[:4] for row in cells] == [["softmax_regression", "1,570", "0.00 M", "2"], ["mlp", "234,114", "0.23 M", "2"]]
    assert all(re.fullmatch(r"\d+", row[4]) and re.fullmatch(r"[\d.]+ %", row[5]) for row in cells)
    assert (tmp_path / "runs" / "mlp" / "model.safetensors").is_file()


def test_a_fit_that_cannot_be_is_told(few):
    done = run("--preset", "vit", "--data", str(few), "--set", "model.heads=3")
    assert done.returncode == 1 and done.stdout == ""
    assert "vit's heads have to divide its width" in done.stderr and "ended with 2" in done.stderr


def test_the_readme_has_a_line_of_each_with_its_numbers():
    from fitcli.engine.summary import summarize
    from fitcli.spec import load_spec

    rows = re.findall(r"^\| `(configs/presets/(\w+)\.yaml)` \|(.*)\|$", README.read_text("utf-8"), re.MULTILINE)
    assert sorted(name for _, name, _ in rows) == PRESETS.names()
    for path, _, rest in rows:
        _, parameters, products, epochs, _, _ = (cell.strip() for cell in rest.split("|"))
        spec = load_spec(README.parent / path)
        made = summarize(spec)
        assert (parameters, epochs) == (f"{made['parameters']:,}", str(spec.fit.epochs)), path
        assert products == f"{made['multiply_adds'] / 1e6:.2f} M", path
