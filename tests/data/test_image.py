import io
import os
import threading

import numpy as np
import pytest
from PIL import Image

from fitcli.data.image import (
    ImageFormat, allocate_images, bad_files, convert_array, load_image, load_images, usable_cpus,
)  # fmt: skip
from fitcli.errors import DataError, Problem

SMALL = ImageFormat((5, 7), 3)


@pytest.fixture
def files(tmp_path, picture):
    paths = []
    for i in range(40):
        paths.append(tmp_path / f"{i}.png")
        Image.fromarray(picture(i)).save(paths[-1])
    return paths


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("resize", ["stretch", "crop", "letterbox"])
def test_any_image_becomes_the_format(picture, files, channels, resize):
    fmt = ImageFormat((9, 20), channels, resize)
    x = load_image(files[0], fmt)
    assert x.shape == fmt.shape and x.dtype == np.uint8 and x.flags.c_contiguous and x.flags.writeable
    assert np.array_equal(x, load_image(files[0].read_bytes(), fmt))
    assert np.array_equal(x, load_image(str(files[0]), fmt))


def test_height_comes_before_width(picture, files):
    x = load_image(files[0], ImageFormat((24, 32), 3))
    assert np.array_equal(x, picture(0))


def test_reduced_decoding_of_jpegs_does_not_show(picture):
    stream = io.BytesIO()
    Image.fromarray(picture(0, 768, 1024)).save(stream, "JPEG", quality=95)
    fmt = ImageFormat((48, 64), 3)
    reduced = load_image(stream.getvalue(), fmt).astype(int)
    full = np.asarray(Image.open(stream).resize((64, 48), Image.Resampling.BILINEAR)).astype(int)
    assert np.abs(reduced - full).mean() < 1.5


def test_arrays_follow_the_same_rules_as_files(picture, files):
    for fmt in (SMALL, ImageFormat((9, 20), 1, "letterbox"), ImageFormat((24, 32), 1)):
        assert np.array_equal(convert_array(picture(0), fmt), load_image(files[0], fmt))
    grey = convert_array(picture(0)[:, :, :1], ImageFormat((24, 32), 3))
    assert np.array_equal(grey, np.repeat(picture(0)[:, :, :1], 3, 2))


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_many_images_are_the_same_as_one_by_one(files, threads):
    images, kept, problems = load_images(files, SMALL, threads)
    assert images.shape == (40, 5, 7, 3) and images.dtype == np.uint8 and images.flags.c_contiguous
    assert kept == list(range(40)) and problems == []
    assert np.array_equal(images, np.stack([load_image(path, SMALL) for path in files]))


def test_no_images_at_all():
    images, kept, problems = load_images([], SMALL)
    assert images.shape == (0, 5, 7, 3) and kept == [] and problems == []


def test_progress_counts_to_the_end_in_the_calling_thread(files):
    calls, threads = [], set()

    def progress(done, total):
        calls.append((done, total))
        threads.add(threading.current_thread())

    load_images(files, SMALL, 2, progress=progress)
    assert calls[-1] == (40, 40) and calls == sorted(calls) and len(calls) > 1
    assert threads == {threading.current_thread()}


def test_all_bad_files_are_named_together(files):
    files[3].write_text("no image")
    files[31].write_bytes(files[31].read_bytes()[:-30])
    with pytest.raises(DataError) as caught:
        load_images(files, SMALL)
    told = str(caught.value)
    assert told.startswith("2 of 40 images cannot be read:") and "--set data.on_error=skip" in told
    assert f"{files[3]}: is not an image" in told and f"{files[31]}: cannot be decoded" in told
    assert caught.value.exit_code == 3


def test_bad_files_can_be_skipped(files):
    good, _, _ = load_images(files, SMALL)
    for i in (0, 17, 39):
        files[i].write_text("no image")
    images, kept, problems = load_images(files, SMALL, 2, "skip")
    assert kept == [i for i in range(40) if i not in (0, 17, 39)]
    assert np.array_equal(images, good[kept])
    assert [problem.where for problem in problems] == [str(files[i]) for i in (0, 17, 39)]


def test_of_many_bad_files_twenty_are_named():
    lines = str(bad_files([Problem("is bad", f"{i}.jpg") for i in range(25)], 30)).splitlines()
    assert lines[0] == "25 of 30 images cannot be read:"
    assert "19.jpg: is bad" in lines and "20.jpg: is bad" not in lines and lines[-1] == "... and 5 more"
    assert "more" not in str(bad_files([Problem("is bad", f"{i}.jpg") for i in range(20)], 30))


def test_an_exception_of_the_caller_stops_the_reading(files, monkeypatch):
    read = []
    real = load_image.__globals__["_load"]
    monkeypatch.setitem(load_image.__globals__, "_load", lambda path, fmt: read.append(path) or real(path, fmt))

    def progress(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_images(files * 50, SMALL, 1, progress=progress)
    assert len(read) < 40 * 50


def test_images_that_cannot_fit_into_memory_are_refused_before_the_work(monkeypatch):
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 50, "SC_PAGE_SIZE": 1_000_000}.get)
    assert allocate_images(2, SMALL).shape == (2, 5, 7, 3)
    with pytest.raises(DataError) as caught:
        allocate_images(1_000_000, SMALL)
    assert str(caught.value) == (
        "1,000,000 images of 5 x 7 x 3 need 0.1 GB of memory; this machine has 0.1 GB\n"
        "  try: smaller images, as in --set data.image.size=64"
    )


def test_usable_cpus():
    assert 1 <= usable_cpus() <= (os.cpu_count() or 1)
