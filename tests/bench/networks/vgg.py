"""Six convolutions with batch normalisation, after VGG (Simonyan & Zisserman, 2015)."""

from __future__ import annotations

from workload import Workload

MODEL = """\
  - conv: {filters: 32, kernel: 3, bias: false}
  - batchnorm
  - relu
  - conv: {filters: 32, kernel: 3, bias: false}
  - batchnorm
  - relu
  - maxpool: 2
  - conv: {filters: 64, kernel: 3, bias: false}
  - batchnorm
  - relu
  - conv: {filters: 64, kernel: 3, bias: false}
  - batchnorm
  - relu
  - maxpool: 2
  - conv: {filters: 128, kernel: 3, bias: false}
  - batchnorm
  - relu
  - conv: {filters: 128, kernel: 3, bias: false}
  - batchnorm
  - relu
  - maxpool: 2
  - flatten
  - dense: classes
"""


def module():
    from torch import nn

    def normalised(inputs: int, filters: int) -> list:
        return [nn.Conv2d(inputs, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters), nn.ReLU()]

    return nn.Sequential(
        *normalised(3, 32), *normalised(32, 32), nn.MaxPool2d(2),
        *normalised(32, 64), *normalised(64, 64), nn.MaxPool2d(2),
        *normalised(64, 128), *normalised(128, 128), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(2048, 10),
    )  # fmt: skip


VGG = Workload("vgg", "6-conv VGG with batch norm 32×32×3, batch 64", (32, 32, 3), 64, MODEL, module, steps=5)
