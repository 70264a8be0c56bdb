import os

import pytest

from fitcli.engine.findimages import find_images
from fitcli.errors import DataError


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (
        "photos/10.png", "photos/9.JPG", "photos/notes.txt", "photos/.hidden.png", "photos/.git/a.png",
        "photos/b/1.webp", "photos/a/deep/2.tiff", "photos/__MACOSX/a.png", "one.dat", "x[1].png", "empty/readme.md",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return tmp_path


def test_folders_are_searched_in_natural_order_without_what_is_hidden():
    assert find_images(["photos"]) == ["photos/9.JPG", "photos/10.png", "photos/a/deep/2.tiff", "photos/b/1.webp"]


def test_files_are_taken_as_they_are_named():
    assert find_images(["one.dat", "x[1].png", "photos/.hidden.png"]) == ["one.dat", "x[1].png", "photos/.hidden.png"]


def test_patterns():
    assert find_images(["photos/*.[pJ]*"]) == ["photos/9.JPG", "photos/10.png"]
    assert find_images(["photos/**/*.tiff"]) == ["photos/a/deep/2.tiff"]
    assert find_images(["ph*s"]) == find_images(["photos"])


def test_each_path_once_in_the_order_of_the_arguments():
    assert find_images(["photos/10.png", "photos/*.[pJ]*", "photos/10.png"])[:2] == ["photos/10.png", "photos/9.JPG"]
    assert len(find_images(["photos", "photos"])) == 4


def test_absolute_paths_stay_absolute(here):
    assert find_images([str(here / "one.dat")]) == [str(here / "one.dat")]


def test_links_that_make_circles_end():
    os.symlink("..", "photos/a/up")
    os.symlink(".", "photos/b/self")
    os.symlink("b", "photos/also-b")
    found = find_images(["photos"])
    assert len(found) == len({os.path.realpath(path) for path in found}) == 4


def test_everything_that_gives_nothing_is_told():
    with pytest.raises(DataError) as caught:
        find_images(["empty", "photo", "*.gif", "one.dat", "nowhere/x.png"])
    assert caught.value.exit_code == 3
    assert [problem.message for problem in caught.value.problems] == [
        "empty: no image in it", "photo: no such file or folder", "*.gif: nothing matches",
        "nowhere/x.png: no such file or folder",
    ]  # fmt: skip
    assert caught.value.problems[1].hint == "photos"
