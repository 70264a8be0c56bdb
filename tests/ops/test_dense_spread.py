"""A wide layer in training: weights shared out or not, the same numbers (autodiff's tests compare with the eager walk)."""

import numpy as np
import pytest

from fitcli.autodiff.graph import Builder, Graph, fuse
from fitcli.autodiff.params import Params
from fitcli.autodiff.program import Program
from fitcli.autodiff.setup import Setup
from fitcli.layers.base import build_chain
from fitcli.layers.dense import Dense
from fitcli.layers.relu import ReLU
from fitcli.losses.cross_entropy import CrossEntropy
from fitcli.ops import dense


def gradient_of(features, images, workers, dtype):
    g = Builder(3)
    x, labels = g.input("x", (40,)), g.input("labels", (), "i8")
    y = build_chain(g, x, [Dense(features), ReLU(), Dense(features, bias=False), Dense("classes")], "model")
    loss = CrossEntropy().build(g, y, labels)
    graph = fuse(Graph(tuple(g.nodes), y, loss))
    params = Params(graph, np.dtype(dtype))
    rng = np.random.default_rng(3)
    params.assign({p.name: rng.standard_normal(p.shape) / 6 for p in graph.params})
    program = Program(graph, params, Setup(images, workers, 64, dtype), train=True, clock=np.zeros(2, np.int64))
    program.inputs[x][...] = rng.standard_normal((images, 40))
    program.inputs[labels][...] = rng.integers(0, 3, images)
    for _ in range(2):  # twice: what is written must not be added to what was there
        program.differentiate()
    return program.gradient.copy(), program.outputs.copy(), program.gradient_norm


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(("features", "images", "workers"), [(64, 6, 2), (37, 5, 3), (5, 4, 4), (130, 2, 2)])
def test_the_gradient_is_the_same(features, images, workers, dtype, monkeypatch):
    wanted = gradient_of(features, images, 1, dtype)
    monkeypatch.setattr(dense.Dense, "spreads", lambda self, images, x, w, *b: self.features == features)
    for found, one in zip(gradient_of(features, images, workers, dtype), wanted, strict=True):
        np.testing.assert_allclose(found, one, rtol=0, atol=2000 * np.finfo(dtype).eps)


def test_few_images_and_many_weights():
    op = dense.Dense(256)
    assert op.spreads(128, (784,), (784, 256), (256,))
    assert not op.spreads(256, (784,), (784, 256), (256,)) and not op.spreads(8, (64,), (64, 64))
