"""What a preset is: a few settings from which a whole model follows, for images of any size and any classes."""

from __future__ import annotations

from fitcli.initializers.lecun import LecunNormal
from fitcli.layers.base import Layer
from fitcli.layers.batchnorm import BatchNorm
from fitcli.layers.conv import Conv
from fitcli.layers.dense import Dense
from fitcli.layers.dropout import Dropout
from fitcli.layers.relu import ReLU


class Preset:
    """A frozen dataclass of settings; a ValueError from it says which of them do not go together."""

    name: str

    def layers(self) -> list[Layer]:
        """The model as it could have been written by hand: the resolved spec holds it so."""
        raise NotImplementedError


def normalized(filters: int, kernel: int = 3, stride: int = 1, bend: bool = True) -> list[Layer]:
    """Convolution without a bias, batch normalisation that has one, and ReLU."""
    return [Conv(filters, kernel, stride, bias=False), BatchNorm(), *([ReLU()] if bend else [])]


def classifier(dropout: float = 0.0) -> list[Layer]:
    """From a vector to one number a class: small at the start, as no ReLU follows."""
    return [*([Dropout(dropout)] if dropout else []), Dense("classes", init=LecunNormal())]
