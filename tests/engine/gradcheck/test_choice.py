import pytest

from fitcli.engine.gradcheck.choice import WHOLE, chosen
from fitcli.errors import SpecError


def names(small, layer):
    nodes, whole = chosen(small, layer)
    return [n.name for n in nodes], whole


def test_everything(small):
    assert names(small, None) == ([n.name for n in small.layers], True)


@pytest.mark.parametrize("layer", ["0.conv", "0"])
def test_by_name_or_a_part_of_it(small, layer):
    found, whole = names(small, layer)
    assert found == ["0.conv"] and not whole


def test_a_part_of_a_fused_layer(small):
    fused = next(n.name for n in small.layers if "batchnorm" in n.name)
    assert "+" in fused
    for layer in (fused, "1.batchnorm", "batchnorm", "2.relu", "relu"):
        assert names(small, layer) == ([fused], False)


def test_by_op(small):
    assert names(small, "softmax_cross_entropy") == (["loss"], False) == names(small, "loss")
    assert len(names(small, "conv2d")[0]) == 2


def test_the_whole_model(small):
    assert names(small, WHOLE) == ([], True)


def test_all_that_is_inside(small):
    inside = [n for n in names(small, None)[0] if n.startswith("4.residual")]
    assert len(inside) >= 2 and names(small, "4.residual.layers")[0] == [n for n in inside if "layers" in n]
    assert names(small, "4")[0] == inside


def test_an_unknown_name(small):
    with pytest.raises(SpecError) as error:
        chosen(small, "0.cnov")
    assert "no layer is called '0.cnov'" in str(error.value) and "try: --layer 0.conv" in str(error.value)
    assert "whole model" in str(error.value) and error.value.exit_code == 2


@pytest.mark.parametrize("layer", ["99", "-1"])
def test_a_number_beyond_the_layers(small, layer):
    last = max(int(n.name.split("+")[-1].split(".")[0]) for n in small.layers if n.name != "loss")
    with pytest.raises(SpecError) as error:
        chosen(small, layer)
    assert str(error.value) == f"--layer: there is no layer {layer}\n  allowed: 0 to {last}, or a name such as 0.conv"
    assert names(small, str(last))[0]


def test_a_name_of_two_words_is_quoted(small):
    with pytest.raises(SpecError, match="try: --layer 'whole model'"):
        chosen(small, "whole modl")
