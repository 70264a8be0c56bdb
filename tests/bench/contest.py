"""One workload in every side, round by round, each side in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from machine import Others
from measure import Job
from results import ALONE, TORCH_MODES, Result, Timing
from worker import Failed, Worker
from workload import PREDICT_BATCH, Workload


@dataclass(frozen=True)
class Options:
    threads: int
    rounds: int
    steps: int | None = None  # a round; None: the workload's own number
    predict: bool = False
    compiled: bool = True  # torch.compile as well


class DifferentNetworks(Exception):
    """The sides of a workload do not have the same number of parameters."""


class Peak:
    """The machine's multiply-adds per second on all threads, and bytes copied: the best seen in any round."""

    def __init__(self, threads: int):
        self.worker = start("peak_side.py", Job("", threads))
        self.best = self.bandwidth = 0.0

    def round(self) -> float:
        """Measure once more; returns the CPU seconds that it took."""
        found = self.worker.round(1)
        self.best, self.bandwidth = found["multiply_adds_per_s"], found["bytes_per_s"]
        return found["cpu"]


def start(script: str, job: Job) -> Worker:
    """A worker; a second one when the first compiled kernels, which takes memory that later runs do not need."""
    worker = Worker(script, job)
    if worker.about.get("compiles"):
        worker.close()
        worker = Worker(script, job)
    return worker


def scripts(workload: Workload, compiled: bool) -> dict[str, tuple[str, str]]:
    """Sides by name: (script, mode). Channels are last or first for images only."""
    sides = {"fitcli": ("fitcli_side.py", ""), ALONE: ("fitcli_side.py", "")}
    for mode in TORCH_MODES:
        if (mode != "channels_last" or not workload.hidden) and (mode != "compile" or compiled):
            sides[mode] = ("torch_side.py", mode)
    return sides | ({"sklearn": ("sklearn_side.py", "")} if workload.hidden else {})


def contest(workload: Workload, options: Options, peak: Peak | None, say: Callable[[str], None]) -> Result:
    """All rounds of one workload; the side that begins changes from round to round.

    Interrupted, it ends with the rounds that there are, and `interrupted` is set.
    """
    images = PREDICT_BATCH if options.predict else workload.batch
    result = Result(workload.name, workload.title, images, error=workload.missing())
    if not result.error:
        try:
            _rounds(workload, options, peak, say, result)
        except KeyboardInterrupt:
            result.interrupted = True
    return result


def _rounds(workload: Workload, options: Options, peak: Peak | None, say: Callable[[str], None], result: Result) -> None:
    with ExitStack() as stack:
        workers = _start_all(workload, options, result, stack, say)
        others, ours = Others(), 0.0
        for number in range(options.rounds):
            say(f"{workload.name}: round {number + 1} of {options.rounds}")
            names = list(workers)
            first = number % max(1, len(names))
            for name in names[first:] + names[:first]:
                try:
                    ours += _round(workers[name], options.steps or workload.steps, result.sides[name])
                except Failed as error:
                    result.sides[name].error = str(error)
                    del workers[name]
            if peak is not None:
                ours += peak.round()
            result.others = others.share(ours)


def _start_all(workload: Workload, options: Options, result: Result, stack: ExitStack, say) -> dict[str, Worker]:
    """The workers that could be started, to be closed by `stack`; the others' reasons are in `result`."""
    workers = {}
    for name, (script, mode) in scripts(workload, options.compiled).items():
        say(f"{workload.name}: {name}")
        result.sides[name] = timing = Timing()
        try:
            threads = 1 if name == ALONE else options.threads
            workers[name] = start(script, Job(workload.name, threads, options.predict, mode))
        except Failed as error:
            timing.error = str(error)
        else:
            stack.callback(workers[name].close)
            timing.about = workers[name].about
    agree(workload.name, {name: worker.about["parameters"] for name, worker in workers.items()})
    return workers


def agree(workload: str, parameters: dict[str, int]) -> None:
    """All sides must have the same number of parameters, or they do different work."""
    if len(set(parameters.values())) > 1:
        raise DifferentNetworks(f"{workload}: the sides are different networks; their parameters: {parameters}")


def _round(worker: Worker, steps: int, timing: Timing) -> float:
    """One round of one side; returns its CPU seconds."""
    found = worker.round(steps)
    for variant, ms in found["ms"].items():
        timing.rounds.setdefault(variant, []).append(ms)
    timing.memory, timing.loss = found["memory"], found.get("loss")
    return found["cpu"]
