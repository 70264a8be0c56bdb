"""Many small JPEGs: made, checked, cached and trained on for an epoch, with the peak of memory of each.

    python tests/bench/many_images.py 100000 /tmp/many            make them and measure
    python tests/bench/many_images.py 2000 /tmp/some --only make  make them only

What is made is not made again. Each measured command runs in a process of its own; the cache of decoded images lies
beside the images.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

CLASSES, SIDE = 10, 64
SPEC = """data:
  path: images
  image: {{size: {side}}}
  cache: always
  augment: [flip]
model:
  - conv: {{filters: 8, kernel: 3, stride: 2}}
  - relu
  - maxpool: 4
  - flatten
  - dense: classes
fit: {{epochs: 1, batch: 64}}
"""


def make(count: int, root: Path, side: int = SIDE) -> None:
    """`count` JPEGs in ten class folders: smooth colours, a little brighter with each class, and the spec to train."""
    from PIL import Image

    for number in range(count):
        label = number % CLASSES
        path = root / "images" / f"class{label}" / f"{number}.jpg"
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(number)
        coarse = rng.integers(0, 120, (4, 4, 3)) + 13 * label
        Image.fromarray(coarse.astype(np.uint8)).resize((side + number % 7, side), 2).save(path, quality=80)
    (root / "spec.yaml").write_text(SPEC.format(side=side))


def measured(root: Path, *args: str) -> dict:
    """Seconds, and the peak of resident memory in MB, of one command."""
    before = time.perf_counter()
    env = os.environ | {"FITCLI_DATA_CACHE": str(root / "cache")}
    child = subprocess.Popen([sys.executable, "-m", "fitcli", *args], cwd=root, env=env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return {"command": f"fitcli {' '.join(args)}", "code": child.returncode, "seconds": time.perf_counter() - before,
            "mb": usage.ru_maxrss * unit / 1e6}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("root", type=Path)
    parser.add_argument("--only", choices=["make"])
    args = parser.parse_args()
    make(args.count, args.root)
    if args.only:
        return
    commands = [("data", "check", "images"), ("train", "spec.yaml", "--quiet"), ("train", "spec.yaml", "--quiet")]
    for command in commands:  # the second training finds what the first has decoded
        found = measured(args.root, *command)
        told = f"{found['command']:<28} exit {found['code']}  {found['seconds']:8.1f} s  {found['mb']:7.0f} MB"
        print(told, flush=True)


if __name__ == "__main__":
    main()
