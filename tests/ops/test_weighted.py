from dataclasses import dataclass

import pytest

from fitcli.ops.relu import ReLU
from fitcli.ops.sigmoid import Sigmoid
from fitcli.ops.weighted import Weighted


@dataclass(frozen=True)
class Some(Weighted):
    bias: bool = False
    clip: bool = False


@pytest.mark.parametrize("bias", [False, True])
def test_a_relu_is_taken_in_once_and_nothing_else(bias):
    clipped = Some(bias).absorb(ReLU())
    assert clipped == Some(bias, clip=True)
    assert clipped.absorb(ReLU()) is None
    assert Some(bias).absorb(Sigmoid()) is None


@pytest.mark.parametrize("clip", [False, True])
def test_a_bias_goes_in_front_of_a_clip_only(clip):
    assert Some().biased(clip) == Some(True).biased(clip) == Some(bias=True, clip=clip)
    assert Some(clip=True).biased(clip) is None
