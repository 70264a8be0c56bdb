"""The model of configs/cats_dogs.yaml."""

from __future__ import annotations

from workload import Workload

MODEL = """\
  - conv: {filters: 16, kernel: 3, bias: false}
  - batchnorm
  - relu
  - maxpool: 2
  - conv: {filters: 32, kernel: 3, bias: false}
  - batchnorm
  - relu
  - maxpool: 2
  - conv: {filters: 64, kernel: 3, bias: false}
  - batchnorm
  - relu
  - maxpool: 2
  - conv: {filters: 128, kernel: 3, bias: false}
  - batchnorm
  - relu
  - maxpool: 2
  - globalavgpool
  - dropout: 0.2
  - dense: classes
"""


def module():
    from torch import nn

    layers, inputs = [], 3
    for filters in (16, 32, 64, 128):
        layers += [nn.Conv2d(inputs, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters), nn.ReLU()]
        layers.append(nn.MaxPool2d(2))
        inputs = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(128, 2))


CATS_DOGS = Workload(
    "cats_dogs", "4-conv CNN 128×128×3 (cats_dogs.yaml), batch 32", (128, 128, 3), 32, MODEL, module, steps=5, classes=2
)
