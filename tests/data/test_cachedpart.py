import numpy as np
import pytest

from fitcli.data import cachedpart
from fitcli.data.cachedpart import CachedPart, with_cache
from fitcli.data.load import load_split, load_splits, open_source
from fitcli.data.rows import Rows
from fitcli.data.settings import DataSettings, ImageSettings
from fitcli.errors import DataError


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FITCLI_DATA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def settings(root, cache="always", **more):
    return DataSettings(str(root), image=ImageSettings(size=[6, 8]), cache=cache, **more)


def same(a, b):
    return all(
        np.array_equal(np.asarray(x.images), y.images) and np.array_equal(x.labels, y.labels) and x.paths == y.paths
        for x, y in zip((a.train, a.val, a.test), (b.train, b.val, b.test))
    )


def test_the_same_images_from_disk_and_memory(make_folder, folder, monkeypatch):
    root = make_folder({"cat": 20, "dog": 20})
    (root / "cat" / "3.png").write_bytes(b"no image")
    plain = load_splits(settings(root, "never", on_error="skip"), 1)
    cached = load_splits(settings(root, on_error="skip"), 1)
    assert isinstance(cached.train.images, Rows) and same(cached, plain)
    told = f"{root}: decoded images are kept in {folder} (5.8e-06 GB)"
    assert set(cached.warnings) == {*plain.warnings, told}
    monkeypatch.setattr("fitcli.data.fileparts.load_images", None)  # a second time nothing is decoded
    calls = []
    again = load_splits(settings(root, on_error="skip"), 2, lambda done, total: calls.append((done, total)))
    assert len(again.train) == 31 and calls[-1] == (40, 40)
    one = load_split(settings(root, on_error="skip"), "test", 1)
    assert isinstance(one.images, Rows) and np.array_equal(np.asarray(one.images), plain.test.images)
    with pytest.raises(DataError, match="1 of 40 images cannot be read") as caught:
        load_splits(settings(root), 1)
    assert "cat/3.png" in str(caught.value)


def test_a_changed_file_is_decoded_anew(make_folder, picture):
    from PIL import Image

    root = make_folder({"cat": 8, "dog": 8})
    load_splits(settings(root), 0)
    Image.fromarray(picture(77, 6, 8)).save(root / "cat" / "3.png")
    assert same(load_splits(settings(root), 0), load_splits(settings(root, "never"), 0))


def test_archives_are_walked_once(make_folder, tmp_path):
    import zipfile

    root = make_folder({"cat": 8, "dog": 8})
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in sorted(root.rglob("*.png")):
            archive.write(path, path.relative_to(root))
    assert same(load_splits(settings(tmp_path / "a.zip"), 0), load_splits(settings(tmp_path / "a.zip", "never"), 0))


def test_auto_keeps_what_fits_in_memory(make_folder, monkeypatch, folder):
    root = make_folder({"cat": 8, "dog": 8})
    assert not isinstance(load_splits(settings(root, "auto"), 0).train.images, Rows) and not folder.exists()
    monkeypatch.setattr(cachedpart, "AUTO_BYTES", 1000)
    assert isinstance(load_splits(settings(root, "auto"), 0).train.images, Rows)
    assert isinstance(load_splits(settings(root, "never"), 0).train.images, np.ndarray)


def test_one_split_alone_does_not_make_a_cache(make_folder, folder):
    root = make_folder({"cat": 8, "dog": 8})
    data = load_split(settings(root), "test", 0)
    assert isinstance(data.images, np.ndarray) and not folder.exists()


def test_arrays_are_not_cached(make_idx, folder):
    contents = open_source(settings(make_idx([0, 1])))
    assert with_cache(contents, settings("x"), True).parts["train"] is contents.parts["train"]


def test_without_room_the_memory_is_used_or_told(make_folder, monkeypatch):
    root = make_folder({"cat": 8, "dog": 8})
    monkeypatch.setattr(cachedpart, "AUTO_BYTES", 1000)
    splits = load_splits(settings(root, "auto", cache_gigabytes=1e-9), 0)
    assert isinstance(splits.train.images, np.ndarray)
    assert any("the images are kept in memory" in warning for warning in splits.warnings)
    with pytest.raises(DataError, match="are more than data.cache_gigabytes = 1e-09") as caught:
        load_splits(settings(root, cache_gigabytes=1e-9), 0)
    assert "data.cache=never" in str(caught.value)


def test_more_than_the_memory_may_lie_on_the_disk(make_folder, monkeypatch):
    root = make_folder({"cat": 8, "dog": 8})
    monkeypatch.setattr("fitcli.data.image.usable_memory", lambda: 6 * 8 * 3 * 9)
    with pytest.raises(DataError, match="and there are 0.0 MB of memory"):
        load_splits(settings(root, "never"), 0)
    monkeypatch.setattr("fitcli.data.sources.base.PIECE_BYTES", 1)
    monkeypatch.setattr("fitcli.data.image.check_memory", lambda count, fmt: None)
    assert len(load_splits(settings(root), 0).train) == 12


def test_the_rest_is_that_of_the_part(make_folder):
    root = make_folder({"cat": 3, "dog": 3})
    contents = open_source(settings(root))
    part, inner = with_cache(contents, settings(root), True).parts["train"], contents.parts["train"]
    assert isinstance(part, CachedPart) and part.keys == inner.keys and part.digests() == inner.digests()
    two = np.arange(2)
    assert part.files(two) == inner.files(two) and part.paths(two) == inner.paths(two)
