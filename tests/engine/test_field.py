"""What a layer sees of the image: by the rule, and by which pixels move its output."""

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph
from fitcli.engine.field import receptive_fields
from fitcli.layers.base import build_chain
from fitcli.model import build_model
from fitcli.spec import parse_spec


def graph(layers, shape):
    spec = parse_spec(f"data: {{path: x}}\nmodel: [{layers}, flatten, dense: classes]")
    return build_model(spec, ("a", "b"), shape).graph


def field(layers, shape=(40, 40, 1)):
    made = graph(layers, shape)
    (flat,) = [node for node in made.nodes if node.name.endswith(".flatten")]
    return receptive_fields(made)[flat.inputs[0]]


@pytest.mark.parametrize(
    ("layers", "wanted"),
    [
        ("conv: {filters: 2, kernel: [3, 5]}", [3, 5]),
        ("conv: 2, conv: 2, relu", [5, 5]),
        ("conv: {filters: 2, stride: 2}, conv: 2", [7, 7]),
        ("conv: {filters: 2, dilation: 3}", [7, 7]),
        ("maxpool: 2, conv: 2", [6, 6]),
        ("batchnorm, relu, maxpool: 2, conv: 2", [6, 6]),
        ("maxpool: {size: 3, stride: 2}, avgpool: 2, depthwise: 3", [13, 13]),
        ("dct: 8", [8, 8]),
        ("dct: 8, conv: 2", [16, 16]),
        ("conv: 2, dct: [4, 2], conv: 2, conv: 2", [10, 8]),
        ("residual: [dct: 8, conv: 1]", [16, 16]),
        ("branches: [[dct: 8], [conv: {filters: 1, kernel: 9}]]", [9, 9]),
        ("dct", [40, 40]),
        ("upsample: 2, conv: 2", [2, 2]),
        ("adaptiveavgpool: 10, conv: 2", [12, 12]),
        ("residual: [conv: 1, conv: 1]", [5, 5]),
        ("branches: [[conv: {filters: 1, kernel: 7}], [conv: 2, maxpool: {size: 2, stride: 1, padding: 0},"
         " pad: [0, 1, 0, 1]]]", [7, 7]),
        ("branches: {paths: [[], [globalavgpool, dense: 1]], join: multiply}", [40, 40]),
        ("patches: {size: 4, features: 3}, layernorm, dense: 5, gelu", [4, 4]),
        ("patches: {size: 4, features: 3}, attention", [40, 40]),
        ("patches: {size: 4, features: 3}, mlp: {units: 2, over: tokens}", [40, 40]),
        ("reshape: [40, 40]", [40, 40]),
        ("repeat: {times: 30, layers: [conv: 1]}", [40, 40]),
    ],
)  # fmt: skip
def test_the_rule(layers, wanted):
    assert field(layers) == wanted


@pytest.mark.parametrize(
    "layers",
    [
        "conv: {filters: 2, stride: 2}, conv: {filters: 2, kernel: [1, 3]}, avgpool: 2",
        "conv: {filters: 2, dilation: 2}, avgpool: {size: 3, stride: 2}, depthwise: [3, 1]",
        "residual: {layers: [conv: {filters: 2, stride: 2}, conv: 2], shortcut: [conv: {filters: 2, kernel: 1, stride: 2}]}",
        "patches: {size: [5, 4], features: 2}, dense: 3",
        "dct: [5, 4]",
        "dct: [5, 4], conv: 2, conv: 2",
        "conv: 2, dct: [4, 2], conv: {filters: 2, stride: 2}, conv: 2",
    ],
)
def test_the_pixels_that_have_a_gradient(layers):
    """All maps here are linear, so every pixel of the field has its share in the output of a random network."""
    spec = parse_spec(f"data: {{path: x}}\nmodel: [{layers}]")
    g = Builder(2)
    image = g.input("image", (20, 20, 1))
    last = build_chain(g, image, spec.model, "model")
    made, rng = Graph(tuple(g.nodes), last), np.random.default_rng(0)
    eager = Eager(made, {p: rng.standard_normal(p.shape) for p in made.params})
    places = list(np.ndindex(last.shape[:-1]))  # an image for each, with a gradient there alone
    tape = eager.forward({image: np.zeros((len(places), 20, 20, 1))})
    y_bar = np.zeros((len(places), *last.shape))
    for index, place in enumerate(places):
        y_bar[(index, *place)] = 1
    x_bars, _ = eager.pull_back(tape, y_bar)
    touched = [np.argwhere(abs(x_bar[:, :, 0]) > 1e-12) for x_bar in x_bars[image]]
    assert np.max([np.ptp(pixels, axis=0) + 1 for pixels in touched], axis=0).tolist() == receptive_fields(made)[last]
