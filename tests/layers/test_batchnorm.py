import numpy as np

from fitcli.layers.batchnorm import BatchNorm

X = np.random.default_rng(0).standard_normal((4, 3, 2, 5)) * 3 + 1


def test_parameters_and_shape(build):
    built = build(BatchNorm(), (3, 2, 5))
    assert built.shape == (3, 2, 5) and built.nodes == ["0.batchnorm"]
    assert built.params == {f"0.batchnorm.{name}": (5,) for name in ("gamma", "beta", "running_mean", "running_var")}
    assert built.decayed == []
    assert [p.name for p in built.graph.params if not p.trained] == ["0.batchnorm.running_mean", "0.batchnorm.running_var"]


def test_it_begins_as_normalisation_in_training_and_as_nothing_outside(build):
    built = build(BatchNorm(eps=1e-12), (3, 2, 5))
    y = built(X, train=True).reshape(-1, 5)
    np.testing.assert_allclose(y.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(y.std(0), 1, rtol=1e-9)
    np.testing.assert_allclose(built(X), X, rtol=1e-9)


def test_a_vector_is_normalised_number_by_number(build):
    x = X.reshape(4, 30)
    y = build(BatchNorm(eps=1e-12), (30,))(x, train=True)
    np.testing.assert_allclose(y, (x - x.mean(0)) / x.std(0), rtol=1e-8, atol=1e-10)


def test_settings_reach_the_op(build):
    op = build(BatchNorm(momentum=0.3, eps=0.2), (5,)).graph.output.op
    assert (op.momentum, op.eps) == (0.3, 0.2)
    x = X.reshape(-1, 5)
    y = build(BatchNorm(eps=0.2), (5,))(x, train=True)
    np.testing.assert_allclose(y, (x - x.mean(0)) / np.sqrt(x.var(0) + 0.2), rtol=1e-10, atol=1e-12)
