"""Two perceptrons with one hidden layer."""

from __future__ import annotations

from workload import Workload

MODEL = """\
  - flatten
  - dense: {hidden}
  - relu
  - dense: classes
"""


def perceptron(inputs: int, hidden: int):
    from torch import nn

    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, 10))


SMALL = Workload(
    "mlp64", "MLP 64-64-10, batch 32", (8, 8, 1), 32, MODEL.format(hidden=64), lambda: perceptron(64, 64),
    steps=400, hidden=(64,),
)  # fmt: skip
LARGE = Workload(
    "mlp784", "MLP 784-256-10, batch 128", (28, 28, 1), 128, MODEL.format(hidden=256), lambda: perceptron(784, 256),
    steps=100, hidden=(256,),
)  # fmt: skip
