import pytest

from fitcli.data.check.report import check
from fitcli.data.load import load_splits
from fitcli.data.settings import DataSettings, ImageSettings, SplitSettings
from fitcli.errors import DataError


def settings(root, **more):
    return DataSettings(str(root), image=ImageSettings(size=[6, 8]), **more)


def test_a_folder_that_can_be_trained_on(make_folder):
    root = make_folder({"cat": 20, "dog": 10})
    report = check(settings(root), 0)
    splits = load_splits(settings(root), 0)
    assert report["trainable"] and report["findings"] == [] and report["images"] == 30
    for k, name in enumerate(("cat", "dog")):
        assert report["classes"][name] == {s: int(getattr(splits, s).counts()[k]) for s in ("train", "val", "test")}
    assert report["sizes"] == {"smallest": [6, 8], "median": [6, 8], "largest": [6, 8]}
    assert report["formats"] == {"PNG": 30} and report["modes"] == {"RGB": 30}


def test_arrays_can_be_checked(make_idx):
    report = check(DataSettings(str(make_idx([0, 1] * 10, [0, 1]))), 0)
    assert report["trainable"] and report["sizes"] == {} and report["classes"]["0"] == {"train": 9, "val": 1, "test": 1}


@pytest.mark.parametrize(("layout", "more", "told"), [
    ({"cat": 3}, {}, "only one class"), ({"cat": 3, "dog": 0}, {}, "class 'dog' has no images"),
    ({"test/cat": 3, "test/dog": 3}, {}, "no training images, only test"),
    ({"train/cat": 3, "train/dog": 3, "test/emu": 1}, {}, "classes that the training images do not have: 'emu'"),
    ({"cat": 3, "dog": 3}, {"split": SplitSettings(by="group", group="x")}, "'x' is not found in 6 of 6 paths"),
])  # fmt: skip
def test_what_training_would_fail_at(make_folder, layout, more, told):
    root = make_folder(layout)
    report = check(settings(root, **more), 0)
    assert not report["trainable"] and told in " ".join(f["message"] for f in report["findings"] if f["fatal"])
    with pytest.raises(DataError):
        load_splits(settings(root, **more), 0)


def test_a_class_of_which_nothing_can_be_read(make_folder):
    root = make_folder({"cat": 3, "dog": 3})
    for i in range(3):
        (root / "cat" / f"{i}.png").write_text("no image")
    report = check(settings(root, on_error="skip"), 0)
    assert not report["trainable"] and [f["kind"] for f in report["findings"]] == ["no image", "class lost"]
    with pytest.raises(DataError):
        load_splits(settings(root, on_error="skip"), 0)


def test_images_that_nobody_uses(make_folder):
    report = check(settings(make_folder({"cat": 9, "dog": 9}), per_class=4, split=SplitSettings(0, 0)), 0)
    assert report["classes"]["cat"] == {"train": 4, "unused": 5}


def test_nothing_to_look_at(make_folder):
    with pytest.raises(DataError, match="the folder is empty"):
        check(settings(make_folder({})), 0)
