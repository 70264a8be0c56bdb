import numpy as np
import pytest

from fitcli.autodiff.check.complexstep import complex_step
from fitcli.autodiff.check.function import Function
from fitcli.autodiff.check.vectors import signed, unit
from fitcli.autodiff.graph import Builder, Graph
from fitcli.ops.batchnorm import BatchNorm
from fitcli.ops.dropout import Dropout
from fitcli.ops.softmax_cross_entropy import SoftmaxCrossEntropy


@pytest.fixture
def point():
    """Two ops one behind the other that sum over the batch, draw, and have state: f and v."""
    g = Builder(2)
    x = g.input("input", (3, 4, 2))
    params = [g.param(name, (2,), None, trained=name in "ab") for name in ("a", "b", "mean", "var")]
    with g.scope("norm"):
        y = g.apply(BatchNorm(), x, params=tuple(params))
    with g.scope("drop"):
        y = g.apply(Dropout(0.4), y)
    rng = np.random.default_rng(0)
    f = Function(Graph(tuple(g.nodes), y), {}, {p: np.ones(2) for p in params[2:]})
    return f, {"input": rng.standard_normal((5, 3, 4, 2)), "a": np.array([1.2, 0.7]), "b": np.array([0.1, -2.0])}


@pytest.mark.parametrize("block", ["", "input", "a", "b"])
def test_it_is_the_push_forward_to_the_last_bits(point, block):
    f, v = point
    d = signed(np.random.default_rng(1), v, *([block] if block else []))
    exact, pushed = complex_step(f, v, d), f.at(v).push({k: d.get(k, np.zeros_like(v[k])) for k in v})
    np.testing.assert_allclose(exact, pushed, atol=2e-15 * np.abs(exact).max())
    assert (exact == 0).any() and np.abs(exact).max() > 0.1  # what dropout left out, and the rest


def test_one_coordinate(point):
    f, v = point
    exact = complex_step(f, v, unit(v, "b", 1))
    assert (exact[..., 0] == 0).all() and set(np.round(np.unique(exact[..., 1] / exact.max()), 12)) == {0.0, 1.0}


def test_labels_stay_numbers():
    g = Builder(3)
    x, labels = g.input("input", (3,)), g.input("labels", (), "i8")
    with g.scope("loss"):
        y = g.apply(SoftmaxCrossEntropy(), x, labels)
    f = Function(Graph(tuple(g.nodes), y), {labels: np.array([2, 0])}, {})
    v = {"input": np.array([[0.1, 0.5, -1.0], [30.0, -700.0, 2.0]])}
    exact = complex_step(f, v, {"input": np.ones((2, 3)) * [1, 0, 0]})
    p = np.exp(v["input"] - v["input"].max(1, keepdims=True))
    np.testing.assert_allclose(exact, p[:, 0] / p.sum(1) - [0, 1], rtol=1e-14, atol=1e-15)
