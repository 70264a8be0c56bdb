"""A network of the size of LeNet-5 (LeCun et al., 1998)."""

from __future__ import annotations

from workload import Workload

MODEL = """\
  - conv: {filters: 6, kernel: 5}
  - relu
  - maxpool: 2
  - conv: {filters: 16, kernel: 5, padding: valid}
  - relu
  - maxpool: 2
  - flatten
  - dense: 120
  - relu
  - dense: 84
  - relu
  - dense: classes
"""


def module():
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


LENET = Workload("lenet", "LeNet-size CNN 28×28×1, batch 64", (28, 28, 1), 64, MODEL, module, steps=20)
