import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def script(monkeypatch):
    spec = importlib.util.spec_from_file_location("decoding", Path(__file__).with_name("decoding.py"))
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "decoding", module)
    spec.loader.exec_module(module)
    return module


def test_both_sides_read_the_same_pixels(script, tmp_path):
    from fitcli.data.image import load_image
    from fitcli.data.imageformat import ImageFormat

    x = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    Image.fromarray(x).save(tmp_path / "a.png")
    theirs = script.Files([str(tmp_path / "a.png")], 8)
    assert np.array_equal(theirs[0], load_image(tmp_path / "a.png", ImageFormat((8, 8), 3))) and len(theirs) == 1
    assert script.ours([str(tmp_path / "a.png")] * 3, 8, 1)() == 3


def test_a_large_photograph_is_the_same_on_both_sides(script, tmp_path):
    from fitcli.data.image import load_image
    from fitcli.data.imageformat import ImageFormat

    x = np.random.default_rng(0).integers(0, 256, (50, 90, 3), np.uint8)
    Image.fromarray(x).resize((900, 500)).save(tmp_path / "a.jpg")
    for side in (20, 100, 224):
        theirs = script.Files([str(tmp_path / "a.jpg")], side)[0]
        assert np.array_equal(theirs, load_image(tmp_path / "a.jpg", ImageFormat((side, side), 3)))


def test_the_table(script, tmp_path, monkeypatch, capsys):
    pytest.importorskip("torch")
    for i in range(4):
        Image.new("RGB", (9, 9), (i, i, i)).save(tmp_path / f"{i}.png")
    monkeypatch.setattr(sys, "argv", ["decoding.py", str(tmp_path), "--sides", "8", "--small", "6", "--rounds", "1"])
    script.main()
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split()[-3:] == ["fitcli", "DataLoader", "ratio"]
    assert first.split()[-4] == "8" and second.startswith("6 JPEGs of 100 x 100") and second.split()[-4] == "64"


def test_rates(script, tmp_path):
    pytest.importorskip("torch")
    for i in range(4):
        Image.new("RGB", (9, 9), (i, i, i)).save(tmp_path / f"{i}.png")
    found = script.compare([str(tmp_path / f"{i}.png") for i in range(4)], 8, 1, 1)
    assert set(found) == {"fitcli", "DataLoader"} and min(found.values()) > 0
