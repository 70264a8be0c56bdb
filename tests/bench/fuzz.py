"""Damage images, specs, model files, checkpoints and data sets at random, and give them to fitcli: each must be taken, or
refused with its exit code and without a traceback, within 120 seconds and 1,000 MB of resident memory.

\b
python tests/bench/fuzz.py                   # 2,000 of them, as many of each kind
python tests/bench/fuzz.py --count 50 --seed 3
Model files and checkpoints are also damaged within their seal, so that what is behind it is looked at. A process of its
own reads each file; most of its memory are the libraries. An image of 89 million pixels, the most that are taken, is what
comes near the bound. What went wrong is printed with its number, and the damaged file is kept: exit code 1.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import click
import damages
from victims import Victim, prepare

from fitcli.cli import main as fitcli
from fitcli.engine.tensorfile import read_tensors, write_tensors
from fitcli.errors import ModelFileError

SECONDS, MEGABYTES = 120, 1000
ALLOWED = {"image": {0, 3}, "spec": {0, 2, 3}, "model": {0, 6}, "checkpoint": {0, 2, 4, 6}, "data": {0, 3}}


@click.command(help=__doc__)
@click.option("--count", type=click.IntRange(min=1), default=2000, show_default=True, help="Damaged files.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the damage.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(sorted(ALLOWED)), help="These kinds alone.")
def main(count: int, seed: int, kinds: tuple[str, ...]) -> None:
    rng, wrong, seen, most = random.Random(seed), 0, Counter(), defaultdict(int)
    folder = Path(tempfile.mkdtemp(prefix="fitcli-fuzz-"))
    targets = prepare(folder)
    kinds = kinds or tuple(sorted(targets))
    for number in range(count):
        kind = kinds[number % len(kinds)]
        victim = rng.choice(targets[kind])
        sealed = damage(victim, rng)
        data = victim.path.read_bytes()
        code, told, memory = answer(victim.command, folder)
        victim.restore()
        seen[kind, code] += 1
        most[kind] = max(most[kind], memory)
        if why := judged(kind, code, told, memory, sealed and data != victim.whole):
            wrong += 1
            (folder / f"wrong-{number}{victim.path.suffix}").write_bytes(data)
            print(f"{number}: {kind} {victim.path.name}: {why}, exit code {code}: {told.strip()[-300:]}", flush=True)
    for (kind, code), times in sorted(seen.items()):
        print(f"{kind:<10}  exit code {code}  {times:5} times")
    print("most memory: " + ", ".join(f"{kind} {memory} MB" for kind, memory in sorted(most.items())))
    print(f"{wrong} of {count} went wrong" + (f": {folder}" if wrong else ""))
    if not wrong:
        shutil.rmtree(folder)
    sys.exit(wrong > 0)


def damage(victim: Victim, rng: random.Random) -> bool:
    """Damage it; whether so that its seal must tell."""
    if victim.kind in ("model", "checkpoint") and rng.random() < 0.6:
        arrays, texts = read_tensors(victim.path, victim.kind)
        if rng.random() < 0.3:
            arrays = damages.arrays(arrays, rng)
        else:
            key = rng.choice(sorted(texts))
            texts = {k: text for k, text in texts.items() if k != key or rng.random() < 0.95}
            texts |= {key: damages.text(texts[key], rng)} if key in texts else {}
        try:
            write_tensors(victim.path, victim.kind, arrays, texts)
        except ModelFileError:  # what may not be written: damaged without its seal below
            pass
        else:
            return False
    how = {"image": damages.image, "spec": damages.spec}.get(victim.kind, damages.blind)
    victim.path.write_bytes(how(victim.whole, rng))
    return victim.kind in ("model", "checkpoint")


def judged(kind: str, code: int, told: str, memory: int, seal_must_tell: bool) -> str | None:
    """What is wrong with an answer."""
    if code == -signal.SIGALRM:
        return f"no answer within {SECONDS} s"
    if "Traceback" in told or "bug in fitcli" in told:
        return "a bug"
    if code not in ALLOWED[kind]:
        return "the wrong exit code"
    if code and not told.strip():
        return "no word about it"
    if memory > MEGABYTES:
        return f"{memory} MB"
    return "a seal that lets a changed byte pass" if seal_must_tell and code == 0 else None


def answer(command: list[str], folder: Path) -> tuple[int, str, int]:
    """(exit code, what is told, MB of resident memory at most) of a process that runs the command."""
    told = folder / "told"
    child = os.fork()
    if not child:
        try:
            handle = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
            os.dup2(handle, 1)
            os.dup2(handle, 2)
            signal.alarm(SECONDS)
            os._exit(fitcli(command))
        finally:
            os._exit(99)
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), told.read_text(errors="replace"), usage.ru_maxrss // 1024


if __name__ == "__main__":
    main()
