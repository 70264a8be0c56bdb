"""Threads that replay programs together: they meet in compiled code, spin for microseconds only, and sleep between fits."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import numpy as np

from fitcli.autodiff import replay
from fitcli.autodiff.params import aligned_zeros

_ROUNDS = 7100  # of waiting for the next step before a thread goes to sleep: some 10 ms
_ASLEEP_SECONDS = 0.02


class Team:
    """`workers` threads, the caller's included. One program at a time; all take part in each."""

    _busy = False

    def __init__(self, workers: int):
        self.workers = workers
        self.control = aligned_zeros(replay.CONTROL_WORDS, np.int64)
        self._bells = [threading.Semaphore(0) for _ in range(workers)]
        self._asleep = [False] * workers
        self._lock = threading.Lock()
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

    def job(self, table: np.ndarray, phases: np.ndarray) -> Callable[[], None]:
        """What replays a program, to be called many times: phases int64 [phases, workers, 2]."""
        if not len(phases):
            return lambda: None  # nothing to meet at: the others would still read this job when the next begins
        lead = replay.lead.bind(self.control, table, phases)

        def run() -> None:
            with self._lock:
                self._busy = True
                for worker in range(1, self.workers):
                    if self._asleep[worker]:
                        self._bells[worker].release()
                lead()
                if self.control[replay.CROWDED]:
                    _leave(int(self.control[replay.CPU]))
                self._busy = False

        return run


def _leave(cpu: int) -> None:
    """Move this thread off a CPU, not for longer than this moment.

    A thread is woken up on its waker's CPU as a rule, and two that wait for each other, seldom at work at the same time,
    are left there by the system for seconds: each meeting then costs them a turn of the scheduler.
    """
    if not hasattr(os, "sched_setaffinity"):
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
