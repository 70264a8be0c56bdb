"""Let every system call of a training that touches its run directory fail in turn, with strace, and see what is left.

\b
python tests/bench/faults.py                     # every call: EIO, ENOSPC, SIGKILL; and a disk of 2 MB that gets full
python tests/bench/faults.py --most 2 --disks 3  # two calls of each name, three disks
A training that begins and one that goes on are looked at call by call; whatever fails, the checkpoint and the model that
are there must load and be those of a training without a fault, the exit code be 0 or 6 and the message name the place, and
the training, resumed, must become what it becomes without the fault. Exit code 1 when anything was otherwise.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import click
from attempts import Attempt, Scene, attempt, can_trace, judged, prepare
from fulldisk import full_disks

SPEC = """\
data: {path: data.npz}
model: [flatten, dense: 3, batchnorm, relu, dense: classes]
fit: {epochs: 2, batch: 12, optimizer: {adam: 0.01}, keep: 1}
"""
TRIES = 8
FAULTS = {"EIO": "error=EIO", "ENOSPC": "error=ENOSPC", "SIGKILL": "signal=KILL"}


@click.command(help=__doc__)
@click.option("--most", type=click.IntRange(min=1), default=100_000, help="Calls of each name. Default: all.")
@click.option("--only", metavar="NAMES", help="Calls of these names only, as in fsync,rename.")
@click.option("--disks", type=click.IntRange(min=0), default=60, show_default=True, help="Full disks of 2 MB.")
@click.option("--told", is_flag=True, help="Print the messages as well.")
def main(most: int, only: str | None, disks: int, told: bool) -> None:
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="fitcli-faults-") as name:
        folder = Path(name).resolve()
        scene = prepare(folder, folder / "run", SPEC)
        if can_trace():
            for what, start in (("begins", None), ("goes on", scene.half)):
                wrong += every_call(scene, what, start, most, only, told)
        else:
            print("no call was made to fail: strace is not there, or may not trace (apt-get install strace)")
        if disks:
            wrong += full_disks(folder, disks, told)
    print(f"{wrong} went wrong")
    sys.exit(wrong > 0)


def every_call(scene: Scene, what: str, start: Path | None, most: int, only: str | None, told: bool) -> int:
    """Make each call fail with each fault; how many went wrong."""
    places, before = counted(scene, start), None
    while places != before:
        places, before = counted(scene, start), places
    table, bad, said = defaultdict(Counter), [], Counter()
    for name, numbers in sorted((name, places[name]) for name in places if only is None or name in only.split(",")):
        for fault, how in FAULTS.items():
            for number in spread(numbers, most):
                for _ in range(TRIES):  # files that tell seconds differ in length, and so in the reads that they take
                    done = attempt(scene, start, ["-e", f"inject={name}:{how}:when={number}"])
                    if hit(done, scene.run):
                        break
                result = "missed" if not hit(done, scene.run) else judged(scene, done)
                table[name, fault][result if result in ("went on", "exit 6", "killed") else "WRONG"] += 1
                said[neutral(done.told, scene.folder)] += 1
                if result not in ("went on", "exit 6", "killed"):
                    bad.append(f"{name} number {number}, {fault}: {result}")
                    print(bad[-1], flush=True)
    columns = ("went on", "exit 6", "killed", "WRONG")
    print(f"\na training that {what}\n{'system call':<14}{'fault':<10}{'calls':>6}" + "".join(f"{c:>9}" for c in columns))
    for (name, fault), row in table.items():
        print(f"{name:<14}{fault:<10}{row.total():>6}" + "".join(f"{row[c] or '-':>9}" for c in columns))
    if told:
        for text, times in said.most_common():
            print(f"{times:4} × {text or '(nothing)'}")
    return len(bad)


def counted(scene: Scene, start: Path | None) -> dict[str, list[int]]:
    """The calls of a training without faults."""
    plain = attempt(scene, start, [])
    if plain.code:
        raise SystemExit(f"the training does not even end by itself: {plain.told}")
    return calls(plain.trace, scene.run)


def calls(trace: str, run: Path) -> dict[str, list[int]]:
    """By name of the system call, which of its occurrences touch the run directory: counted from 1, in each thread anew,
    as strace counts them."""
    count, found = Counter(), defaultdict(list)
    for line in trace.splitlines():
        if match := re.match(r"(\d+) +(\w+)\(", line):
            count[match[1], match[2]] += 1
            if touches(line, run):
                found[match[2]].append(count[match[1], match[2]])
    return dict(found)


def touches(line: str, run: Path) -> bool:
    return re.search(re.escape(str(run)) + r"[/\">]", line) is not None


def hit(done: Attempt, run: Path) -> bool:
    """Whether the fault has met a call that touches the run directory."""
    last, touched = {}, False  # by thread, the line in which its last call begins
    for line in done.trace.splitlines():
        if match := re.match(r"(\d+) +\w+\(", line):
            last[match[1]] = line
        touched |= "INJECTED" in line and touches(last.get(line.split()[0], ""), run)
    return any(touches(line, run) for line in last.values()) if done.killed else touched


def spread(numbers: list[int], most: int) -> list[int]:
    """At most so many of them, the first and the last among them."""
    if len(numbers) <= most:
        return numbers
    return [numbers[k * (len(numbers) - 1) // max(1, most - 1)] for k in range(most)]


def neutral(text: str, folder: Path) -> str:
    """A message without what differs from run to run."""
    text = text.strip().replace(str(folder), "…")
    return re.sub(r"\n\s*", " | ", re.sub(r"tmp-\d+-[0-9a-f]+", "tmp-…", text))


if __name__ == "__main__":
    main()
