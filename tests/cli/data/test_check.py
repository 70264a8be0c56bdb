import json

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def photos(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    for label in ("cat", "dog\x1b[31m"):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for number in range(10):
            coarse = Image.fromarray(rng.integers(0, 256, (4, 4, 3), np.uint8))
            coarse.resize((40, 30), Image.Resampling.BICUBIC).save(tmp_path / "photos" / label / f"{number}.png")
    (tmp_path / "tiny.yaml").write_text("data: {path: photos, image: {size: 8}}\nmodel: [flatten, dense: classes]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "photos"


def test_good_images(fitcli, photos):
    outcome = fitcli("data", "check", "photos")
    lines = [line.split() for line in outcome.out.splitlines()]
    assert outcome.code == 0 and ["cat", "8", "1", "1"] in lines and ["all", "16", "2", "2"] in lines
    assert "20 images: nothing stands in the way of training" in outcome.out
    assert "\x1b" not in outcome.out and "dog\\x1b[31m" in outcome.out


def test_bad_images_end_in_exit_3(fitcli, photos):
    (photos / "cat" / "3.png").write_bytes(b"")
    outcome = fitcli("data", "check", "photos")
    assert outcome.code == 3 and "photos/cat/3.png: is empty (0 bytes)" in outcome.out
    assert "20 images: training would fail" in outcome.out
    assert fitcli("data", "check", "tiny.yaml").code == 3
    outcome = fitcli("data", "check", "tiny.yaml", "--set", "data.on_error=skip", "--json")
    result = json.loads(outcome.out)
    assert outcome.code == 0 and result["trainable"] and result["classes"]["cat"] == {"train": 8, "val": 1, "test": 1}
    assert [(f["kind"], f["fatal"]) for f in result["findings"]] == [("empty", False)]
    assert result["findings"][0]["images"][0]["path"].endswith("photos/cat/3.png")


def test_all_images_of_a_finding(fitcli, photos):
    for number in range(5):
        (photos / "cat" / f"copy{number}.png").write_bytes((photos / "cat" / "0.png").read_bytes())
    outcome = fitcli("data", "check", "photos", "--all")
    assert outcome.code == 0 and sum(line.startswith("duplicate: ") for line in outcome.out.splitlines()) == 5


def test_places_that_are_none(fitcli, photos):
    outcome = fitcli("data", "check", "phots")
    assert outcome.code == 3 and "there is no such folder" in outcome.err
    assert fitcli("data", "check", "none.yaml").code == 2
    outcome = fitcli("data", "check", "photos", "--set", "data.on_error=skip")
    assert outcome.code == 2 and "--set changes a spec" in outcome.err
    outcome = fitcli("data", "check", "photos/cat")
    assert outcome.code == 3


def test_labels_that_a_model_doubts(fitcli, photos, monkeypatch):
    from fitcli.engine.doubt import Doubt

    asked = []
    found = [Doubt("photos/cat/1.png", "cat", 0.02, "dog", 0.98)]
    monkeypatch.setattr("fitcli.engine.doubt.doubts", lambda judged: asked.append(judged) or found)
    outcome = fitcli("data", "check", "tiny.yaml", "--model", "runs/x")
    assert outcome.code == 0 and "photos/cat/1.png: cat 2.0 %, dog 98.0 %" in outcome.out and len(asked) == 1
    monkeypatch.undo()
    monkeypatch.chdir(photos.parent)
    outcome = fitcli("data", "check", "tiny.yaml", "--model", "runs/x")
    assert outcome.code == 6 and "no such model file or run directory" in outcome.err


def test_several_classes_an_image(fitcli, photos):
    lines = [f"photos/cat/{i}.png,{'wet|' * (i % 2)}{'cat' if i else ''}" for i in range(10)]
    (photos.parent / "tags.csv").write_text("\n".join(["path,labels", *lines, "photos/cat/0.jpg,"]))
    (photos / "cat" / "0.jpg").write_bytes((photos / "cat" / "0.png").read_bytes())
    outcome = fitcli("data", "check", "tags.csv", "--json")
    result = json.loads(outcome.out)
    assert outcome.code == 0 and sum(result["classes"]["cat"].values()) == 9 and sum(result["classes"]["wet"].values()) == 5
    assert result["images"] == sum(result["splits"].values()) == 11
    rows = [line.split() for line in fitcli("data", "check", "tags.csv").out.splitlines()]
    assert ["all", *map(str, result["splits"].values())] in rows
    (photos.parent / "tags.csv").write_text("path,labels\nphotos/cat/0.jpg,wet\nphotos/cat/0.png,\nphotos/cat/1.png,cat\n")
    found = json.loads(fitcli("data", "check", "tags.csv", "--json").out)["findings"]
    (clash,) = (finding for finding in found if finding["kind"] == "label clash")
    assert clash["images"][0]["remark"].endswith("photos/cat/0.png (none)")
