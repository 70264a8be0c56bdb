import numpy as np
import pytest

from fitcli.data.image import ImageFormat, load_image
from fitcli.data.sources.folder import Folder
from fitcli.errors import DataError

FMT = ImageFormat((6, 8), 3)


def problem(root):
    with pytest.raises(DataError) as caught:
        Folder.open(root)
    assert caught.value.exit_code == 3 and str(caught.value).startswith(str(root))
    return str(caught.value)


def test_one_folder_a_class_in_natural_order(make_folder):
    contents = Folder.open(make_folder({"10": 1, "9": 2, "1": 1}))
    part = contents.parts["train"]
    assert list(contents.parts) == ["train"] and contents.warnings == ()
    assert part.classes == ("1", "9", "10") and part.labels.tolist() == [0, 1, 1, 2]
    assert part.keys == ("1/0.png", "9/0.png", "9/1.png", "10/0.png")
    assert (contents.size, contents.channels) == ((128, 128), 3)


def test_reading(make_folder):
    root = make_folder({"cat": 3, "dog": 2})
    part = Folder.open(root).parts["train"]
    calls = []
    data, problems = part.read(np.array([4, 1]), FMT, lambda done, total: calls.append((done, total)))
    assert problems == [] and calls[-1] == (2, 2)
    assert data.paths == (str(root / "dog/1.png"), str(root / "cat/1.png"))
    assert data.labels.tolist() == [1, 0] and data.classes == ("cat", "dog")
    assert all(np.array_equal(image, load_image(path, FMT)) for image, path in zip(data.images, data.paths))


def test_reading_leaves_out_what_cannot_be_read(make_folder):
    root = make_folder({"cat": 3, "dog": 2})
    (root / "cat/1.png").write_text("no image")
    data, problems = Folder.open(root).parts["train"].read(np.arange(5), FMT, None)
    assert len(data) == 4 and data.labels.tolist() == [0, 0, 1, 1]
    assert [p.where for p in problems] == [str(root / "cat/1.png")]


def test_the_class_is_the_folder_and_not_a_word_in_the_path(make_folder, tmp_path):
    root = tmp_path / "classification-of-cats"
    part = Folder.open(make_folder({"dog/catalogue": 1, "wolf": 1}, root)).parts["train"]
    assert part.classes == ("dog", "wolf") and part.keys[0] == "dog/catalogue/0.png" and part.labels.tolist() == [0, 1]


@pytest.mark.parametrize("names", [
    ("train", "val", "test"), ("Train", "valid", "TEST"), ("training", "validation", "testing"),
])  # fmt: skip
def test_splits_above_the_classes(make_folder, names):
    layout = {f"{name}/{animal}": i + 1 for i, name in enumerate(names) for animal in ("cat", "dog")}
    parts = Folder.open(make_folder(layout)).parts
    assert {name: len(part.labels) for name, part in parts.items()} == {"train": 2, "val": 4, "test": 6}
    assert all(part.classes == ("cat", "dog") for part in parts.values())
    assert parts["val"].keys[0] == "cat/0.png"


def test_a_class_may_be_called_like_a_split(make_folder):
    assert Folder.open(make_folder({"bus": 1, "train": 1, "car": 1})).parts["train"].classes == ("bus", "car", "train")


def test_hidden_folders_are_no_classes(make_folder):
    layout = {"cat": 1, "dog": 1, ".ipynb_checkpoints": 1, "__MACOSX": 1, ".git": 1, "cat/.thumbs": 1}
    part = Folder.open(make_folder(layout)).parts["train"]
    assert part.classes == ("cat", "dog") and len(part.labels) == 2


def test_an_empty_class_is_listed_for_others_to_judge(make_folder):
    part = Folder.open(make_folder({"ant": 0, "cat": 1})).parts["train"]
    assert part.classes == ("ant", "cat") and part.labels.tolist() == [1]


def test_empty_folders(tmp_path, make_folder):
    told = problem(make_folder({}))
    assert "the folder is empty" in told and "one folder a class (photos/cat/1.jpg, photos/dog/1.jpg)" in told
    (tmp_path / "photos" / "data.csv").touch()
    assert "no images here, only 'data.csv'" in problem(tmp_path / "photos")


def test_images_without_class_folders(make_folder):
    told = problem(make_folder({".": 3}))
    assert "3 images lie directly in this folder, so nothing says which class they are of" in told
    assert "allowed: one folder a class (photos/cat/1.jpg" in told


def test_splits_without_class_folders(make_folder):
    told = problem(make_folder({"train": 2, "val": 2}))
    assert "'train', 'val' are names of splits, and there are no class folders in them" in told and "/cat/1.jpg" in told


def test_two_folders_for_one_split(make_folder):
    assert "two folders hold the val images" in problem(make_folder({"train/a": 1, "val/a": 1, "valid/a": 1}))


def test_a_class_beside_the_splits_is_not_lost_silently(make_folder):
    told = problem(make_folder({"train/a": 1, "train/b": 1, "c": 1}))
    assert "'train' hold splits with class folders in them, but 'c' beside them holds images too" in told
    assert "move 'c' elsewhere" in told


def test_what_is_beside_the_splits_is_told(make_folder):
    root = make_folder({"train/a": 1, "train/b": 1, "test": 2, "annotations": 0})
    contents = Folder.open(root)
    assert list(contents.parts) == ["train"]
    assert contents.warnings == (
        f"{root / 'annotations'}: not used: no images in it",
        f"{root / 'test'}: not used: there are no class folders in it",
    )


def test_files_that_are_not_used_are_told(make_folder):
    root = make_folder({"cat": 1, "dog": 1, ".": 2})
    (root / "dog" / "notes.txt").write_text("woof")
    (root / "labels.csv").touch()
    assert Folder.open(root).warnings == (
        f"{root}: images outside of the class folders are not used: '0.png', '1.png'",
        f"{root / 'dog'}: files that are no images are not used: 'notes.txt'",
    )


def test_link_loops_end(make_folder, tmp_path):
    root = make_folder({"cat": 1, "dog": 1})
    (root / "loop").symlink_to(root)
    (root / "parent").symlink_to(tmp_path)
    (root / "cat" / "up").symlink_to(root)
    contents = Folder.open(root)
    assert contents.parts["train"].keys == ("cat/0.png", "dog/0.png")
    assert contents.warnings == (
        f"{root}: links that lead back up are not followed: 'loop', 'parent'",
        f"{root / 'cat'}: folders that were read already are not read again: 'up'",
    )


def test_class_folders_may_be_links(make_folder, tmp_path):
    root = make_folder({"cat": 1})
    make_folder({"puppies": 2}, tmp_path / "elsewhere")
    (root / "dog").symlink_to(tmp_path / "elsewhere" / "puppies")
    assert Folder.open(root).parts["train"].keys == ("cat/0.png", "dog/0.png", "dog/1.png")


def test_names_are_compared_in_one_spelling(make_folder):
    root = make_folder({"cafe\u0301": 1, "tea": 1})
    part = Folder.open(root).parts["train"]
    assert part.classes == ("caf\u00e9", "tea") and len(part.read(np.arange(2), FMT, None)[0]) == 2
    make_folder({"caf\u00e9": 1})
    assert "are the same class name" in problem(root)


def test_a_name_that_is_not_text(make_folder):
    root = make_folder({"cat": 1})
    try:
        (root / "d\udcffg").mkdir()
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system has no such names")
    assert r"the folder name 'd\udcffg' is not valid UTF-8" in problem(root)
