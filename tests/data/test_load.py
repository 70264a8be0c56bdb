import os

import numpy as np
import pytest

from fitcli.data import load
from fitcli.data.image import ImageFormat, load_image
from fitcli.data.load import inspect_data, load_split, load_splits
from fitcli.data.settings import DataSettings, ImageSettings, SplitSettings
from fitcli.errors import DataError

SMALL = ImageSettings(size=[6, 8])


def settings(path, val=0.1, test=0.1, image=SMALL, **more):
    return DataSettings(str(path), image=image, split=SplitSettings(val, test), **more)


def problem(call, *args, **more):
    with pytest.raises(DataError) as caught:
        call(*args, **more)
    assert caught.value.exit_code == 3
    return str(caught.value)


def test_a_folder_of_classes_is_divided(make_folder):
    splits = load_splits(settings(make_folder({"cat": 20, "dog": 10})), 0)
    assert [len(data) for data in (splits.train, splits.val, splits.test)] == [24, 3, 3]
    assert splits.train.counts().tolist() == [16, 8] and splits.val.counts().tolist() == [2, 1]
    everything = splits.train.paths + splits.val.paths + splits.test.paths
    assert len(set(everything)) == 30 and splits.warnings == ()
    for data in (splits.train, splits.val, splits.test):
        assert data.classes == ("cat", "dog") and data.images.shape[1:] == (6, 8, 3)
        for image, label, path in zip(data.images, data.labels, data.paths):
            assert f"/{data.classes[label]}/" in path
            assert np.array_equal(image, load_image(path, ImageFormat((6, 8), 3)))


def test_the_seed_alone_decides_the_division(make_folder, tmp_path):
    layout = {"cat": 30, "dog": 30}
    here, there = make_folder(layout), make_folder(layout, tmp_path / "copy")
    a, b, other = (load_splits(settings(path), seed) for path, seed in ((here, 7), (there, 7), (here, 8)))
    assert np.array_equal(a.train.images, b.train.images) and np.array_equal(a.val.images, b.val.images)
    assert set(a.val.paths) != set(other.val.paths)


def test_defaults_of_a_folder_are_colour_at_128(make_folder):
    root = make_folder({"cat": 2, "dog": 2})
    assert load_splits(settings(root, image=ImageSettings()), 0).train.images.shape[1:] == (128, 128, 3)
    grey = ImageSettings(size=9, channels=1, resize="letterbox")
    assert load_splits(settings(root, image=grey), 0).train.images.shape[1:] == (9, 9, 1)


def test_own_splits_are_kept_and_only_the_missing_ones_are_drawn(make_folder):
    layout = {"train/cat": 20, "train/dog": 20, "test/cat": 1, "test/dog": 2}
    splits = load_splits(settings(make_folder(layout), test=0.5), 0)
    assert splits.test.counts().tolist() == [1, 2] and splits.val.counts().tolist() == [2, 2]
    assert len(splits.train) == 36
    layout = {"valid/cat": 3, "valid/dog": 1}
    splits = load_splits(settings(make_folder(layout), val=0.5, test=0.4), 0)
    assert (len(splits.train), splits.val.counts().tolist(), len(splits.test)) == (40, [3, 1], 3)


def test_no_splits_when_none_are_wanted(make_folder):
    splits = load_splits(settings(make_folder({"cat": 5, "dog": 5}), 0.0, 0.0), 0)
    assert len(splits.train) == 10 and splits.val is None and splits.test is None and splits.warnings == ()


def test_nothing_can_be_spared(make_folder):
    splits = load_splits(settings(make_folder({"cat": 1, "dog": 1})), 0)
    assert len(splits.train) == 2 and splits.val is None and splits.test is None


def test_labels_of_all_splits_are_by_name(make_folder):
    layout = {"train/ant": 2, "train/bee": 2, "train/cat": 2, "val/bee": 1, "val/cat": 1, "test/cat": 3}
    splits = load_splits(settings(make_folder(layout)), 0)
    assert splits.val.labels.tolist() == [1, 2] and splits.test.labels.tolist() == [2, 2, 2]
    assert splits.val.classes == splits.test.classes == ("ant", "bee", "cat")
    assert splits.warnings == ("val: no images of the classes 'ant'", "test: no images of the classes 'ant', 'bee'")


def test_a_class_that_train_does_not_have(make_folder, monkeypatch):
    root = make_folder({"train/cat": 2, "train/dog": 2, "test/cat": 1, "test/wolf": 1})
    monkeypatch.setattr("fitcli.data.fileparts.load_images", None)  # told before anything is decoded
    told = problem(load_splits, settings(root), 0)
    assert told.startswith(f"{root / 'test'}: classes that the training images do not have: 'wolf'")
    assert "allowed: 'cat', 'dog'" in told


