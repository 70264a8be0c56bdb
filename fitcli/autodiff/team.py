"""Threads that replay programs together: they meet in compiled code, spin for microseconds only, and sleep between fits."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable

import numpy as np

from fitcli.autodiff import replay
from fitcli.autodiff.params import aligned_zeros

_ROUNDS = 5000  # of waiting for the next step before a thread goes to sleep: some 10 ms
_ASLEEP_SECONDS = 0.02


_sched_getcpu = getattr(ctypes.CDLL(None), "sched_getcpu", None) if sys.platform == "linux" else None


class Team:
    """`workers` threads, the caller's included. One program at a time; all take part in each."""

    _busy = False

    def __init__(self, workers: int):
        self.workers = workers
        self.control = aligned_zeros(replay.CONTROL_WORDS, np.int64)
        self._bells = [threading.Semaphore(0) for _ in range(workers)]
        self._asleep = [False] * workers
        self._lock = threading.Lock()
        self._leader_cpu = -1
        for worker in range(1, workers):
            threading.Thread(target=self._serve, args=(worker,), name=f"fitcli-{worker}", daemon=True).start()

    def _serve(self, worker: int) -> None:
        generation = np.zeros(1, np.int64)
        while True:
            replay.follow(self.control, worker, generation, _ROUNDS)
            self._asleep[worker] = True
            # The leader may have looked just before: so nobody sleeps longer than this without looking again.
            self._bells[worker].acquire(timeout=_ASLEEP_SECONDS if self._busy else None)
            self._asleep[worker] = False
            _leave(self._leader_cpu)

    def job(self, table: np.ndarray, phases: np.ndarray) -> Callable[[], None]:
        """What replays a program, to be called many times: phases int64 [phases, workers, 2]."""
        if not len(phases):
            return lambda: None  # nothing to meet at: the others would still read this job when the next begins
        lead = replay.lead.bind(self.control, table, phases)

        def run() -> None:
            with self._lock:
                self._busy = True
                if True in self._asleep:
                    self._leader_cpu = _current_cpu()
                    for worker in range(1, self.workers):
                        if self._asleep[worker]:
                            self._bells[worker].release()
                lead()
                self._busy = False

        return run


def _current_cpu() -> int:
    """The CPU that this thread runs on, or -1 where the system does not say."""
    return _sched_getcpu() if _sched_getcpu else -1


def _leave(cpu: int) -> None:
    """Move this thread off a CPU, not for longer than this moment.

    A thread is woken up on its waker's CPU, and two that wait for each other, never at work at the same time, may stay
    on one CPU for seconds.
    """
    if cpu < 0 or not hasattr(os, "sched_setaffinity"):
        return
    usable = os.sched_getaffinity(0)
    if cpu in usable and len(usable) > 1:
        os.sched_setaffinity(0, usable - {cpu})
        os.sched_setaffinity(0, usable)


_teams: dict[tuple[int, int], Team] = {}


def team(workers: int) -> Team:
    """The team of exactly so many workers in this process: no thread survives a fork."""
    key = (os.getpid(), workers)
    if key not in _teams:
        _teams[key] = Team(workers)
    return _teams[key]
