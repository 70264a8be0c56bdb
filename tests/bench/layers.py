"""Where the time of a fitcli training step goes: every kernel of one workload, run alone on one thread.

The work is the first worker's share of the batch. Kernels that take microseconds are shown too slow by the microsecond
that starting one alone costs.

\b
python tests/bench/layers.py vgg
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import click
from fitcli_side import Training
from table import NONE, markdown, number
from workloads import WORKLOADS


@dataclass(frozen=True)
class Row:
    """One kernel in one direction of one layer, all microbatches together."""

    label: str
    kernel: str
    calls: int
    seconds: float
    multiply_adds: float  # 0: it does no products

    @property
    def rate(self) -> float:
        return self.multiply_adds / self.seconds


def products(graph) -> dict[str, int]:
    """Multiply-adds of one image by label, such as "3.conv backward"."""
    wanted = graph.needs_gradient()
    found = {}
    for node in graph.nodes:
        if node.op is not None and (work := node.op.multiply_adds(*node.shapes)):
            found[f"{node.name} forward"] = work
            found[f"{node.name} backward"] = work * (bool(node.trained) + any(x in wanted for x in node.inputs))
    return found


def profile(side: Training, repeats: int) -> list[Row]:
    """In order of execution. A label's multiply-adds are shared evenly by its kernels that compute products."""
    batch = len(side.labels)
    program = side.trainer.program(batch)
    side.step()
    runs = [program.time_instructions() for _ in range(repeats)]
    instructions = [instruction for phase in program.phases for instruction in phase[0]]
    calls: dict[tuple[str, str], list[float]] = {}
    for number_, (label, kernel, _) in enumerate(runs[0]):
        calls.setdefault((label, kernel), []).append(median(run[number_][2] for run in runs))
    multiply = {(i.label, i.kernel.name) for i in instructions if i.kernel.links is not None}
    work = products(side.model.graph)
    images = -(-batch // program.workers)
    rows = []
    for (label, kernel), seconds in calls.items():
        sharing = sum(other == label for other, _ in multiply)
        mine = images * work.get(label, 0) / sharing if (label, kernel) in multiply else 0
        rows.append(Row(label, kernel, len(seconds), sum(seconds), mine))
    return rows


def one_thread_peak() -> float:
    """Multiply-adds per second."""
    from peak_side import Peak

    peak = Peak(1)
    peak.step()
    return peak.rate


def render(rows: list[Row], peak: float) -> str:
    total = sum(row.seconds for row in rows)
    cells = [
        [
            row.label or "(program)", row.kernel, str(row.calls), number(1e3 * row.seconds),
            f"{100 * row.seconds / total:.1f} %",
            *([number(row.rate / 1e9), f"{100 * row.rate / peak:.0f} %"] if row.multiply_adds else [NONE, NONE]),
        ]
        for row in rows
    ]  # fmt: skip
    cells.append(["all", "", str(sum(row.calls for row in rows)), number(1e3 * total), "100.0 %", "", ""])
    return markdown(["layer", "kernel", "calls", "ms", "share", "G multiply-adds/s", "of one thread's peak"], cells)


@click.command(help=__doc__)
@click.argument("workload", type=click.Choice(list(WORKLOADS)), metavar="WORKLOAD")
@click.option("--threads", type=click.IntRange(min=1), help="That share the batch; fitcli's own rule by default.")
@click.option("--repeats", type=click.IntRange(min=1), default=5, show_default=True, help="Runs; the median counts.")
def main(workload: str, threads: int | None, repeats: int) -> None:
    if reason := WORKLOADS[workload].missing():
        raise click.ClickException(f"{workload}: {reason}")
    print(render(profile(Training(WORKLOADS[workload], threads), repeats), one_thread_peak()))


if __name__ == "__main__":
    main()
