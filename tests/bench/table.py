"""The report as text: a table in Markdown, then what went wrong and how to read it."""

from __future__ import annotations

from collections.abc import Sequence

from results import TORCH_MODES, Report, Result, Timing

NONE = "–"
_BUSY = 0.05  # of the CPUs, from which on the times are those of the other processes as well


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns side by side; the first to the left, all others to the right."""
    lines = [list(columns), *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    rule = ["-" * w if i == 0 else "-" * (w - 1) + ":" for i, w in enumerate(widths)]
    lines.insert(1, rule)
    shown = ((cell.rjust(w) if i else cell.ljust(w) for i, (cell, w) in enumerate(zip(line, widths))) for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in shown)


def number(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return NONE
    return f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3}f}"


def spread(times: Sequence[float], middle: float) -> str:
    return f"{number(middle)} ({number(min(times))}–{number(max(times))})"


def timing(side: Timing | None) -> str:
    if side is None:
        return NONE
    return spread(side.times, side.ms) if side.times else "failed" if side.error.startswith("failed") else "not run"


def megabytes(size: int | None) -> str:
    return f"{size / 1e6:,.0f}" if size else NONE


def _row(result: Result, report: Report) -> list[str]:
    if result.error:
        return [result.title, NONE, result.error, *[NONE] * (len(COLUMNS) + report.predict - 3)]
    rate, fitcli = result.rate(), result.fitcli
    share = f"{100 * rate / report.peak:.0f} %" if rate and report.peak else NONE
    ratio = f"{result.ratio:.2f}× ({min(result.ratios):.2f}–{max(result.ratios):.2f})" if result.ratio else NONE
    work = number(result.multiply_adds / 1e6) if result.multiply_adds else NONE
    return [
        result.title, work, timing(result.sides.get("fitcli")),
        *(timing(result.sides.get(mode)) for mode in TORCH_MODES),
        ratio, share, *_roof(result, report), f"{result.speedup:.2f}×" if result.speedup else NONE,
        megabytes(fitcli.memory), megabytes(result.torch_memory), timing(result.sides.get("sklearn")),
        *([f"{1e3 * result.images / fitcli.ms:,.0f}" if fitcli.times else NONE] if report.predict else []),
    ]  # fmt: skip


def _roof(result: Result, report: Report) -> list[str]:
    """Bytes moved, the floor, and how far from it a step is."""
    floor = result.floor(report.peak, report.bandwidth)
    if floor is None or not result.fitcli.times:
        return [NONE] * 3
    return [megabytes(result.fitcli.about["bytes"]), number(floor), f"{result.fitcli.ms / floor:.1f}×"]


COLUMNS = (
    "workload", "M multiply-adds", "fitcli ms", *(f"torch {mode} ms" for mode in TORCH_MODES), "fastest torch / fitcli",
    "of peak", "MB moved", "floor ms", "ms / floor", "threads / one", "fitcli MB", "torch MB", "sklearn ms",
)  # fmt: skip

LEGEND = """\
ms of a {what}: median of the rounds' medians (lowest–highest round).
Ratio: of these medians (lowest–highest of the rounds); above 1 fitcli is faster.
Multiply-adds of a {what}; "of peak" is fitcli's multiply-adds per second as a share of the machine's measured peak.
Winograd's convolutions count as direct ones, so they can be above 100 %.
MB moved: activations, gradients, images and parameters, each counted once a pass, as if no cache kept any.
Floor: the least multiply-adds (Winograd's where it is used) at the peak, or those bytes at the speed of a copy of a
large block, whichever takes longer; layers that stay in the caches can be below it.
Threads / one: how many times longer one thread takes.
MB: peak resident memory of a process that does this only, imports included; of torch's modes, the least."""


def render(report: Report) -> str:
    columns = [*COLUMNS, *(["fitcli images/s"] if report.predict else [])]
    parts = [
        "; ".join(f"{name} {value}" for name, value in report.machine.items()),
        f"multiply-add peak on all threads: {f'{number(report.peak / 1e9)} G/s' if report.peak else 'unknown'}",
        f"memory copied: {f'{number(report.bandwidth / 1e9)} GB/s' if report.bandwidth else 'unknown'}",
        "",
        markdown(columns, [_row(result, report) for result in report.results]),
        "",
    ]
    if report.geometric_mean:
        count = sum(result.ratio is not None for result in report.results)
        parts.append(f"geometric mean of {count} ratios: {report.geometric_mean:.2f}×")
    parts.append(LEGEND.format(what="prediction" if report.predict else "training step"))
    parts += [f"{result.name}: stopped before its last round" for result in report.results if result.interrupted]
    for result in report.results:
        parts += [f"{result.name}, {name}: {side.error}" for name, side in result.sides.items() if side.error]
        if result.others is not None:
            busy = ": its times tell little" if result.others > _BUSY else ""
            parts.append(f"{result.name}: other processes had {100 * result.others:.0f} % of the CPUs meanwhile{busy}")
    return "\n".join(parts)
