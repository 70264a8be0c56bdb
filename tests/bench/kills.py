"""Kill a training with SIGKILL at a random moment, resume it, and compare: weights, state and log must be those of a
training that nobody killed.

\b
python tests/bench/kills.py                # 100 times
python tests/bench/kills.py --times 8 --kills 3
The moments are of four kinds, in turn: while it starts (until the first line of its log), between two steps or in one,
while a checkpoint or model is written (its temporary is there), and in the end (after the last epoch). Every line tells
what lay in the run directory when it was killed. Exit code 1 when any training ended otherwise or lost a line.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click

from fitcli.engine.atomic import PREFIX
from fitcli.engine.log import read_log
from fitcli.engine.verifyresume import compare
from fitcli.errors import ModelFileError

SPEC = """\
data: {path: %s, per_class: 40, image: {size: 14}}
model: [conv: {filters: 4, kernel: 3}, batchnorm, relu, maxpool: 2, flatten, dropout: 0.1, dense: classes]
fit: {epochs: %d, batch: 16, optimizer: {adam: 0.003}, schedule: cosine, early_stopping: {patience: 1000}}
"""
DATA = Path(__file__).parents[2] / "data" / "fashion"
STAGES = ("start", "steps", "writing", "end")
WRITING_SECONDS = 0.004  # about as long as a checkpoint takes to be written, read back and renamed


@click.command(help=__doc__)
@click.option("--times", type=click.IntRange(min=1), default=100, show_default=True, help="Trainings.")
@click.option("--kills", type=click.IntRange(min=1), default=1, show_default=True, help="Kills of each of them.")
@click.option("--epochs", type=click.IntRange(min=2), default=60, show_default=True, help="Length of a training.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the moments.")
def main(times: int, kills: int, epochs: int, seed: int) -> None:
    draw, wrong, found = random.Random(seed), 0, Counter()
    with tempfile.TemporaryDirectory(prefix="fitcli-kills-") as name:
        folder = Path(name)
        spec = folder / "spec.yaml"
        spec.write_text(SPEC % (DATA, epochs))
        whole, timed = folder / "whole", folder / "timed"
        lengths(_start(spec, whole), whole, epochs)  # the first one may compile: its start is no measure
        _gapless(whole, epochs)
        clock = lengths(_start(spec, timed), timed, epochs)
        for number in range(times):
            run = folder / f"run-{number}"
            told = []
            for kill in range(kills):
                stage = STAGES[(number + kill) % len(STAGES)]
                _kill(_start(spec, run), run, stage, clock, epochs, draw)
                told.append(f"{stage}: {state(run)}")
                found[told[-1].partition(", line")[0]] += 1
            last = _start(spec, run)
            error = last.communicate()[1]
            result = _judge(whole, run, last.returncode, error)
            wrong += result != "the same"
            print(f"{number + 1:4}  {'; '.join(told):<52}  {result}", flush=True)
            shutil.rmtree(run, ignore_errors=True)
    for told, count in sorted(found.items()):
        print(f"{count:4} × killed at the {told}")
    print(f"{wrong} of {times} trainings ended otherwise")
    sys.exit(wrong > 0)


def _start(spec: Path, run: Path) -> subprocess.Popen:
    where = ["--resume", str(run)] if (run / "spec.yaml").is_file() else [str(spec), "--out", str(run)]
    if not (run / "spec.yaml").is_file():
        shutil.rmtree(run, ignore_errors=True)  # killed before it had begun
    command = [sys.executable, "-m", "fitcli", "train", *where, "--quiet", "--threads", "1"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def lengths(process: subprocess.Popen, run: Path, epochs: int) -> dict[str, float]:
    """Seconds of each stage of a training that nobody kills."""
    begin = time.monotonic()
    _wait(process, lambda: _lines(run))
    first = time.monotonic()
    _wait(process, lambda: _epochs(run) == epochs)
    last = time.monotonic()
    error = process.communicate()[1]
    if process.returncode:
        raise SystemExit(f"the training does not even end by itself: {error}")
    return {"start": first - begin, "steps": last - first, "writing": WRITING_SECONDS, "end": time.monotonic() - last}


def _kill(process: subprocess.Popen, run: Path, stage: str, clock: dict, epochs: int, draw: random.Random) -> None:
    """At a random moment of the stage; where an earlier kill has left less of it, perhaps after its end."""
    before = _lines(run)
    if stage == "steps":
        _wait(process, lambda: _lines(run) != before)
    elif stage == "writing":
        after = draw.randint(0, epochs - 1)
        _wait(process, lambda: _epochs(run) >= after and _temporaries(run))
    elif stage == "end":
        _wait(process, lambda: _epochs(run) == epochs)
    time.sleep(draw.uniform(0, clock[stage]))
    process.kill()
    process.communicate()


def _wait(process: subprocess.Popen, until) -> None:
    while process.poll() is None and not until():
        time.sleep(0.0002)


def state(run: Path) -> str:
    """What a killed training has left."""
    if not (run / "spec.yaml").is_file():
        return "no spec yet"
    if _temporaries(run):
        return f"half a file left, line {_lines(run)}"
    kept = "with" if any(run.glob("checkpoints/step-*")) else "without"
    return f"{kept} a checkpoint, line {_lines(run)}"


def _temporaries(run: Path) -> list[Path]:
    return [*run.glob(f"{PREFIX}*"), *run.glob(f"checkpoints/{PREFIX}*")]


def _lines(run: Path) -> int:
    return _text(run).count(b"\n")


def _epochs(run: Path) -> int:
    return _text(run).count(b'"event": "epoch"')


def _text(run: Path) -> bytes:
    log = run / "log.jsonl"
    return log.read_bytes() if log.is_file() else b""


def _gapless(run: Path, epochs: int) -> None:
    """The log to compare with has every step and every epoch once, in order."""
    events = read_log(run / "log.jsonl")
    steps, ends = ([e[kind] for e in events if e["event"] == kind] for kind in ("step", "epoch"))
    if not steps or steps != list(range(1, len(steps) + 1)) or ends != list(range(1, epochs + 1)):
        raise SystemExit(f"{run}: even the log of a training that nobody killed has gaps")


def _judge(whole: Path, run: Path, code: int, error: str) -> str:
    if code:
        return f"exit code {code}: {error.strip()}"
    if left := _temporaries(run):
        return f"{left[0].name} is left"
    try:
        compare(whole, run, "killed and resumed")
    except ModelFileError as difference:
        return str(difference.problems[0].message)
    return "the same"


if __name__ == "__main__":
    main()
