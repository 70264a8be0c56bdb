"""Compiling the kernels of several programs at once, with word of it where there is something to compile."""

from __future__ import annotations

from collections.abc import Iterator

from fitcli.autodiff.program import Program
from fitcli.kernels.precompile import compile_together


def compiling(programs: list[Program]) -> Iterator[dict]:
    """Make the programs ready to run; an event "compile" before that takes its time."""
    if missing := list(dict.fromkeys(call for program in programs for call in program.missing())):
        message = f"compiling {len(missing)} kernels (once on this machine for this version) ..."
        yield {"event": "compile", "message": message, "kernels": len(missing)}
        compile_together(missing)
    for program in programs:
        program.compile()
