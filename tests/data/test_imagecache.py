import json
import multiprocessing
import os
import signal
import time

import numpy as np
import pytest

from fitcli.data import imagecache
from fitcli.data.cachefiles import TEMPORARY, locked
from fitcli.data.imagecache import ImageCache, cache_folder
from fitcli.data.imageformat import ImageFormat
from fitcli.errors import Problem

FMT = ImageFormat((4, 5), 3)


def keys(*numbers):
    return np.array([[n] * 16 for n in numbers], np.uint8)


def image(number):
    return np.random.default_rng(number).integers(0, 256, (4, 5, 3), np.uint8)


class Decoder:
    """Knows image n for key n; 99 cannot be read."""

    def __init__(self, numbers):
        self.numbers, self.asked = numbers, []

    def __call__(self, indices, put):
        for i in indices:
            number = self.numbers[i]
            self.asked.append(number)
            if number == 99:
                put(i, Problem("is empty", "x.png"))
            else:
                put(np.array([i]), image(number)[None])


@pytest.fixture
def cache(tmp_path):
    """cache(1, 2, 3) -> (the cache for these images, a decoder of them)."""
    return lambda *numbers, fmt=FMT: (ImageCache("here", keys(*numbers), fmt, tmp_path), Decoder(numbers))


def test_it_is_made_once_and_found_again(cache):
    one, decoder = cache(1, 2, 99, 3)
    assert one.find() is None
    made = one.make(decoder, 1)
    assert decoder.asked == [1, 2, 99, 3] and list(made.problems) == [2]
    for found in (made, one.find(), one.make(decoder, 1), cache(1, 2, 99, 3)[0].find()):
        assert [np.array_equal(found.rows[i], image(n)) for i, n in ((0, 1), (1, 2), (3, 3))] == [True] * 3
        assert found.problems[2] == Problem("is empty", "x.png") and not found.rows[2].any()
    assert decoder.asked == [1, 2, 99, 3]


def test_what_is_known_is_not_decoded_again(cache):
    first, decoder = cache(1, 2, 99)
    first.make(decoder, 1)
    second, decoder = cache(5, 2, 1, 99)  # one is new, one could not be read, and the order is another
    made = second.make(decoder, 1)
    assert decoder.asked == [5, 99]
    assert all(np.array_equal(made.rows[i], image(n)) for i, n in enumerate((5, 2, 1)))


@pytest.mark.parametrize("other", [
    ImageFormat((5, 4), 3), ImageFormat((4, 5), 3, "crop"), ImageFormat((4, 5), 3, background=(1, 0, 0)),
    ImageFormat((4, 5), 3, filter="box"), ImageFormat((4, 5), 3, range="image"),
])  # fmt: skip
def test_other_preprocessing_is_another_file(cache, other):
    one, decoder = cache(1, 2)
    one.make(decoder, 1)
    second, decoder = cache(1, 2, fmt=other)
    assert second.find() is None and second.stem != one.stem and second.family != one.family


def test_what_is_damaged_is_not_found(cache, tmp_path):
    for suffix, spoil in (("images", lambda p: os.truncate(p, 100)), ("json", lambda p: p.write_text("{")),
                          ("json", lambda p: p.unlink()), ("images", lambda p: p.unlink())):  # fmt: skip
        one, decoder = cache(1, 2)
        one.make(decoder, 1)
        spoil(tmp_path / f"{one.stem}.{suffix}")
        assert one.find() is None
        assert np.array_equal(one.make(Decoder((1, 2)), 1).rows[1], image(2))


def test_a_decoder_that_fails_leaves_nothing(cache, tmp_path):
    one, _ = cache(1, 2)

    def fail(indices, put):
        put(np.array([0]), image(1)[None])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        one.make(fail, 1)
    assert one.find() is None and not list(tmp_path.glob(f"{TEMPORARY}*"))


def test_the_oldest_make_room(cache, tmp_path):
    size = 2 * 60 / 1e9
    caches = [cache(n, n + 1) for n in (1, 10, 20)]
    for number, (one, decoder) in enumerate(caches):
        one.make(decoder, 2.5 * size)
        os.utime(tmp_path / f"{one.stem}.json", (number, number)) if one.find() else None
        if number == 1:
            os.utime(tmp_path / f"{caches[0][0].stem}.json", (99, 99))  # the first one was used after the second
    assert [one.find() is not None for one, _ in caches] == [True, False, True]
    assert not (tmp_path / f"{caches[1][0].stem}.keys").exists()
    told = cache(*range(1, 9))[0].make(None, size)
    assert "GB of decoded images are more than data.cache_gigabytes" in told


def test_no_room_on_the_disk(cache, monkeypatch):
    monkeypatch.setattr(imagecache, "SPARE", 10**18)
    assert "GB left for" in cache(1, 2)[0].make(None, 1)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    told = ImageCache("here", keys(1), FMT, tmp_path / "file" / "x").make(None, 1)
    assert told.startswith(f"decoded images cannot be kept in {tmp_path}")


def test_what_another_process_is_making_counts(cache, tmp_path):
    with locked(tmp_path / "x.lock"):
        (tmp_path / f"{TEMPORARY}7-x").write_bytes(bytes(100))
        one, decoder = cache(1, 2)
        assert "while another process fills the cache" in one.make(decoder, 200 / 1e9)
        assert isinstance(one.make(decoder, 220 / 1e9), imagecache.Cached)
    assert isinstance(cache(3, 4)[0].make(Decoder((3, 4)), 200 / 1e9), imagecache.Cached)  # killed: it counts no more


@pytest.mark.parametrize("kills", [1, 3])
def test_killed_makers_leave_nothing_behind_and_hold_nobody_up(tmp_path, kills):
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    for _ in range(kills):
        maker = context.Process(target=_make, args=(tmp_path, queue, 60))
        maker.start()
        while not list(tmp_path.glob(f"{TEMPORARY}*")):
            time.sleep(0.005)
        os.kill(maker.pid, signal.SIGKILL)
        maker.join()
    two = [context.Process(target=_make, args=(tmp_path, queue)) for _ in range(2)]
    for maker in two:
        maker.start()
    assert sorted(queue.get(timeout=60) for _ in two) == [(True, 0), (True, 40)]
    for maker in two:
        maker.join(60)
    assert not list(tmp_path.glob(f"{TEMPORARY}*"))


def test_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("FITCLI_DATA_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("FITCLI_DATA_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "fitcli-images"


def _make(folder, queue, seconds=0.05):
    decoder = Decoder(range(40))

    def slow(indices, put):
        time.sleep(seconds)
        decoder(indices, put)

    made = ImageCache("here", keys(*range(40)), FMT, folder).make(slow, 1)
    good = all(np.array_equal(made.rows[i], image(i)) for i in range(40))
    queue.put((good, len(decoder.asked)))


def test_two_processes_make_it_once(tmp_path):
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    workers = [context.Process(target=_make, args=(tmp_path, queue)) for _ in range(3)]
    for worker in workers:
        worker.start()
    found = sorted(queue.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join(60)
    assert found == [(True, 0), (True, 0), (True, 40)]
    about = json.loads(next(tmp_path.glob("*.json")).read_text())
    assert about == {"problems": [], "images": 40}