def test_idx_files(make_idx):
    root = make_idx([0, 1] * 20, [1, 0, 1], ".gz")
    (root / "classes.txt").write_text("shirt\nshoe\n")
    splits = load_splits(settings(root, image=ImageSettings()), 0)
    assert splits.train.images.shape == (36, 5, 4, 1) and splits.train.paths is None
    assert splits.val.counts().tolist() == [2, 2] and splits.test.labels.tolist() == [1, 0, 1]
    assert splits.test.classes == ("shirt", "shoe")
    assert load_splits(settings(root, image=SMALL), 0).test.images.shape == (3, 6, 8, 1)


def test_a_label_that_train_does_not_have(make_idx):
    told = problem(load_splits, settings(make_idx([0, 1, 0, 1], [0, 2])), 0)
    assert "t10k-images-idx3-ubyte: classes that the training images do not have: '2'" in told


def test_the_source_can_be_told(make_idx, make_folder):
    root = make_idx([0, 1])
    assert "no images here" in problem(load_splits, settings(root, source="folder"), 0)
    assert "no IDX files here" in problem(load_splits, settings(make_folder({"a": 1, "b": 1}), source="idx"), 0)


def test_progress_goes_over_all_splits(make_folder):
    calls = []
    load_splits(settings(make_folder({"cat": 40, "dog": 40})), 0, lambda done, total: calls.append((done, total)))
    assert calls == sorted(calls) and calls[-1] == (80, 80) and {total for _, total in calls} == {80}


def damage(root, names):
    for name in names:
        (root / name).write_bytes((root / name).read_bytes()[:40])


def test_bad_files_of_all_splits_are_named_together(make_folder):
    root = make_folder({"train/cat": 9, "train/dog": 9, "test/cat": 2, "test/dog": 2})
    bad = ["train/cat/3.png", "train/dog/0.png", "test/dog/1.png"]
    damage(root, bad)
    told = problem(load_splits, settings(root), 0)
    assert told.startswith("3 of 22 images cannot be read:") and all(f"{root / name}: " in told for name in bad)


def test_bad_files_can_be_skipped_with_warnings(make_folder):
    root = make_folder({"cat": 30, "dog": 30})
    good = load_splits(settings(root), 0)
    bad = {good.train.paths[0], good.val.paths[0]}
    damage(root, bad)
    splits = load_splits(settings(root, on_error="skip"), 0)
    assert splits.train.paths == good.train.paths[1:] and splits.val.paths == good.val.paths[1:]
    assert np.array_equal(splits.train.images, good.train.images[1:])
    assert splits.warnings[0] == "2 of 60 images cannot be read and are left out:"
    assert {warning.split(": ")[0] for warning in splits.warnings[1:]} == bad


def test_twenty_skipped_files_are_named(make_folder):
    root = make_folder({"cat": 40, "dog": 40})
    damage(root, [f"cat/{i}.png" for i in range(25)])
    warnings = load_splits(settings(root, on_error="skip"), 0).warnings
    assert len(warnings) == 22 and warnings[-1] == "... and 5 more"


def test_a_class_must_keep_an_image_that_can_be_read(make_folder):
    root = make_folder({"cat": 3, "dog": 3})
    damage(root, [f"cat/{i}.png" for i in range(3)])
    assert "class 'cat' has no image that can be read" in problem(load_splits, settings(root, on_error="skip"), 0)


def test_a_split_without_any_readable_image(make_folder):
    root = make_folder({"train/cat": 9, "train/dog": 9, "val/cat": 1, "test/cat": 0})
    damage(root, ["val/cat/0.png"])
    splits = load_splits(settings(root, on_error="skip"), 0)
    assert splits.val is None and splits.test is None
    assert splits.warnings[-2:] == ("val: no images", "test: no images")
    told = problem(load_split, settings(root, on_error="skip"), "val", 0, ("cat", "dog"))
    assert "no val image can be read" in told and str(root / "val/cat/0.png") in told


@pytest.mark.parametrize(("layout", "told"), [
    (None, "there is no such folder"),
    ({}, "the folder is empty"),
    ({".": 2}, "2 images lie directly in this folder"),
    ({"cat": 2}, "only one class, 'cat'; a classifier needs two or more"),
    ({"cat": 2, "dog": 0, "emu": 0}, "class 'dog' has no images"),
    ({"test/cat": 2, "test/dog": 2}, "no training images, only test"),
])  # fmt: skip
def test_folders_that_cannot_be_trained_on(make_folder, tmp_path, layout, told):
    root = tmp_path / "none" if layout is None else make_folder(layout)
    for call in (lambda: load_splits(settings(root), 0), lambda: inspect_data(settings(root))):
        message = problem(call)
        assert told in message and str(root) in message


