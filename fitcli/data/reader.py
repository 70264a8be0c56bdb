"""Another process that decodes images for this one, since Python's own steps in one process take turns.

Both talk through its standard input and output, in messages of a length (8 bytes), so many bytes of JSON and what these
announce. A request is {"format", "most_pixels", "folder", "sources": [path or length, ...]} and behind it the contents of
those sources that are no files; an answer is {"bad": {place: [message, where, hint]}} and behind it the pixels of all
images, uint8 [n, H, W, C]. The process ends when its input does, so also when this process is killed, and when nobody has
asked for a while.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from struct import pack, unpack

import numpy as np

from fitcli.data.imageformat import ImageFormat
from fitcli.errors import Problem

IDLE_SECONDS = 10.0
PIPE_BYTES = 1 << 20  # where the system lets us: room for an answer, so that the next request is begun meanwhile
_SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ, Linux
_PROGRAM = "from fitcli.data.reader import serve; serve()"
Sources = Sequence[str | os.PathLike | bytes]
Bad = dict[int, Problem]  # by place in the request


class Reader:
    """The process as seen from here. OSError, EOFError or ValueError when it is no longer there."""

    def __init__(self) -> None:
        if getattr(sys, "frozen", False) or not sys.executable:
            raise OSError("no interpreter of its own")
        self._other = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "OPENBLAS_NUM_THREADS": "1"},
            bufsize=0,
        )  # fmt: skip
        with suppress(ImportError, OSError, AttributeError):
            import fcntl

            fcntl.fcntl(self._other.stdout, _SET_PIPE_SIZE, PIPE_BYTES)

    def wait(self) -> None:
        """Until it is ready to work."""
        _read_head(self._other.stdout)

    def send(self, message: bytes) -> None:
        view = memoryview(message)
        while view:
            view = view[self._other.stdin.write(view) :]

    def receive(self, images: np.ndarray) -> Bad:
        """The answer to the oldest request that has none yet; its pixels into `images`, uint8 [n, H, W, C]."""
        bad = _read_head(self._other.stdout)["bad"]
        _fill(self._other.stdout, memoryview(images.reshape(-1)))
        return {int(at): Problem(message, where, hint=hint) for at, (message, where, hint) in bad.items()}

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._other.kill()
        for stream in (self._other.stdin, self._other.stdout):
            with suppress(OSError):
                stream.close()
        self._other.wait()


def request(sources: Sources, fmt: ImageFormat) -> bytes:
    from PIL import Image

    named = [len(s) if isinstance(s, bytes) else os.fspath(s) for s in sources]
    head = {"format": fmt.to_json(), "most_pixels": Image.MAX_IMAGE_PIXELS, "folder": os.getcwd(), "sources": named}
    return b"".join([_head(head), *(s for s in sources if isinstance(s, bytes))])


def serve() -> None:
    """The other process. Ctrl-C is for the one that started it."""
    from PIL import Image

    from fitcli.data.decode import pillow_warnings
    from fitcli.data.image import load_into

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open(0, "rb", buffering=0) as asked, open(1, "wb") as told, pillow_warnings(), suppress(EOFError, BrokenPipeError):
        told.write(_head({}))
        told.flush()
        while _asked(asked):
            wanted = _read_head(asked)
            os.chdir(wanted["folder"])
            fmt, Image.MAX_IMAGE_PIXELS = ImageFormat.from_json(wanted["format"]), wanted["most_pixels"]
            sources = [s if isinstance(s, str) else _read(asked, s) for s in wanted["sources"]]
            images = np.zeros((len(sources), *fmt.shape), np.uint8)
            bad = load_into(images, sources, fmt)
            told.write(_head({"bad": {at: [p.message, p.where, p.hint] for at, p in bad.items()}}))
            told.write(images.reshape(-1))
            told.flush()


def _asked(file) -> bool:
    """Wait for a request; False when none has come for a while."""
    with suppress(ImportError, OSError, ValueError):  # not a system where one can wait for a pipe
        import select

        return bool(select.select([file], [], [], IDLE_SECONDS)[0])
    return True


def _head(value: dict) -> bytes:
    text = json.dumps(value).encode()
    return pack("<Q", len(text)) + text


def _read_head(file) -> dict:
    return json.loads(_read(file, unpack("<Q", _read(file, 8))[0]))


def _read(file, count: int) -> bytes:
    data = bytearray(count)
    _fill(file, memoryview(data))
    return bytes(data)


def _fill(file, view: memoryview) -> None:
    while view:
        got = file.readinto(view)
        if not got:
            raise EOFError
        view = view[got:]
