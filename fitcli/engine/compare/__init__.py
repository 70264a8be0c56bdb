"""Runs beside each other: what their specs differ in, what became of them, and their losses drawn together."""

from fitcli.engine.compare.differences import differences
from fitcli.engine.compare.picture import draw_comparison
from fitcli.engine.compare.runs import Run, compare_runs, find_runs, read_runs

__all__ = ["Run", "compare_runs", "differences", "draw_comparison", "find_runs", "read_runs"]
