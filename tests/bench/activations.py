"""Nanoseconds a number that each activation takes, forward and backward, in float32 on one thread.

\b
python tests/bench/activations.py
python tests/bench/activations.py tanh gelu
"""

from __future__ import annotations

from statistics import median
from time import perf_counter

import click
import numpy as np
from table import markdown, number

from fitcli.ops import OPS

NAMES = ("relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "gelu_tanh", "silu", "mish", "hardswish",
         "hardsigmoid", "softplus", "softsign", "sigmoid", "tanh")  # fmt: skip
COUNT, ROUNDS = 1 << 17, 31  # half a megabyte an array: all of them stay in the second-level cache


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
def main(names: tuple[str, ...]) -> None:
    x, y_bar = np.random.default_rng(0).standard_normal((2, 1, COUNT)).astype("f4")
    y, x_bar = np.empty_like(x), np.empty_like(x)
    rows = []
    for name in names or NAMES:
        op = OPS[name]()
        times = [seconds(lambda op=op: op.forward(y, x, None)), seconds(lambda op=op: op.vjp(y_bar, x_bar, y, x, None))]
        rows.append([name, *(number(1e9 * t / COUNT) for t in times)])
    print(markdown(("activation", "forward, ns", "backward, ns"), rows))


def seconds(run) -> float:
    run()  # compiles it, where that has not been done
    taken = []
    for _ in range(ROUNDS):
        before = perf_counter()
        run()
        taken.append(perf_counter() - before)
    return median(taken)


if __name__ == "__main__":
    main()
