"""Depthwise-separable convolutions, after MobileNet (Howard et al., 2017)."""

from __future__ import annotations

from workload import Workload

FIRST = 32
PAIRS = [(1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512), (1, 512)]  # stride of the depthwise, filters behind
PAIR = """\
  - depthwise: {{kernel: 3, stride: {stride}, padding: 1, bias: false}}
  - batchnorm
  - relu
  - conv: {{filters: {filters}, kernel: 1, bias: false}}
  - batchnorm
  - relu
"""
MODEL = (
    f"  - conv: {{filters: {FIRST}, kernel: 3, stride: 2, padding: 1, bias: false}}\n  - batchnorm\n  - relu\n"
    + "".join(PAIR.format(stride=stride, filters=filters) for stride, filters in PAIRS)
    + "  - globalavgpool\n  - dense: classes\n"
)


def module():
    from torch import nn

    def normalised(inputs: int, filters: int, kernel: int, stride: int, groups: int = 1) -> list:
        conv = nn.Conv2d(inputs, filters, kernel, stride, kernel // 2, groups=groups, bias=False)
        return [conv, nn.BatchNorm2d(filters), nn.ReLU()]

    layers, inputs = normalised(3, FIRST, 3, 2), FIRST
    for stride, filters in PAIRS:
        layers += [*normalised(inputs, inputs, 3, stride, groups=inputs), *normalised(inputs, filters, 1, 1)]
        inputs = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 10))


MOBILENET = Workload(
    "mobilenet", "depthwise-separable CNN 64×64×3, batch 32", (64, 64, 3), 32, MODEL, module,
    steps=5, needs=("depthwise",),
)  # fmt: skip