def test_a_file_instead_of_a_folder(tmp_path):
    (tmp_path / "photos.zip").touch()
    assert "photos.zip: is empty (0 bytes)" in problem(load_splits, settings(tmp_path / "photos.zip"), 0)
    (tmp_path / "photos.zip").write_bytes(bytes(range(256)))
    told = problem(load_splits, settings(tmp_path / "photos.zip"), 0)
    assert "photos.zip: is a file of a kind that is not known" in told and "allowed: zip and tar archives" in told
    told = problem(load_splits, settings(tmp_path / "photos.zip", source="folder"), 0)
    assert "photos.zip: is a file; the source folder wants a folder" in told
    os.mkfifo(tmp_path / "pipe")
    assert "pipe: is not a regular file" in problem(load_splits, settings(tmp_path / "pipe"), 0)


def test_too_many_images_for_the_memory(make_folder, monkeypatch):
    root = make_folder({"cat": 5, "dog": 5})
    # enough for each split, not for all
    monkeypatch.setattr("fitcli.data.image.usable_memory", lambda: 6 * 8 * 3 * 9)
    assert "10 images of 6 x 8 x 3 take" in problem(load_splits, settings(root), 0)


def test_one_split_is_the_same_as_among_all(make_folder):
    config = settings(make_folder({"cat": 20, "dog": 20}))
    splits = load_splits(config, 3)
    for name in ("train", "val", "test"):
        one, among = load_split(config, name, 3), getattr(splits, name)
        assert one.paths == among.paths and np.array_equal(one.images, among.images)
        assert np.array_equal(one.labels, among.labels) and one.classes == among.classes


def test_labels_are_those_of_the_model(make_folder):
    root = make_folder({"test/dog": 2, "test/cat": 1})
    data = load_split(settings(root), "test", 0, ("dog", "bird", "cat"))
    assert data.classes == ("dog", "bird", "cat") and data.labels.tolist() == [2, 0, 0]
    assert data.warnings == ("test: no images of the classes 'bird'",)


def test_classes_that_the_model_does_not_know(make_folder):
    told = problem(load_split, settings(make_folder({"cats": 9, "dog": 9})), "test", 0, ("cat", "dog"))
    assert "'cats'" in told and "allowed: 'cat', 'dog'" in told and "rename 'cats' to 'cat'" in told


def test_a_model_may_be_measured_on_one_class(make_folder):
    data = load_split(settings(make_folder({"dog": 3})), "all", 0, ("cat", "dog"))
    assert data.labels.tolist() == [1, 1, 1] and data.warnings == ("all: no images of the classes 'cat'",)


def test_all_images_there_are(make_folder, make_idx):
    root = make_folder({"train/cat": 2, "train/dog": 2, "val/cat": 1, "test/dog": 1})
    data = load_split(settings(root), "all", 0)
    assert len(data) == 6 and data.labels.tolist() == [0, 0, 1, 1, 0, 1]
    assert all(f"/{data.classes[label]}/" in path for label, path in zip(data.labels, data.paths))
    data = load_split(settings(make_idx([0, 1], [1, 1])), "all", 0)
    assert data.labels.tolist() == [0, 1, 1, 1] and data.paths is None


def test_a_split_that_is_not_there(make_folder):
    root = make_folder({"cat": 9, "dog": 9})
    told = problem(load_split, settings(root, test=0.0), "test", 0)
    assert told == f"{root}: no test images\n  try: a test/ folder, or --set data.split.test=0.1"
    with pytest.raises(ValueError, match="no split is called 'tset'"):
        load_split(settings(root), "tset", 0)


def test_inspecting_reads_no_pixels(make_folder, make_idx, monkeypatch):
    monkeypatch.setattr(load, "_read", None)
    root = make_folder({"10": 1, "9": 1})
    (root / "9" / "0.png").write_text("no image")
    assert inspect_data(settings(root, image=ImageSettings())) == (ImageFormat((128, 128), 3), ("9", "10"), False)
    assert inspect_data(settings(make_idx([0, 1]), image=ImageSettings())) == (ImageFormat((5, 4), 1), ("0", "1"), False)


def test_images_of_several_classes_for_a_model(make_folder, tmp_path):
    root = make_folder({"cat": 2, "dog": 2})
    rows = load_split(settings(root), "all", 0, classes=("ant", "cat", "dog"), multilabel=True)
    assert rows.multilabel and rows.labels.tolist() == [[0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]]
    path = tmp_path / "list.csv"
    path.write_text("path,tags\nphotos/cat/0.png,wet cat\nphotos/cat/1.png,cat\nphotos/dog/0.png,\n")
    found = load_split(settings(path), "all", 0, classes=("cat", "dog", "wet"), multilabel=True)
    assert found.labels.tolist() == [[1, 0, 1], [1, 0, 0], [0, 0, 0]] and found.warnings == ("all: no images of the classes 'dog'",)
    assert inspect_data(settings(path))[1:] == (("cat", "wet"), True)
    with pytest.raises(DataError, match="names any number of classes an image; the model was trained on images of one"):
        load_split(settings(path), "all", 0, classes=("cat", "wet"))
