"""What the numbers were measured on, and how much of it others were using meanwhile."""

from __future__ import annotations

import os
import platform
import time


def processor() -> str:
    """The CPU's name, as far as the system tells it."""
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def usable_threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _busy_seconds() -> float | None:
    """CPU seconds that all CPUs have spent on work, or given to other machines, since the start."""
    try:
        with open("/proc/stat") as file:
            user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    except (OSError, ValueError):
        return None
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


class Others:
    """CPU time that went to processes other than ours, between the start and now."""

    def __init__(self):
        self._busy, self._clock = _busy_seconds(), time.perf_counter()

    def share(self, ours: float) -> float | None:
        """Of all CPUs, 0 to 1; `ours` are the CPU seconds that the measuring processes used."""
        busy = _busy_seconds()
        if busy is None or self._busy is None:
            return None
        total = (time.perf_counter() - self._clock) * (os.cpu_count() or 1)
        return min(1.0, max(0.0, (busy - self._busy - ours) / total))
