"""Measure the step of every element-wise optimizer against PyTorch's and against the memory's bandwidth.

A step reads the gradient, and reads and writes the parameters and every state once: at best it takes as long as moving
so many bytes. Each side has a process of its own; they alternate, and medians are told.

\b
python tests/bench/optimizers.py
python tests/bench/optimizers.py --only adam --only lion --rounds 3
"""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import click
from bandwidth_side import BYTES
from contest import start
from machine import Others, processor, usable_threads
from measure import Job
from steps_fitcli import element_wise
from table import NONE, markdown, number
from worker import Failed, Worker

COLUMNS = ("optimizer", "bytes", "fitcli ms", "torch ms", "torch / fitcli", "GB/s", "of bandwidth")


@dataclass
class Row:
    """One optimizer: milliseconds of each round by side and variant."""

    name: str
    count: int = 0
    bytes: int = 0
    rounds: dict[str, list[float]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def ms(self, side: str) -> float | None:
        return median(self.rounds[side]) if self.rounds.get(side) else None

    @property
    def torch(self) -> str | None:
        """The faster of PyTorch's ways."""
        return min((side for side in self.rounds if side != "fitcli"), key=self.ms, default=None)

    @property
    def rate(self) -> float | None:
        """Bytes a second."""
        return self.bytes * self.count / self.ms("fitcli") * 1e3 if self.ms("fitcli") else None


def measure(name: str, job: Job, rounds: int, steps: int) -> Row:
    """All rounds of one optimizer, fitcli and PyTorch in turn."""
    row = Row(name)
    with ExitStack() as stack:
        workers: dict[str, Worker] = {}
        for side, script in (("fitcli", "steps_fitcli.py"), ("torch", "steps_torch.py")):
            try:
                workers[side] = start(script, job)
                stack.callback(workers[side].close)
            except Failed as error:
                row.errors[side] = str(error)
        if "fitcli" in workers:
            row.count, row.bytes = (workers["fitcli"].about[key] for key in ("parameters", "bytes"))
        for _ in range(rounds):
            for side, worker in workers.items():
                for variant, ms in worker.round(steps)["ms"].items():
                    row.rounds.setdefault(f"{side} {variant}".strip(), []).append(ms)
    return row


def bandwidth(worker: Worker, size: int, steps: int) -> dict[str, float]:
    """Bytes a second of each way."""
    return {way: BYTES[way] * size / ms * 1e3 for way, ms in worker.round(steps)["ms"].items()}


def line(row: Row, best: float) -> list[str]:
    mine, theirs = row.ms("fitcli"), row.torch and row.ms(row.torch)
    way = f"{number(theirs)} {row.torch.split()[-1]}" if theirs else NONE
    ratio = f"{theirs / mine:.2f}×" if mine and theirs else NONE
    share = f"{100 * row.rate / best:.0f} %" if row.rate else NONE
    return [row.name, str(row.bytes), number(mine), way, ratio, number(row.rate and row.rate / 1e9), share]


def render(rows: list[Row], rates: dict[str, float], size: int) -> str:
    ways = ", ".join(f"{way} {number(rate / 1e9)} GB/s" for way, rate in rates.items())
    errors = [f"{row.name}, {side}: {error}" for row in rows for side, error in row.errors.items()]
    return "\n".join([
        f"{size:,} parameters; memory: {ways}", "", markdown(COLUMNS, [line(row, max(rates.values())) for row in rows]), "",
        "bytes a parameter; torch: the faster of fused and foreach; of bandwidth: of the fastest way above.", *errors,
    ])  # fmt: skip


@click.command(help=__doc__)
@click.option("--only", type=click.Choice(element_wise()), multiple=True, metavar="NAME", help="Only this one; may be repeated.")
@click.option("--size", type=click.IntRange(min=2000), default=10_000_000, show_default=True, help="Parameters.")
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--steps", type=click.IntRange(min=1), default=15, show_default=True, help="Steps a round.")
@click.option("--threads", type=click.IntRange(min=1), default=usable_threads(), show_default=True)
@click.option("--json", "file", type=click.Path(dir_okay=False, writable=True, path_type=Path), metavar="FILE")
def main(only: tuple[str, ...], size: int, rounds: int, steps: int, threads: int, file: Path | None) -> None:
    size -= size % 1000
    rows, found, others = [], [], Others()
    worker = start("bandwidth_side.py", Job("", threads, mode=str(size)))
    try:
        for name in only or element_wise():
            print(name, file=sys.stderr, flush=True)
            found.append(bandwidth(worker, size, steps))
            rows.append(measure(name, Job(name, threads, mode=str(size)), rounds, steps))
    finally:
        worker.close()
    rates = {way: median(one[way] for one in found) for way in BYTES}
    if file:
        file.write_text(json.dumps({"bandwidth": rates, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")
    busy = others.share(0.0)
    print(f"{processor()}, {threads} threads" + (f"; the CPUs were busy for {100 * busy:.0f} % of the time" if busy else ""))
    print(render(rows, rates, size))


if __name__ == "__main__":
    main()
