"""A layer in a planned program, by two workers and small microbatches, does what it does on numpy arrays at once."""

from __future__ import annotations

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.autodiff.graph import Builder, Graph, fuse
from fitcli.autodiff.params import Params
from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.layers.base import build_chain
from fitcli.losses.cross_entropy import CrossEntropy
from fitcli.spec import parse_spec

SHAPE, BATCH, SEED = (5, 6, 4), 5, 3

LAYERS = [
    "relu6", "leaky_relu", "prelu", "prelu: {each: channel}", "elu", "selu", "celu: 0.7", "gelu", "gelu: tanh",
    "silu", "mish", "hardswish", "hardsigmoid", "softplus: 2", "softsign", "softmax", "log_softmax",
    "avgpool", "avgpool: {size: 3, stride: 2, padding: 1, count_include_pad: false}", "adaptiveavgpool: [2, 4]",
    "globalmaxpool", "lppool", "layernorm", "layernorm: {affine: false}", "groupnorm: 2", "instancenorm",
    "instancenorm: {affine: true}", "rmsnorm", "lrn: 3", "spatial_dropout", "droppath: 0.5", "gaussian_noise",
    "reshape: [6, -1]", "permute: [2, 0, 1]", "scale: 0.5", "upsample", "upsample: {factor: [1, 2], mode: bilinear}",
    "pad: {size: [1, 2], mode: reflect}", "crop: [1, 0]",
    "dct", "dct: {block: [5, 2], inverse: true}", "separable_conv: 6", "positions", "maxpool: {size: 2, ceil_mode: true}",
    "avgpool: {size: 3, stride: 2, padding: 1, ceil_mode: true}",
]
TOKENS = ["attention: 2", "attention: {heads: 2, dropout: 0.4}", "class_token", "positions", "mlp: 5", "mlp: {units: 5, over: tokens}", "layernorm", "gelu",
          "dense: 6", "permute: [1, 0]", "dropout: 0.3", "droppath: 0.5"]  # fmt: skip
ENDS = ["first_token", "globalavgpool", "globalmaxpool"]  # fmt: skip


def graph_of(layer: str) -> Graph:
    """A convolution, the layer and a classifier, so that gradients pass through the layer."""
    entry = f"{{{layer}}}" if ":" in layer else layer
    flat = "" if layer == "globalmaxpool" else "flatten, "
    return built(f"[{{conv: {{filters: 4, kernel: 1}}}}, {entry}, {flat}{{dense: 3}}]")


def built(model: str) -> Graph:
    spec = parse_spec(f"{{data: {{path: x}}, model: {model}}}")
    g = Builder(3)
    x, labels = g.input("image", SHAPE), g.input("labels", (), "i8")
    y = build_chain(g, x, spec.model, "model")
    with g.scope("loss"):
        loss = CrossEntropy().build(g, y, labels)
    return Graph(tuple(g.nodes), y, loss)


def transformer(layer: str) -> Graph:
    """Tokens of a convolution's pixels, the layer and a classifier."""
    end = layer if layer in ENDS else f"{{{layer}}}, flatten" if ":" in layer else f"{layer}, flatten"
    return built(f"[{{patches: {{size: [1, 2], features: 4}}}}, {end}, {{dense: 3}}]")


@pytest.mark.parametrize("layer", LAYERS)
def test_a_program_and_eager_agree(layer):
    same(graph_of(layer))


@pytest.mark.parametrize("layer", [*TOKENS, *ENDS])
def test_a_program_and_eager_agree_on_tokens(layer):
    same(transformer(layer))


def same(graph: Graph) -> None:
    fused = fuse(graph)
    rng = np.random.default_rng(1)
    weights = {p: 0.5 * rng.standard_normal(p.shape) for p in graph.params}
    images, labels = rng.standard_normal((BATCH, *SHAPE)), rng.integers(0, 3, BATCH)

    eager = Eager(graph, weights, seed=SEED)
    tape = eager.forward(dict(zip(graph.inputs, (images, labels), strict=True)))
    _, wanted = eager.pull_back(tape, np.full(BATCH, 1 / BATCH))

    params = Params(fused, np.dtype("f8"))
    params.assign({p.name: w for p, w in weights.items()})
    setup = Setup(BATCH, workers=2, microbatch=2, dtype="f8")
    program = Program(fused, params, setup, train=True, clock=np.array([SEED, 0]))
    for node, values in zip(fused.inputs, (images, labels), strict=True):
        program.inputs[node][...] = values
    program.differentiate()
    np.testing.assert_allclose(program.losses, tape.value[graph.loss], rtol=1e-11)
    found = params.layout.views(program.gradient, params.state)
    for p in graph.params:
        np.testing.assert_allclose(found[p], wanted[p], rtol=1e-9, atol=1e-12, err_msg=p.name)
