"""The measuring process: sets up one side of one workload, then times steps whenever a line on its stdin asks for it.

Each side has a process of its own, so that no thread pool, allocator or compiler of one is felt by another, and the
peak memory is that of the side alone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median

_SETTLE_SECONDS = 0.03  # threads of the side before may still spin
_LONGEST_SECONDS, _FEWEST = 3.0, 3  # a busy machine gets fewer steps, so that a comparison ends


@dataclass(frozen=True)
class Job:
    """What a measuring process is asked for on its command line."""

    workload: str
    threads: int
    predict: bool = False
    mode: str = ""

    def text(self) -> str:
        return json.dumps(asdict(self))


class Unavailable(Exception):
    """A side cannot run here, for a reason that is no fault."""


class Side:
    """One way to do the work. `about` is told to the parent; `variants` are timed one after the other in each round."""

    about: dict
    variants: tuple[str, ...] = ("",)

    def start(self, variant: str) -> Callable[[], object]:
        """Go back to the initial weights; returns the step to time."""
        raise NotImplementedError

    def found(self) -> dict:
        """What there is to tell after a round beside the times, such as the loss of the last step."""
        return {}


def time_steps(step: Callable[[], object], steps: int) -> float:
    """Milliseconds of a warm step: the median of so many."""
    time.sleep(_SETTLE_SECONDS)
    _run(step, min(20, 2 + steps // 5))
    return 1e3 * median(_run(step, steps))


def _run(step: Callable[[], object], steps: int) -> list[float]:
    """Seconds of each."""
    taken: list[float] = []
    begin = time.perf_counter()
    while len(taken) < steps and (len(taken) < _FEWEST or time.perf_counter() - begin < _LONGEST_SECONDS):
        before = time.perf_counter()
        step()
        taken.append(time.perf_counter() - before)
    return taken


def peak_memory() -> int:
    """The most memory this process has held, in bytes.

    Linux counts what the parent held in a child's ru_maxrss, but not in its VmHWM.
    """
    try:
        with open("/proc/self/status") as file:
            return next(1024 * int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else 1024 * peak


def serve(make: Callable[[Job], Side]) -> None:
    """The life of a measuring process; whatever libraries print goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def answer(**values) -> None:
        answers.write(json.dumps(values) + "\n")

    try:
        side = make(Job(**json.loads(sys.argv[1])))
        answer(about=side.about)
        for line in sys.stdin:
            answer(**_round(side, json.loads(line)["steps"]))
    except ModuleNotFoundError as error:
        answer(error=f"not run: {error.name} is not installed")
    except Unavailable as reason:
        answer(error=f"not run: {reason}")
    except Exception as error:
        answer(error=f"failed: {type(error).__name__}: {next(iter(str(error).splitlines()), '')}")
        raise


def _round(side: Side, steps: int) -> dict:
    before = time.process_time()
    times = {variant: time_steps(side.start(variant), steps) for variant in side.variants}
    return side.found() | {"ms": times, "memory": peak_memory(), "cpu": time.process_time() - before}
