import numpy as np
import pytest

from fitcli.data.check.scan import Names, scan
from fitcli.data.image import load_image
from fitcli.data.imageformat import ImageFormat
from fitcli.data.load import open_source
from fitcli.data.settings import DataSettings


@pytest.mark.parametrize("piece", [1024, 3])
def test_every_image_of_every_split(make_folder, monkeypatch, piece):
    monkeypatch.setattr("fitcli.data.check.scan.PIECE", piece)
    root = make_folder({"train/cat": 4, "train/dog": 3, "test/dog": 2})
    (root / "train/cat/1.png").write_bytes((root / "train/cat/1.png").read_bytes()[:50])
    settings, calls = DataSettings(str(root)), []
    found = scan(open_source(settings), settings, lambda done, total: calls.append((done, total)))
    assert found.parts == ("train",) * 7 + ("test",) * 2 and found.classes == (("cat",),) * 4 + (("dog",),) * 5
    assert found.starts == {"train": 0, "test": 7} and found.names[-1] == str(root / "test/dog/1.png")
    assert found.readable.tolist() == [True, False] + [True] * 7 and [i for i, _ in found.problems] == [1]
    assert calls == sorted(calls) and calls[-1] == (9, 9)
    fmt = ImageFormat((8, 9), 1, "stretch", "box")
    for i, name in enumerate(found.names):
        if i != 1:
            assert np.array_equal(found.thumbnails[i], load_image(name, fmt)[..., 0])
            assert (found.headers[i].height, found.headers[i].width) == (6, 8)


def test_images_without_files(make_idx):
    settings = DataSettings(str(make_idx([0, 1, 1])))
    found = scan(open_source(settings), settings)
    assert found.headers == (None,) * 3 and found.readable.all() and len(set(found.digests)) == 3
    assert found.names[2].endswith("train-images-idx3-ubyte#2")


def test_names_are_made_when_they_are_asked_for(make_folder, make_idx):
    settings = DataSettings(str(make_folder({"train/cat": 4, "test/dog": 2})))
    parts = list(open_source(settings).parts.values())
    names = Names(parts)
    assert len(names) == 6 and list(names) == [name for part in parts for name in part.paths(np.arange(len(part.labels)))]
    assert names[-1] == names[5] and len(Names([])) == 0
    for wrong in (6, -7):
        with pytest.raises(IndexError):
            names[wrong]


def test_what_is_equal_is_kept_once(make_folder):
    settings = DataSettings(str(make_folder({"cat": 5, "dog": 4})))
    found = scan(open_source(settings), settings)
    assert len({id(header) for header in found.headers}) == 1 and len({id(names) for names in found.classes}) == 2
