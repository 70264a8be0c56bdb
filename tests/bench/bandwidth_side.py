"""The memory's bandwidth, all threads together: copy and triad (McCalpin, STREAM, 1995), and adding in place.

A step works in place and fetches no line that it is going to write over, as copy and triad do: where that counts, the
third is what a step can be measured by.
"""

from __future__ import annotations

import numpy as np
from measure import Job, Side, serve

from fitcli.autodiff.params import aligned_zeros
from fitcli.autodiff.spread import shares
from fitcli.autodiff.replay import replay
from fitcli.autodiff.team import team
from fitcli.kernels.arguments import block, settle
from fitcli.kernels.kernel import kernel

BYTES = {"copy": 8, "triad": 12, "in place": 12}  # a number of float32


@kernel
def copy(a, b):
    for i in range(a.size):
        a[i] = b[i]


@kernel
def triad(a, b, c, s):
    for i in range(a.size):
        a[i] = b[i] + s * c[i]


@kernel
def in_place(a, b, s):
    for i in range(a.size):
        a[i] += s * b[i]


class Bandwidth(Side):
    variants = tuple(BYTES)

    def __init__(self, size: int, threads: int):
        self.threads = threads
        self.arrays = [aligned_zeros(size, np.float32) for _ in range(3)]
        for number, array in enumerate(self.arrays):
            array[:] = number
        self._kept, self._jobs = [], {}
        a, b, c = self.arrays
        for name, run, args in (("copy", copy, (a, b)), ("triad", triad, (a, b, c, 0.5)), ("in place", in_place, (a, b, 0.5))):
            self._jobs[name] = self._record(run, args, size)
        self.about = {"parameters": size}

    def _record(self, run, args, size: int):
        rows = []
        for start, stop in shares(size, self.threads):
            own = settle(tuple(x[start:stop] if isinstance(x, np.ndarray) else x for x in args))
            words = np.array(block(own, 0), np.int64)
            self._kept.append((own, words))
            rows.append([run.entry(own), words.ctypes.data])
        bounds = np.array([[[w, w + 1] for w in range(self.threads)]], np.int64)
        table = np.array(rows, np.int64)
        return replay.bind(table, bounds) if self.threads == 1 else team(self.threads).job(table, bounds)

    def start(self, variant):
        return self._jobs[variant]


def make(job: Job) -> Side:
    return Bandwidth(int(job.mode), job.threads)


if __name__ == "__main__":
    serve(make)
