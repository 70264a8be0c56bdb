import os
import threading
import time

import numpy as np
import pytest
from PIL import Image

from fitcli.data import hands
from fitcli.data.decode import pillow_warnings
from fitcli.data.hands import Team, decode_all
from fitcli.data.image import load_image
from fitcli.data.imageformat import ImageFormat

FMT = ImageFormat((100, 120), 3)  # some 30 images a chunk


@pytest.fixture
def team(monkeypatch):
    """A team that starts readers at once, and waits for them."""
    made = Team()
    monkeypatch.setattr(hands, "TEAM", made)
    monkeypatch.setattr(hands, "START_SECONDS", 0.0)
    yield made
    made.close()


@pytest.fixture
def ready(team):
    """The same with one reader that is waiting."""
    team.take(1.0, 1)
    for _ in range(600):
        if team.idle:
            return team
        time.sleep(0.05)
    pytest.fail("no reader has started")


@pytest.fixture
def sources(tmp_path, picture):
    paths = []
    for i in range(90):
        paths.append(tmp_path / f"{i}.png")
        Image.fromarray(picture(i)).save(paths[-1])
    return [path if i % 3 else path.read_bytes() for i, path in enumerate(paths)]


def decoded(sources, count=2, progress=None):
    images = np.empty((len(sources), *FMT.shape), np.uint8)
    with pillow_warnings():
        return images, decode_all(images, sources, FMT, count, progress)


def test_the_same_images_whoever_reads_them(ready, sources):
    right = np.stack([load_image(source, FMT) for source in sources])
    for count in (1, 2, 3):
        images, bad = decoded(sources, count)
        assert np.array_equal(images, right) and bad == {}


def test_a_reader_is_used_and_given_back(ready, sources, monkeypatch):
    asked = []
    (reader,) = ready.idle
    monkeypatch.setattr(reader, "send", lambda message, send=reader.send: asked.append(len(message)) or send(message))
    for _ in range(20):
        decoded(sources)
    assert asked and ready.idle == [reader] and ready.started == 1


def test_problems_stand_at_their_places(ready, sources):
    sources[40] = sources[80] = b"no image"
    _, bad = decoded(sources)
    assert sorted(bad) == [40, 80] and bad[80].message.startswith("is not an image")


def test_what_a_lost_reader_has_not_done_is_done_here(ready, sources):
    (reader,) = ready.idle
    right = np.stack([load_image(source, FMT) for source in sources])
    real, got = reader.receive, []

    def receive(images):
        got.append(len(images))
        if len(got) == 1:
            reader._other.kill()
            reader._other.wait()
        return real(images)

    reader.receive = receive
    for _ in range(50):
        images, bad = decoded(sources)
        assert np.array_equal(images, right) and bad == {}
        if got:
            break
    assert got and reader not in ready.idle


def test_no_process_is_started_for_a_few_images(team, sources, monkeypatch):
    monkeypatch.setattr(hands, "START_SECONDS", 1e9)
    monkeypatch.setattr(hands, "Reader", lambda: pytest.fail("a process"))
    decoded(sources)
    assert team.started == 0 and team.seconds > 0


def test_where_no_process_can_be_started_threads_do(team, sources, monkeypatch):
    def refuse():
        raise OSError

    monkeypatch.setattr(hands, "Reader", refuse)
    images, bad = decoded(sources, 4)
    assert np.array_equal(images[89], load_image(sources[89], FMT)) and bad == {} and not team.idle


def test_what_goes_wrong_in_a_thread_is_raised_here(team, sources, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(hands, "load_into", fail)
    with pytest.raises(ZeroDivisionError):
        decoded(sources)


def test_an_interrupted_reading_leaves_no_answers_behind(ready, sources):
    """Whether the reader was in the middle of something or not, the next images are right."""

    def interrupt(done, total):
        raise KeyboardInterrupt

    right = np.stack([load_image(source, FMT) for source in sources])
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            decoded(sources, 2, interrupt)
        assert np.array_equal(decoded(sources)[0], right)
    assert threading.active_count() < 10


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_has_no_readers(ready):
    before = hands.Team.__init__
    assert ready.idle and before is Team.__init__
    pid = os.fork()
    if not pid:
        hands.Team.__init__(ready)
        os._exit(0 if not ready.idle and not ready.started else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0 and ready.idle
