import os

import numpy as np
import pytest
from PIL import Image

from fitcli.data.check import findings as module
from fitcli.data.check.findings import findings
from fitcli.data.check.scan import scan
from fitcli.data.load import open_source
from fitcli.data.settings import DataSettings


@pytest.fixture
def find(make_folder, picture):
    """find() -> {kind: finding} of a folder of cats and dogs, which may be changed before."""
    root = make_folder({"cat": 6, "dog": 6})

    def look(size=(6, 8), skips=False, splits=None):
        settings = DataSettings(str(root))
        found = scan(open_source(settings), settings)
        files = map(os.path.basename, found.names)
        sides = [(splits or {}).get(name, "train") for name in files]
        return {finding.kind: finding for finding in findings(found, sides, size, skips)}

    look.root = root
    return look


def names(finding):
    return [os.path.basename(path) for path, _ in finding.images]


def test_nothing_is_wrong(find):
    assert find() == {}


def test_files_that_cannot_be_read(find):
    root = find.root / "cat"
    (root / "0.png").write_bytes(b"")
    (root / "1.png").write_bytes((root / "1.png").read_bytes()[:-30])
    (root / "2.png").write_text("no image")
    (root / "3.png").unlink()
    os.mkfifo(root / "3.png")
    found = find()
    assert {kind: names(finding) for kind, finding in found.items() if finding.fatal} == {
        "empty": ["0.png"], "truncated": ["1.png"], "no image": ["2.png"], "no file": ["3.png"]
    }  # fmt: skip
    assert not any(finding.fatal for finding in find(skips=True).values())


def test_a_bomb_is_refused_by_name(find, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    Image.new("L", (15, 15)).save(find.root / "cat" / "bomb.png")
    assert names(find()["bomb"]) == ["bomb.png"]


def test_odd_files(find):
    root = find.root / "dog"
    Image.open(root / "0.png").save(root / "jpeg.png", "JPEG")
    Image.new("RGBA", (8, 6), (9, 200, 3, 77)).save(root / "alpha.png")
    Image.fromarray(np.random.default_rng(0).integers(0, 9, (6, 80), np.uint8)).save(root / "long.png")
    exif = Image.Exif()
    exif[0x0112] = 3
    Image.new("L", (8, 6), 99).save(root / "turned.jpg", exif=exif)
    frames = [Image.new("L", (8, 6), n) for n in (1, 200)]
    frames[0].save(root / "frames.tif", save_all=True, append_images=frames[1:])
    Image.new("L", (2, 2), 5).save(root / "small.png")
    found = find()
    assert {kind: names(f) for kind, f in found.items() if kind != "near duplicate"} == {
        "wrong ending": ["jpeg.png"], "mode": ["alpha.png"], "long": ["long.png"], "turned": ["turned.jpg"],
        "frames": ["frames.tif"], "small": ["small.png"],
    }  # fmt: skip
    assert "1 RGBA" in found["mode"].message and not any(finding.fatal for finding in found.values())
    assert "jpeg.png" in str(find()["near duplicate"].images)


def test_large_images(find, monkeypatch):
    monkeypatch.setattr(module, "LARGE_PIXELS", 47)
    assert len(find()["large"].images) == 12


def test_balance(find, make_folder):
    make_folder({"cat": 70})
    assert find()["balance"].message.startswith("'cat' has 12 times as many images as 'dog'")


def test_the_same_twice_in_classes_and_splits(find):
    root = find.root
    data = (root / "cat" / "0.png").read_bytes()
    (root / "cat" / "twin.png").write_bytes(data)
    assert set(find()) == {"duplicate"}
    (root / "dog" / "clash.png").write_bytes(data)
    found = find(splits={"twin.png": "test", "clash.png": "val"})
    assert set(found) == {"duplicate", "label clash", "leakage"}
    assert names(found["duplicate"]) == ["twin.png", "clash.png"] == names(found["leakage"])
    assert "(dog)" in found["label clash"].images[0][1]


def test_many_alike_are_told_once_each(find, picture):
    for i in range(5):
        Image.fromarray(picture(0, 60, 80)).resize((40 + i, 30)).save(find.root / "cat" / f"like{i}.png")
    found = find(splits={"like3.png": "test", "like4.png": "test"})
    assert names(found["near duplicate"]) == [f"like{i}.png" for i in range(1, 5)]
    assert {remark[-9:] for _, remark in found["near duplicate"].images} == {"like0.png"}
    assert names(found["leakage"]) == ["like3.png", "like4.png"]


def test_what_to_do_about_it_is_told(find):
    Image.fromarray(np.full((6, 8), 300.0, np.float32)).save(find.root / "cat" / "wide.tif")
    assert "only 0 to 1 has a known brightness; say in the spec" in find()["unreadable"].images[0][1]


def test_a_name_without_an_ending_is_not_wrong(find):
    (find.root / "cat" / "0.png").rename(find.root / "cat" / "zero")
    assert "wrong ending" not in find()
