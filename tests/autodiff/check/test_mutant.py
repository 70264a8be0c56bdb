import numpy as np
import pytest

from fitcli.autodiff.check.mutant import BOTH, CATALOGUE, PULL, PUSH, factor, mutated

NAMES = {m.name: m for m in CATALOGUE}


@pytest.fixture
def healthy(affine, build_function):
    return build_function(affine(), (4,), ("a", "b"))


def maps(f, v, graph=None):
    point = (f.on(graph) if graph else f).at(v)
    d = {k: np.cos(np.arange(x.size, dtype=float)).reshape(x.shape) for k, x in v.items()}
    w = np.sin(np.arange(20.0)).reshape(5, 4)
    return point.y, point.push(d).copy(), point.pull(w), d, w


@pytest.mark.parametrize("where", [PUSH, PULL, BOTH])
def test_a_factor_in_one_block(healthy, where):
    f, v = healthy
    y, push, pull, d, _ = maps(f, v)
    y2, push2, pull2, *_ = maps(f, v, mutated(f.graph, 1, factor(3.0), where))
    np.testing.assert_array_equal(y, y2)
    np.testing.assert_allclose(push2 - push, 0 if where == PULL else 2 * d["a"] * v["input"], atol=1e-12)
    for name in v:
        np.testing.assert_allclose(pull2[name], pull[name] * (3 if name == "a" and where != PUSH else 1))


@pytest.mark.parametrize("mutation", [m for m in CATALOGUE if not m.images], ids=lambda m: m.name)
@pytest.mark.parametrize("block", [0, 1, 2])
def test_both_are_each_others_transpose(healthy, mutation, block):
    f, v = healthy
    _, push, pull, d, w = maps(f, v, mutated(f.graph, block, mutation, BOTH))
    assert (push * w).sum() == pytest.approx(sum((d[k] * pull[k]).sum() for k in d), rel=1e-12, abs=1e-12)


def test_a_missing_image(healthy):
    f, v = healthy
    _, _, pull, _, w = maps(f, v, mutated(f.graph, 2, NAMES["missing sum"], PULL))
    np.testing.assert_allclose(pull["b"], w[:-1].sum(0))
    np.testing.assert_allclose(pull["a"], (v["input"] * w).sum(0))


def test_what_the_errors_do():
    a = np.arange(6.0).reshape(2, 3)
    assert NAMES["shifted by one"].spoil(a).tolist() == [[2, 0, 1], [5, 3, 4]]
    assert NAMES["shifted by one"].transpose(NAMES["shifted by one"].spoil(a)).tolist() == a.tolist()
    square = np.arange(9.0).reshape(1, 3, 3)
    assert NAMES["transposed"].spoil(square).tolist() == [square[0].T.tolist()]
    assert NAMES["transposed"].spoil(a) is a
    assert (NAMES["one entry 1.01"].spoil(a) != a).sum() == 1
    assert NAMES["sign"].spoil(a).tolist() == (-a).tolist() and not NAMES["dropped term"].spoil(a).any()
