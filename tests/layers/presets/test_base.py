import pytest

from fitcli.layers.batchnorm import BatchNorm
from fitcli.layers.conv import Conv
from fitcli.layers.dropout import Dropout
from fitcli.layers.presets import PRESETS
from fitcli.layers.presets.base import Preset, classifier, normalized
from fitcli.layers.relu import ReLU


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_learns_at_once_and_comes_back(name, descends, comes_back):
    descends(name)
    comes_back(name)


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_takes_other_images(name, made):
    model = made(name, (32, 48, 3))
    assert model.graph.output.shape == (3,)


def test_a_preset_without_layers_is_not_silent():
    with pytest.raises(NotImplementedError):
        Preset().layers()


def test_the_common_parts():
    assert normalized(8) == [Conv(8, 3, 1, bias=False), BatchNorm(), ReLU()]
    assert normalized(8, 1, 2, bend=False) == [Conv(8, 1, 2, bias=False), BatchNorm()]
    assert [layer.name for layer in classifier()] == ["dense"]
    assert classifier(0.5)[0] == Dropout(0.5) and classifier(0.5)[1].units == "classes"
