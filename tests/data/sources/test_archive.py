import io
import struct
import tarfile
import zipfile

import numpy as np
import pytest

from fitcli.data.image import load_image
from fitcli.data.imageformat import ImageFormat
from fitcli.data.load import load_splits, recognise
from fitcli.data.settings import DataSettings, ImageSettings
from fitcli.data.sources.archive import Archive

FMT = ImageFormat((6, 8), 3)
KINDS = ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz"]


@pytest.fixture
def images(encoded, picture):
    return [encoded(picture(i, 6, 8)) for i in range(8)]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_read_like_a_folder(pack, images, kind):
    names = ["top/cat/10.png", "top/cat/9.PNG", "top/dog/deep/1", "top/dog/.hidden.png", "__MACOSX/top/cat/x.png",
             "top/cat/notes.txt", "top/README.md"]  # fmt: skip
    path = pack(kind, dict(zip(names, [*images[:5], b"text", b"text"])))
    assert recognise(path) == "archive"
    contents = Archive.open(path)
    part = contents.parts["train"]
    assert part.classes == ("cat", "dog") and part.keys == ("cat/9.PNG", "cat/10.png", "dog/deep/1")
    assert part.labels.tolist() == [0, 0, 1] and "files that are no images are not used" in contents.warnings[0]
    calls = []
    data, problems = part.read(np.array([2, 0]), FMT, lambda done, total: calls.append((done, total)))
    assert problems == [] and data.labels.tolist() == [1, 0] and calls[-1] == (2, 2)
    assert data.paths == (f"{path}/top/dog/deep/1", f"{path}/top/cat/9.PNG")
    assert all(np.array_equal(y, load_image(images[i], FMT)) for y, i in zip(data.images, (2, 1)))
    assert len(set(part.digests())) == 3


@pytest.mark.parametrize("kind", KINDS[:3])
def test_splits(pack, images, kind):
    names = ["x/train/cat/1.png", "x/train/dog/1.png", "x/Valid/cat/1.png", "x/test/dog/1.png"]
    parts = Archive.open(pack(kind, dict(zip(names, images)))).parts
    assert {s: (p.classes, p.labels.tolist()) for s, p in parts.items()} == {
        "train": (("cat", "dog"), [0, 1]), "val": (("cat",), [0]), "test": (("dog",), [0]),
    }  # fmt: skip


def test_a_folder_and_its_archive_train_alike(pack, make_folder):
    root = make_folder({"cat": 12, "cat 2": 5, "dog": 12})
    path = pack("p.zip", {str(f.relative_to(root.parent)): f.read_bytes() for f in sorted(root.rglob("*.png"))})
    a, b = (load_splits(DataSettings(str(p), image=ImageSettings(size=8)), 0) for p in (root, path))
    for one, other in ((a.train, b.train), (a.val, b.val), (a.test, b.test)):
        assert np.array_equal(one.images, other.images) and np.array_equal(one.labels, other.labels)
        assert one.classes == other.classes == ("cat", "cat 2", "dog")


@pytest.mark.parametrize(("names", "told"), [
    (["1.png", "2.png"], "2 images lie in no class folder"),
    (["train/cat/1.png", "emu/2.png"], "beside them other folders with images: 'emu'"),
    (["val/a/1.png", "valid/b/2.png"], "two folders hold the images of one split"),
    ([], "no images in this archive"),
])  # fmt: skip
def test_archives_laid_out_otherwise(pack, images, problem, names, told):
    assert told in problem(Archive, pack("a.zip", dict(zip([*names, "x.txt"], [*images[: len(names)], b"x"]))))


@pytest.mark.parametrize("kind", KINDS[:2])
def test_damaged_images_are_told_by_name(pack, images, kind):
    path = pack(kind, {"cat/1.png": images[0], "cat/2.png": images[1][:40], "dog/1.png": b"", "dog/2.png": images[2]})
    data, problems = Archive.open(path).parts["train"].read(np.arange(4), FMT, None)
    assert data.labels.tolist() == [0, 1] and [p.where for p in problems] == [f"{path}/cat/2.png", f"{path}/dog/1.png"]
    assert np.array_equal(data.images[1], load_image(images[2], FMT))


def test_links_pipes_and_ways_out_are_not_followed(tmp_path, images):
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind in (("cat/1.png", tarfile.REGTYPE), ("dog/1.png", tarfile.REGTYPE),
                           ("cat/l.png", tarfile.SYMTYPE), ("cat/p.png", tarfile.FIFOTYPE), ("cat/d.png", tarfile.CHRTYPE),
                           ("../dog/up.png", tarfile.REGTYPE), ("/etc/x.png", tarfile.REGTYPE)):  # fmt: skip
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            info.size = len(images[0]) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(images[0]) if info.size else None)
    contents = Archive.open(path)
    assert contents.parts["train"].keys == ("cat/1.png", "dog/1.png")
    assert "links, pipes and devices are not followed: 'cat/l.png', 'cat/p.png', 'cat/d.png'" in contents.warnings[0]


def test_sizes_are_not_believed(pack, images):
    path = pack("a.zip", {"cat/1.png": images[0], "dog/1.png": images[1]})
    raw = bytearray(path.read_bytes())
    at = raw.find(b"PK\1\2")
    raw[at + 24 : at + 28] = struct.pack("<I", 3_000_000_000)
    path.write_bytes(raw)
    data, problems = Archive.open(path).parts["train"].read(np.arange(2), FMT, None)
    assert data.labels.tolist() == [1] and "promises 3,000,000,000 bytes, more than" in problems[0].message


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_what_is_large_and_no_image_is_not_read(tmp_path, monkeypatch, images, kind):
    path, large = tmp_path / f"a.{kind}", images[0] + bytes(5000)
    members = {"cat/bomb.png": bytes(6000), "cat/1.png": large, "dog/1.png": images[0]}
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
    else:
        with tarfile.open(path, "w") as archive:
            for name, data in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    monkeypatch.setattr("fitcli.data.sources.archive.LARGE_BYTES", 4000)
    part = Archive.open(path).parts["train"]
    data, problems = part.read(np.arange(3), FMT, None)
    assert [p.where for p in problems] == [f"{path}/cat/bomb.png"] and len(data) == 2
    assert "does not begin as an image does; refused as a decompression bomb" in problems[0].message
    assert len(dict(part.members(["cat/1.png"]))[0]) == len(large)


def test_a_bomb_is_refused(tmp_path, encoded, monkeypatch, images):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cat/bomb.png", bytes(3_000_000))
        archive.writestr("dog/1.png", images[0])
    monkeypatch.setattr("fitcli.data.sources.archive.MOST_BYTES", 1_000_000)
    _, problems = Archive.open(path).parts["train"].read(np.arange(2), FMT, None)
    assert [p.where for p in problems] == [f"{path}/cat/bomb.png"]
    assert "refused as larger than an image" in problems[0].message


@pytest.mark.parametrize("kind", ["a.zip", "a.tar.gz"])
def test_a_cut_archive(pack, images, problem, kind):
    path = pack(kind, {f"{c}/{i}.png": images[i] for c in ("cat", "dog") for i in range(4)})
    path.write_bytes(path.read_bytes()[:-200])
    if kind == "a.zip":
        assert recognise(path) is None  # its directory was at the end
    else:
        assert "the tar archive is damaged or cut off" in problem(Archive, path)
