import threading

import numpy as np
import pytest

from fitcli.data import image
from fitcli.data.image import load_image
from fitcli.data.imageformat import ImageFormat
from fitcli.data.images import bad_files, load_images
from fitcli.errors import DataError, Problem

SMALL = ImageFormat((5, 7), 3)


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_many_images_are_the_same_as_one_by_one(pictures, threads):
    images, kept, problems = load_images(pictures, SMALL, threads)
    assert images.shape == (40, 5, 7, 3) and images.dtype == np.uint8 and images.flags.c_contiguous
    assert kept == list(range(40)) and problems == []
    assert np.array_equal(images, np.stack([load_image(path, SMALL) for path in pictures]))


def test_no_images_at_all():
    images, kept, problems = load_images([], SMALL)
    assert images.shape == (0, 5, 7, 3) and kept == [] and problems == []


def test_progress_counts_to_the_end_in_the_calling_thread(pictures):
    calls, threads = [], set()

    def progress(done, total):
        calls.append((done, total))
        threads.add(threading.current_thread())

    load_images(pictures, SMALL, 2, progress=progress)
    assert calls[-1] == (40, 40) and calls == sorted(calls) and len(calls) > 1
    assert threads == {threading.current_thread()}


def test_all_bad_files_are_named_together(pictures):
    pictures[3].write_text("no image")
    pictures[31].write_bytes(pictures[31].read_bytes()[:-30])
    with pytest.raises(DataError) as caught:
        load_images(pictures, SMALL)
    told = str(caught.value)
    assert told.startswith("2 of 40 images cannot be read:") and "--set data.on_error=skip" in told
    assert f"{pictures[3]}: is not an image" in told and f"{pictures[31]}: cannot be decoded" in told
    assert caught.value.exit_code == 3


def test_bad_files_can_be_skipped(pictures):
    good, _, _ = load_images(pictures, SMALL)
    for i in (0, 17, 39):
        pictures[i].write_text("no image")
    images, kept, problems = load_images(pictures, SMALL, 2, "skip")
    assert kept == [i for i in range(40) if i not in (0, 17, 39)]
    assert np.array_equal(images, good[kept])
    assert [problem.where for problem in problems] == [str(pictures[i]) for i in (0, 17, 39)]


def test_of_many_bad_files_twenty_are_named():
    lines = str(bad_files([Problem("is bad", f"{i}.jpg") for i in range(25)], 30)).splitlines()
    assert lines[0] == "25 of 30 images cannot be read:"
    assert "19.jpg: is bad" in lines and "20.jpg: is bad" not in lines and lines[-1] == "... and 5 more"
    assert "more" not in str(bad_files([Problem("is bad", f"{i}.jpg") for i in range(20)], 30))


def test_an_exception_of_the_caller_stops_the_reading(pictures, monkeypatch):
    read = []
    real = image.load_pixels
    monkeypatch.setattr(image, "load_pixels", lambda path, fmt: read.append(path) or real(path, fmt))

    def progress(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_images(pictures * 50, SMALL, 1, progress=progress)
    assert len(read) < 40 * 50
