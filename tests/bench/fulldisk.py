"""Trainings on a disk of 2 MB that is full sooner or later: a tmpfs, where this process may mount one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attempts import judged, plainly, prepare

DISK = 2 << 20
SPEC = """\
data: {path: data.npz}
model: [flatten, dense: 1500, relu, dense: classes]
fit: {epochs: 2, batch: 12, optimizer: {adam: 0.01}, keep: 1}
"""


def full_disks(folder: Path, count: int, told: bool) -> int:
    """Leave a training no room at first, then more and more, at last all of the disk; how many went wrong."""
    home, disk = folder / "home", folder / "disk"
    home.mkdir()
    with mounted(disk) as there:
        if not there:
            print("\nno disk was filled: no tmpfs may be mounted here (root may)")
            return 0
        scene = prepare(home, disk / "run", SPEC)
        seen, said = Counter(), Counter()
        for number in range(count):
            shutil.rmtree(scene.run, ignore_errors=True)
            left = DISK * number // max(1, count - 1)
            fill(disk / "filler", DISK - left)
            done = plainly(scene.arguments(False), home / "told")
            (disk / "filler").unlink(missing_ok=True)
            result = judged(scene, done)
            if done.code == 6 and "the disk is full" not in done.told:
                result = f"a message that does not say why: {done.told}"
            seen[result if result in ("went on", "exit 6") else "WRONG"] += 1
            said[done.told.strip().replace(str(folder), "…")] += 1
            if result not in ("went on", "exit 6"):
                print(f"{left} bytes left: {result}", flush=True)
    print(f"\n{count} trainings on a disk of 2 MB with more and more room left")
    for result, times in seen.most_common():
        print(f"{times:4} × {result}")
    if told:
        for text, times in said.most_common():
            print(f"{times:4} × {text or '(nothing)'}")
    return seen["WRONG"]


@contextmanager
def mounted(disk: Path) -> Iterator[bool]:
    """A tmpfs at `disk`; False where there can be none."""
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk)]
    try:
        there = subprocess.run(["mount", *options], capture_output=True).returncode == 0
    except OSError:
        there = False
    try:
        yield there
    finally:
        if there:
            subprocess.run(["umount", "-l", str(disk)], check=False)


def fill(path: Path, size: int) -> None:
    """A file of so many bytes, or as many as there is room for."""
    block = bytes(4096)
    with open(path, "wb", buffering=0) as file:
        try:
            for _ in range(size // len(block)):
                os.write(file.fileno(), block)
        except OSError:
            pass
