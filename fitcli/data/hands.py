"""Many images decoded at once: by threads of this process and, where there are enough of them, by other processes too.

What the decoders do in one thread runs beside other threads, the steps of Python around it do not. Starting a process
costs what some hundreds of images do, so one is started when this process has been reading for as long as that, however
many images are still to come: at most twice what is best. The processes are kept for the next images.
"""

from __future__ import annotations

import atexit
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from math import prod
from queue import SimpleQueue
from threading import Lock, Thread

import numpy as np

from fitcli.data.image import load_into
from fitcli.data.imageformat import ImageFormat
from fitcli.data.reader import Reader, request
from fitcli.errors import Problem

Sources = Sequence[str | os.PathLike | bytes]

START_SECONDS = 0.5  # what starting a process takes, generously
CHUNK_BYTES, MOST_IMAGES, FEWEST_IMAGES = 1 << 20, 64, 8  # decoded images that a hand takes at a time
AHEAD_BYTES = 16 << 10  # a request that waits in the pipe must fit there, or both sides would wait for ever
MOST_READERS = 15


class Team:
    """The other processes, and for how long this one has been reading."""

    def __init__(self) -> None:
        self.lock, self.idle, self.started, self.seconds = Lock(), [], 0, 0.0

    def take(self, seconds: float, most: int) -> Reader | None:
        """One that has nothing to do; where there is none and the reading takes long, the next that asks may find one."""
        with self.lock:
            if self.idle:
                return self.idle.pop()
            if seconds < START_SECONDS or self.started >= min(most, MOST_READERS):
                return None
            self.started += 1
        Thread(target=self._start, daemon=True).start()
        return None

    def _start(self) -> None:
        try:
            reader = Reader()
            reader.wait()
        except (OSError, EOFError, ValueError):  # it counts as started: it would not start the next time either
            return
        self.give(reader)

    def give(self, reader: Reader) -> None:
        with self.lock:
            self.idle.append(reader)

    def lose(self, reader: Reader) -> None:
        reader.close()
        with self.lock:
            self.started -= 1

    def close(self) -> None:
        with self.lock:
            while self.idle:
                self.idle.pop().close()


TEAM = Team()
atexit.register(TEAM.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=TEAM.__init__)  # the parent's processes are the parent's


def decode_all(images: np.ndarray, sources: Sources, fmt: ImageFormat, hands: int,
               progress: Callable[[int, int], None] | None = None) -> dict[int, Problem]:  # fmt: skip
    """Fill `images`, uint8 [N, H, W, C]; a Problem for each of the others, by its place."""
    work = _Work(images, sources, fmt, hands)
    threads = [Thread(target=work.run, args=(k > 0,), daemon=True) for k in range(min(hands, work.chunks))]
    done = 0
    try:
        for thread in threads:
            thread.start()
        while done < len(sources):
            more = work.finished.get()
            if isinstance(more, BaseException):
                raise more
            done += more
            if progress:
                progress(done, len(sources))
    finally:
        work.stopped = True
        for thread in threads:
            thread.join()
        TEAM.seconds += time.monotonic() - work.began
    return work.bad


class _Work:
    def __init__(self, images: np.ndarray, sources: Sources, fmt: ImageFormat, hands: int):
        self.images, self.sources, self.fmt, self.hands = images, sources, fmt, hands
        most = min(MOST_IMAGES, max(FEWEST_IMAGES, CHUNK_BYTES // prod(fmt.shape)))
        self.size = min(most, max(1, len(sources) // (4 * hands)))  # so that all end at nearly the same time
        self.chunks = -(-len(sources) // self.size)
        self.todo = iter(range(0, len(sources), self.size))
        self.finished: SimpleQueue[int | BaseException] = SimpleQueue()
        self.bad: dict[int, Problem] = {}
        self.stopped, self.began = False, time.monotonic()

    def run(self, helped: bool) -> None:
        """What one thread does. `helped`: it may leave its work to another process."""
        try:
            while True:
                if helped and (reader := TEAM.take(TEAM.seconds + time.monotonic() - self.began, self.hands - 1)):
                    self._there(reader)
                chunk = self._next()
                if chunk is None:
                    return
                self._done(chunk, load_into(self.images[chunk], self.sources[chunk], self.fmt))
        except BaseException as error:
            self.finished.put(error)

    def _next(self) -> slice | None:
        start = None if self.stopped else next(self.todo, None)
        return None if start is None else slice(start, min(start + self.size, len(self.sources)))

    def _done(self, chunk: slice, bad: dict[int, Problem]) -> None:
        self.bad |= {chunk.start + at: problem for at, problem in bad.items()}
        self.finished.put(chunk.stop - chunk.start)

    def _there(self, reader: Reader) -> None:
        """Until nothing is left to do, or the reader is lost: then what it has not done is done here."""
        sent: deque[slice] = deque()

        def receive() -> None:
            bad = reader.receive(self.images[sent[0]])
            self._done(sent.popleft(), bad)

        try:
            while (chunk := self._next()) is not None:
                message = request(self.sources[chunk], self.fmt)
                sent.append(chunk)
                while len(sent) > 2 or (len(sent) > 1 and len(message) > AHEAD_BYTES):
                    receive()
                reader.send(message)
            while sent and not self.stopped:
                receive()
        except (OSError, EOFError, ValueError):
            TEAM.lose(reader)
            for chunk in sent:
                self._done(chunk, load_into(self.images[chunk], self.sources[chunk], self.fmt))
            return
        if sent:  # stopped: its answers belong to nobody
            TEAM.lose(reader)
        else:
            TEAM.give(reader)
