import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from fitcli.data.files import check_folder, check_regular, find_images, lineage, subfolders
from fitcli.errors import DataError


def problem(call, *args):
    with pytest.raises(DataError) as caught:
        call(*args)
    assert caught.value.exit_code == 3
    return str(caught.value)


def test_images_at_any_depth_in_natural_order(tmp_path):
    for name in ("10.jpg", "9.JPG", "b/2.png", "b/10.png", "a/x/1.webp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert find_images(tmp_path).images == ["9.JPG", "10.jpg", "a/x/1.webp", "b/2.png", "b/10.png"]
    assert find_images(tmp_path, deep=False).images == ["9.JPG", "10.jpg"]


def test_hidden_files_and_folders_are_no_data(tmp_path):
    for name in (".git/1.jpg", ".ipynb_checkpoints/2.jpg", "__MACOSX/3.jpg", "._4.jpg", "Thumbs.db", "5.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = find_images(tmp_path)
    assert found.images == ["5.jpg"] and found.ignored == [] and subfolders(tmp_path) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF"])
def test_images_without_the_right_ending_are_known_by_their_content(tmp_path, picture, kind):
    Image.fromarray(picture()).save(tmp_path / "photo", kind)
    (tmp_path / "notes.txt").write_text("BMW, Pyramid, II, RIFF")
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    found = find_images(tmp_path)
    assert found.images == ["photo"] and found.ignored == ["empty", "notes.txt", "pipe"]


def test_what_is_called_an_image_is_listed_even_when_it_cannot_be_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "link.jpg").symlink_to(tmp_path / "nowhere")
    assert find_images(tmp_path).images == ["link.jpg", "pipe.jpg"]


def test_links_to_folders_are_followed_but_not_in_circles(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "2.jpg").touch()
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "1.jpg").touch()
    (root / "sub" / "up").symlink_to(root)
    (root / "self").symlink_to(root)
    (root / "top").symlink_to(tmp_path)
    (root / "other").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(root)
    found = find_images(root)
    assert found.images == ["other/2.jpg", "sub/1.jpg"]
    assert found.loops == ["other/back", "self", "sub/up", "top"]
    assert subfolders(root) == ["other", "sub"]


def test_links_to_themselves_are_no_folders(tmp_path):
    (tmp_path / "cat").mkdir()
    for name in ("me", "me.jpg", "cat/one"):
        (tmp_path / name).symlink_to(Path(name).name)
    (tmp_path / "cat/two").symlink_to("three")
    (tmp_path / "cat/three").symlink_to("two")
    assert subfolders(tmp_path) == ["cat"]
    found = find_images(tmp_path)
    assert found.images == ["me.jpg"] and found.ignored == ["cat/one", "cat/three", "cat/two", "me"]
    with pytest.raises(DataError, match="me.jpg: cannot be opened: .*symbolic links"):
        check_regular(tmp_path / "me.jpg")


def test_a_folder_that_cannot_be_listed(tmp_path):
    with pytest.raises(DataError, match="gone: cannot be listed: No such file"):
        subfolders(tmp_path / "gone")


def test_links_that_multiply_are_read_once(tmp_path):
    for i in range(25):  # each level is reached by two links: 2^25 paths
        (tmp_path / f"{i}").mkdir()
        for link in ("a", "b"):
            (tmp_path / f"{i}" / link).symlink_to(tmp_path / f"{i + 1}")
    (tmp_path / "25").mkdir()
    (tmp_path / "25" / "1.jpg").touch()
    assert len(find_images(tmp_path / "0").images) == 1


def test_folders_above_are_not_entered(tmp_path):
    (tmp_path / "cat").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "back").symlink_to(tmp_path / "cat")
    (tmp_path / "cat" / "1.jpg").touch()
    assert find_images(tmp_path / "outside").images == ["back/1.jpg"]
    assert find_images(tmp_path / "outside", lineage(tmp_path / "cat")).images == []


def test_order_does_not_depend_on_the_file_system(tmp_path, monkeypatch):
    for name in ("a1.jpg", "a10.jpg", "a2.jpg", "A.jpg", "01.jpg", "1.jpg"):
        (tmp_path / name).touch()

    class Reversed:
        def __init__(self, path):
            with real(path) as entries:
                self.entries = list(entries)[::-1]

        def __enter__(self):
            return iter(self.entries)

        def __exit__(self, *_):
            pass

        def close(self):
            pass

    before, real = find_images(tmp_path).images, os.scandir
    monkeypatch.setattr(os, "scandir", Reversed)
    assert find_images(tmp_path).images == before == ["01.jpg", "1.jpg", "A.jpg", "a1.jpg", "a2.jpg", "a10.jpg"]


def test_a_folder_that_is_not_there(tmp_path):
    (tmp_path / "Photos").mkdir()
    assert problem(check_folder, tmp_path / "photo") == (
        f"{tmp_path / 'photo'}: there is no such folder\n  try: {tmp_path / 'Photos'}"
    )
    assert "try" not in problem(check_folder, tmp_path / "zzz")
    assert "there is no such folder" in problem(check_folder, tmp_path / "no" / "such" / "place")


def test_a_file_instead_of_a_folder(tmp_path):
    (tmp_path / "photos").touch()
    assert problem(check_folder, tmp_path / "photos") == (
        f"{tmp_path / 'photos'}: is a file; a folder of images is wanted"
    )
    assert "cannot be opened" in problem(check_folder, tmp_path / "photos" / "cat")
    assert "cannot be opened" in problem(check_folder, "a\0b")
    assert check_folder(tmp_path) == tmp_path


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read(tmp_path):
    (tmp_path / "cat").mkdir(mode=0)
    assert "Permission denied" in problem(check_folder, tmp_path / "cat")
    assert "Permission denied" in problem(find_images, tmp_path)


def test_regular_files(tmp_path):
    (tmp_path / "full").write_text("x")
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    check_regular(tmp_path / "full")
    assert "is empty (0 bytes)" in problem(check_regular, tmp_path / "empty")
    assert "not a regular file" in problem(check_regular, tmp_path / "pipe")
    assert "is a folder" in problem(check_regular, tmp_path)
    assert "there is no such file" in problem(check_regular, tmp_path / "none")


def test_a_folder_that_vanishes_while_it_is_read(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    real = os.scandir

    def scandir(path):
        if str(path).endswith("/a"):
            shutil.rmtree(path, ignore_errors=True)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert "cannot be listed: No such file" in problem(find_images, tmp_path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM", "JPEG2000", "QOI"])
def test_images_without_an_ending_are_found_by_their_content(encoded, picture, tmp_path, kind):
    (tmp_path / "scan").write_bytes(encoded(picture(), kind))
    (tmp_path / "notes").write_text("BMW drives by\nP6 is a plan")
    assert find_images(tmp_path).images == ["scan"] and find_images(tmp_path).ignored == ["notes"]
