"""Kill a training with SIGKILL at a random moment, resume it, and compare: weights, state and log must be those of a
training that nobody killed.

\b
python tests/bench/kills.py                # 100 times
python tests/bench/kills.py --times 5 --kills 3
Every line tells the steps that were logged when it was killed. Exit code 1 when any training ended otherwise.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from fitcli.engine.verifyresume import compare
from fitcli.errors import ModelFileError

SPEC = """\
data: {path: %s, per_class: 40, image: {size: 14}}
model: [conv: {filters: 4, kernel: 3}, batchnorm, relu, maxpool: 2, flatten, dropout: 0.1, dense: classes]
fit: {epochs: %d, batch: 16, optimizer: {adam: 0.003}, schedule: cosine, early_stopping: {patience: 1000}}
"""
DATA = Path(__file__).parents[2] / "data" / "fashion"


@click.command(help=__doc__)
@click.option("--times", type=click.IntRange(min=1), default=100, show_default=True, help="Trainings.")
@click.option("--kills", type=click.IntRange(min=1), default=1, show_default=True, help="Kills of each of them.")
@click.option("--epochs", type=click.IntRange(min=2), default=60, show_default=True, help="Length of a training.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the moments.")
def main(times: int, kills: int, epochs: int, seed: int) -> None:
    draw, wrong = random.Random(seed), 0
    with tempfile.TemporaryDirectory(prefix="fitcli-kills-") as name:
        folder = Path(name)
        spec = folder / "spec.yaml"
        spec.write_text(SPEC % (DATA, epochs))
        whole = folder / "whole"
        seconds = _length(_start(spec, whole), whole)
        for number in range(1, times + 1):
            run = folder / f"run-{number}"
            told = []
            for _ in range(kills):
                _kill(_start(spec, run), run, draw.uniform(0, seconds))
                told.append(_lines(run))
            last = _start(spec, run)
            error = last.communicate()[1]
            result = _judge(whole, run, last.returncode, error)
            wrong += result != "the same"
            print(f"{number:4}  killed at log line {', '.join(map(str, told)):<20} {result}", flush=True)
            shutil.rmtree(run, ignore_errors=True)
    print(f"{wrong} of {times} trainings ended otherwise")
    sys.exit(wrong > 0)


def _start(spec: Path, run: Path) -> subprocess.Popen:
    where = ["--resume", str(run)] if (run / "spec.yaml").is_file() else [str(spec), "--out", str(run)]
    if not (run / "spec.yaml").is_file():
        shutil.rmtree(run, ignore_errors=True)  # killed before it had begun
    command = [sys.executable, "-m", "fitcli", "train", *where, "--quiet", "--threads", "1"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def _length(process: subprocess.Popen, run: Path) -> float:
    """Seconds from the first line of the log to the last but one: the last is the end's."""
    _wait(process, run, 0)
    first = before = last = time.monotonic()
    lines = _lines(run)
    while process.poll() is None:
        if _lines(run) > lines:
            lines, before, last = _lines(run), last, time.monotonic()
        time.sleep(0.002)
    if process.returncode:
        raise SystemExit(f"the training does not even end by itself: {process.communicate()[1]}")
    return before - first


def _kill(process: subprocess.Popen, run: Path, after: float) -> None:
    """So many seconds after it has begun to log."""
    _wait(process, run, _lines(run))
    time.sleep(after)
    process.kill()
    process.communicate()


def _wait(process: subprocess.Popen, run: Path, lines: int) -> None:
    while process.poll() is None and _lines(run) <= lines:
        time.sleep(0.002)


def _lines(run: Path) -> int:
    log = run / "log.jsonl"
    return log.read_bytes().count(b"\n") if log.is_file() else 0


def _judge(whole: Path, run: Path, code: int, error: str) -> str:
    if code:
        return f"exit code {code}: {error.strip()}"
    try:
        compare(whole, run, "killed and resumed")
    except ModelFileError as difference:
        return str(difference.problems[0].message)
    return "the same"


if __name__ == "__main__":
    main()
