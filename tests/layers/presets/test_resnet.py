import pytest

from fitcli.errors import SpecError
from fitcli.spec import parse_spec


def test_resnet_20_has_0_27_million_parameters(made):
    """He et al., 2016, table 6, for colour and ten classes; here three, grey, and convolutions as shortcuts."""
    model = made("resnet")
    convolutions = 9 * 16 + 6 * 9 * 16**2 + 9 * 16 * 32 + 5 * 9 * 32**2 + 9 * 32 * 64 + 5 * 9 * 64**2
    norms = 2 * (7 * 16 + 6 * 32 + 6 * 64)
    shortcuts = 16 * 32 + 64 + 32 * 64 + 128
    assert model.params.count == convolutions + norms + shortcuts + 64 * 3 + 3 == 271_731
    assert sum(node.op.name == "conv2d" for node in model.graph.nodes if node.op) == 19 + 2


@pytest.mark.parametrize("depth", [8, 14, 32])
def test_depth_counts_the_layers_that_have_weights(depth, made):
    nodes = [node.op for node in made(f"resnet, depth: {depth}, width: 4").graph.nodes if node.op]
    shortcuts = sum(op.name == "conv2d" and op.kernel == (1, 1) for op in nodes)
    assert shortcuts == 2
    assert sum(op.name in ("conv2d", "dense") for op in nodes) - shortcuts == depth


def test_a_depth_that_there_is_not():
    with pytest.raises(SpecError) as caught:
        parse_spec("data: {path: x}\nmodel: {preset: resnet, depth: 21}", "s.yaml")
    assert caught.value.exit_code == 2
    assert str(caught.value) == "s.yaml:2: model: resnet's depth is 6 n + 2, for example 20 or 26, not 21"
