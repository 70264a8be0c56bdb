"""Plant errors into the derivative of every op of the catalogue, and see which are caught.

\b
python tests/bench/planted.py                # all ops, found in random specs
python tests/bench/planted.py --op conv2d    # one
The tables of `fitcli gradcheck --mutate`. Exit code 1 when an error of relative size 1e-4 or more was missed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from math import prod

import click
import numpy as np
from drawn import draw

from fitcli.autodiff.graph import Node
from fitcli.cli.verdicts import show_mutations
from fitcli.engine.expected import Expected
from fitcli.engine.gradcheck.mutate import plant, summed
from fitcli.engine.gradcheck.place import Place, place
from fitcli.layers import LAYERS
from fitcli.losses import LOSSES
from fitcli.ops import OPS
from fitcli.spec import parse_spec

TURNS = 2  # every layer leads so many specs
MOST = 200  # numbers a node: more take longer and show no more
# `pixels` makes numbers of bytes: derivatives begin behind it. `blend` joins the losses of mixed images, which are not
# mixed in the model that is checked: its derivative has its witnesses in tests/ops.
ELSEWHERE = ("pixels", "blend")
SEVERAL = Expected((6, 5, 3), ("a", "b", "c"), multilabel=True)  # classes an image
RARE = """
data: {path: nowhere, image: {size: [6, 5], channels: 3}}
model:
  - conv: {filters: 6, groups: 3}
  - batchnorm
  - relu
  - maxpool: 2
  - branches: {paths: [[], [globalavgpool, {dense: 6}, sigmoid]], join: multiply}
  - branches: {paths: [[], [tanh]], join: multiply}
  - upsample: {mode: bilinear}
  - flatten
  - tuned: {layers: [{dense: 4}], l1: 0.3, l2: 0.2}
  - dense: classes
"""  # what random settings seldom make


@click.command(help=__doc__)
@click.option("--op", "only", multiple=True, metavar="NAME", help="This op alone; may be repeated.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the specs.")
def main(only: tuple[str, ...], seed: int) -> None:
    rows = []
    found = nodes(seed)
    if unknown := sorted(set(only) - set(found)):
        raise click.UsageError(f"no spec has {', '.join(unknown)}; there are {', '.join(sorted(found))}")
    for name in sorted(only or found):
        at, node = found[name]
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows.append(plant(at, node, np.random.default_rng([seed, 4])))
    result = summed(rows)
    show_mutations(result)
    absent = missing(found)
    if absent:
        print(f"in none of the specs: {', '.join(sorted(absent))}")
    sys.exit(bool(absent) or result["verdict"] != "CAUGHT")


def nodes(seed: int = 0) -> dict[str, tuple[Place, Node]]:
    """For each op that has a derivative of its own the node, of all that random specs contain, with most to spoil."""
    found: dict[str, tuple[Place, Node]] = {}
    for at in _places(seed):
        for node in at.layers:
            if not node.op.view and (node.op.name not in found or _worth(node) > _worth(found[node.op.name][1])):
                found[node.op.name] = at, node
    return found


def _worth(node: Node) -> tuple[int, int]:
    return len(node.params), min(MOST, *(prod(x.shape) for x in node.inputs if not x.dtype))


def missing(found: Iterable[str]) -> set[str]:
    """Ops of the catalogue that should be among `found` and are not."""
    return {name for name in set(OPS) - set(found) - set(ELSEWHERE) if not OPS[name].view}


def _places(seed: int) -> Iterator[Place]:
    yield place(parse_spec(RARE), seed)
    for loss in (name for name in LOSSES if LOSSES[name].multilabel):
        spec = parse_spec(f"{{data: {{path: nowhere}}, model: [flatten, dense: classes], loss: {loss}}}")
        yield place(spec, seed, found=SEVERAL)
    for number in range(TURNS * len(LAYERS.names())):
        yield place(draw(number, seed), seed)


if __name__ == "__main__":
    main()
