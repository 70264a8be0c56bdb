"""ResNet-20 for small images (He et al., 2016), with 1 × 1 convolutions as shortcuts where the shape changes."""

from __future__ import annotations

from workload import Workload

CONV = "{{conv: {{filters: {filters}, kernel: 3, stride: {stride}, padding: 1, bias: false}}}}"
SAME = """\
  - residual:
      layers: [%s, batchnorm, relu, %s, batchnorm]
"""
SHORTCUT = """\
      shortcut: [{{conv: {{filters: {filters}, kernel: 1, stride: 2, bias: false}}}}, batchnorm]
"""


def block(filters: int, stride: int) -> str:
    """One residual block as YAML."""
    first, second = CONV.format(filters=filters, stride=stride), CONV.format(filters=filters, stride=1)
    return SAME % (first, second) + (SHORTCUT.format(filters=filters) if stride > 1 else "") + "  - relu\n"


BLOCKS = [(16, 1), (16, 1), (16, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1)]
MODEL = (
    "  - conv: {filters: 16, kernel: 3, bias: false}\n  - batchnorm\n  - relu\n"
    + "".join(block(*each) for each in BLOCKS)
    + "  - globalavgpool\n  - dense: classes\n"
)


def module():
    from torch import nn

    class Block(nn.Module):
        def __init__(self, inputs: int, filters: int, stride: int):
            super().__init__()
            self.layers = nn.Sequential(
                nn.Conv2d(inputs, filters, 3, stride, 1, bias=False), nn.BatchNorm2d(filters), nn.ReLU(),
                nn.Conv2d(filters, filters, 3, 1, 1, bias=False), nn.BatchNorm2d(filters),
            )  # fmt: skip
            self.shortcut = nn.Sequential()
            if stride > 1:
                conv = nn.Conv2d(inputs, filters, 1, stride, bias=False)
                self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(filters))
            self.relu = nn.ReLU()

        def forward(self, x):
            return self.relu(self.layers(x) + self.shortcut(x))

    layers, inputs = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()], 16
    for filters, stride in BLOCKS:
        layers.append(Block(inputs, filters, stride))
        inputs = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


RESNET20 = Workload("resnet20", "ResNet-20 32×32×3, batch 64", (32, 32, 3), 64, MODEL, module, steps=5)
