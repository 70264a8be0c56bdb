"""The workloads of the comparison, by name, each with its spec beside its PyTorch mirror."""

from __future__ import annotations

from networks.cats_dogs import CATS_DOGS
from networks.lenet import LENET
from networks.mlp import LARGE, SMALL
from networks.mobilenet import MOBILENET
from networks.resnet20 import RESNET20
from networks.vgg import VGG
from workload import Workload

WORKLOADS: dict[str, Workload] = {w.name: w for w in (SMALL, LARGE, LENET, VGG, CATS_DOGS, RESNET20, MOBILENET)}
