"""Direct convolution's three sums on one thread, at shapes that fit the tiles and at shapes that do not.

Each row is one layer: multiply-adds per second of its forward sum, of its input's gradient and of its weights' gradient,
as a share of one thread's peak. The peak is measured again beside every row, so that a busy moment counts for both.

\b
python tests/bench/convolutions.py
"""

from __future__ import annotations

from dataclasses import dataclass

import click
import numpy as np
from layers import one_thread_peak
from table import markdown


@dataclass(frozen=True)
class Case:
    title: str
    height: int
    width: int
    channels: int
    filters: int
    kernel: int = 3
    stride: int = 1
    images: int = 4


CASES = (
    Case("aligned, wide", 28, 28, 128, 128),
    Case("aligned, wider", 14, 14, 256, 256),
    Case("1 x 1, wide", 28, 28, 256, 256, kernel=1),
    Case("5 x 5", 28, 28, 64, 64, kernel=5),
    Case("stride 2", 28, 28, 128, 128, stride=2),
    Case("3 channels, first layer", 64, 64, 3, 32),
    Case("1 channel, first layer", 64, 64, 1, 32, kernel=5),
    Case("10 filters", 28, 28, 128, 10),
    Case("24 channels, 24 filters", 28, 28, 24, 24),
    Case("30 x 50 images", 30, 50, 64, 64),
    Case("batch of 7", 28, 28, 64, 64, images=7),
    Case("13 x 13, 40 filters", 13, 13, 72, 40),
)


def rates(case: Case, repeats: int = 5) -> tuple[float, float, float]:
    """Multiply-adds per second: forward, the input's gradient, the weights' gradient."""
    from fitcli.autodiff.graph import Builder, Graph
    from fitcli.autodiff.params import Params
    from fitcli.autodiff.program import Program
    from fitcli.autodiff.setup import Setup
    from fitcli.layers.base import build_chain
    from fitcli.layers.conv import Conv
    from fitcli.layers.globalavgpool import GlobalAvgPool
    from fitcli.layers.scale import Scale
    from fitcli.losses.mse import MSE

    g = Builder(case.filters)
    x, labels = g.input("x", (case.height, case.width, case.channels)), g.input("labels", (), "i8")
    layer = Conv(case.filters, case.kernel, case.stride, bias=False, algorithm="direct")
    y = build_chain(g, x, [Scale(), layer, GlobalAvgPool()], "model")  # `scale`: somebody asks for the input's gradient
    loss = MSE().build(g, y, labels)
    graph = Graph(tuple(g.nodes), y, loss)
    params = Params(graph)
    rng = np.random.default_rng(0)
    params.assign({p.name: rng.standard_normal(p.shape) for p in graph.params})
    program = Program(graph, params, Setup(case.images, 1, case.images), train=True, clock=np.zeros(2, np.int64))
    program.inputs[x][...] = rng.standard_normal((case.images, *x.shape))
    program.differentiate()
    best: dict[tuple[str, str], float] = {}
    for _ in range(repeats):
        sums: dict[tuple[str, str], float] = {}
        for label, kernel, seconds in program.time_instructions():
            key = label.rpartition(" ")[2], kernel.removesuffix("_dots")
            if "conv" in label:
                sums[key] = sums.get(key, 0.0) + seconds
        for key, seconds in sums.items():
            best[key] = min(best.get(key, seconds), seconds)
    node = next(node for node in graph.nodes if node.op is not None and node.op.name == "conv2d")
    work = case.images * node.op.multiply_adds(*node.shapes)
    return tuple(work / best[key] for key in (("forward", "slide"), ("backward", "slide"), ("backward", "slide_weights")))


@click.command(help=__doc__)
@click.option("--repeats", type=click.IntRange(min=1), default=5, show_default=True, help="Runs; the best counts.")
def main(repeats: int) -> None:
    rows = []
    for case in CASES:
        found, peak = rates(case, repeats), one_thread_peak()
        shape = f"{case.images} x {case.height} x {case.width} x {case.channels} -> {case.filters}, kernel {case.kernel}"
        rows.append([case.title, shape, *(f"{rate / 1e9:.1f} ({100 * rate / peak:.0f} %)" for rate in found)])
    head = ["case", "layer", "forward G/s (of peak)", "input's gradient", "weights' gradient"]
    print(markdown(head, rows))


if __name__ == "__main__":
    main()
