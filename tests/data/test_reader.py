import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from fitcli.data import reader as module
from fitcli.data.image import load_image
from fitcli.data.imageformat import ImageFormat
from fitcli.data.reader import Reader, request

FMT = ImageFormat((5, 7), 3, "letterbox", range=(3.0, 200.5), background=(1, 2, 3))


@pytest.fixture
def reader():
    made = Reader()
    made.wait()
    yield made
    made.close()


@pytest.fixture
def files(tmp_path, picture):
    paths = [tmp_path / f"{i}\u00e4.png" for i in range(4)]
    for i, path in enumerate(paths):
        Image.fromarray(picture(i)).save(path)
    return paths


def answer(reader, sources, fmt=FMT):
    images = np.empty((len(sources), *fmt.shape), np.uint8)
    reader.send(request(sources, fmt))
    return images, reader.receive(images)


def test_the_same_pixels_as_here(reader, files):
    sources = [str(files[0]), files[1], files[2].read_bytes(), str(files[3])]
    images, bad = answer(reader, sources)
    assert bad == {} and np.array_equal(images, [load_image(source, FMT) for source in sources])


def test_two_requests_may_be_under_way(reader, files):
    for path in files[:2]:
        reader.send(request([path], FMT))
    for path in files[:2]:
        images = np.empty((1, *FMT.shape), np.uint8)
        assert reader.receive(images) == {} and np.array_equal(images[0], load_image(path, FMT))


def test_problems_come_back_as_they_are_told_here(reader, files):
    files[1].write_text("no image")
    _, bad = answer(reader, [str(files[0]), str(files[1]), b"neither"])
    assert list(bad) == [1, 2] and bad[1].where == str(files[1]) and bad[2].where == "<bytes>"
    assert bad[1].message.startswith("is not an image of a kind that can be read")


def test_paths_are_those_of_this_process_s_folder(reader, files, monkeypatch):
    monkeypatch.chdir(files[0].parent)
    images, bad = answer(reader, [files[0].name])
    assert bad == {} and np.array_equal(images[0], load_image(files[0], FMT))


def test_a_bomb_is_what_this_process_says_it_is(reader, files, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    _, bad = answer(reader, [files[0]])
    assert bad[0].message == "is larger than 100 pixels; refused as a decompression bomb"


def test_a_killed_reader_is_told(reader, files):
    reader._other.kill()
    with pytest.raises((OSError, EOFError)):
        answer(reader, files)


def test_it_ends_when_its_owner_does(tmp_path):
    code = "from fitcli.data.reader import Reader; import os; r = Reader(); r.wait(); print(r._other.pid, flush=True); os._exit(9)"
    pid = int(subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60).stdout)
    for _ in range(200):
        try:
            state = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the reader lives on")


def test_it_ends_when_nobody_asks(monkeypatch):
    monkeypatch.setattr(module, "_PROGRAM", module._PROGRAM.replace("serve()", "reader.IDLE_SECONDS = 0; reader.serve()")
                        .replace("import serve", "import serve; from fitcli.data import reader"))  # fmt: skip
    lonely = Reader()
    lonely.wait()
    assert lonely._other.wait(timeout=30) == 0
    lonely.close()


def test_no_interpreter_no_reader(monkeypatch):
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(OSError, match="no interpreter"):
        Reader()
