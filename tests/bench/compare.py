"""Compare fitcli with PyTorch and scikit-learn on this machine.

Each workload runs in every side in turn, round by round, in processes of their own that hold the same images, the
same network and the same number of threads. What is not installed is left out and said so: pip install fitcli[bench]

\b
python tests/bench/compare.py
python tests/bench/compare.py --workload vgg --workload lenet --rounds 3 --no-compile
python tests/bench/compare.py --predict --json predict.json
"""

from __future__ import annotations

import json
import os
import platform
import signal
import sys
from pathlib import Path

import click
from contest import DifferentNetworks, Options, Peak, contest
from machine import processor, usable_threads
from results import Report, Result
from table import render
from worker import Failed
from workloads import WORKLOADS


def say(text: str) -> None:
    """About the work, on stderr."""
    print(text, file=sys.stderr, flush=True)


@click.command(help=__doc__)
@click.option("--workload", "names", type=click.Choice(list(WORKLOADS)), multiple=True, metavar="NAME",
              help=f"Only this one; may be repeated: {', '.join(WORKLOADS)}.")  # fmt: skip
@click.option("--steps", type=click.IntRange(min=1), help="Steps a round; each workload has a number of its own.")
@click.option("--rounds", type=click.IntRange(min=1), default=7, show_default=True, help="Rounds of each workload.")
@click.option("--threads", type=click.IntRange(min=1), default=usable_threads(),
              help="Of every side; all CPUs by default.")  # fmt: skip
@click.option("--predict", is_flag=True, help="Inference instead of training steps.")
@click.option("--json", "file", type=click.Path(dir_okay=False, writable=True, path_type=Path), metavar="FILE",
              help="Write all numbers to this file.")  # fmt: skip
@click.option("--no-compile", is_flag=True, help="Leave out torch.compile, which takes a minute a workload.")
def main(names: tuple[str, ...], steps: int | None, rounds: int, threads: int, predict: bool, file: Path | None,
         no_compile: bool) -> None:  # fmt: skip
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped either way, it prints what there is
    options = Options(threads, rounds, steps, predict, not no_compile)
    system = {"processor": processor(), "threads": f"{threads} of {usable_threads()}"}
    system["Python"] = platform.python_version()
    report = Report(system, predict)
    try:
        peak = Peak(threads)
    except Failed as error:
        say(f"peak: {error}")
        peak = None
    for name in names or WORKLOADS:
        try:
            report.results.append(contest(WORKLOADS[name], options, peak, say))
        except DifferentNetworks as error:
            raise click.ClickException(str(error)) from None
        report.peak, report.bandwidth = (peak.best, peak.bandwidth) if peak else (None, None)
        report.machine |= versions(report.results[-1])
        if file:
            file.write_text(json.dumps(report.as_json(), indent=1) + "\n")
        if report.results[-1].interrupted:
            say("stopped: the table shows what there is")
            break
    if peak is not None:
        peak.worker.close()
    say("")
    print(render(report))


def versions(result: Result) -> dict[str, str]:
    """Of the libraries that took part, and how busy the machine was afterwards."""
    sides = {"fitcli": "fitcli", "PyTorch": "default", "scikit-learn": "sklearn"}
    found = {name: result.sides[side].about.get("version") for name, side in sides.items() if side in result.sides}
    return {name: version for name, version in found.items() if version} | {"load": f"{os.getloadavg()[0]:.1f}"}


if __name__ == "__main__":
    main()
