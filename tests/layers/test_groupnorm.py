import numpy as np

from fitcli.layers.groupnorm import GroupNorm
from fitcli.spec import parse_spec

X = np.random.default_rng(0).standard_normal((4, 3, 2, 6)) * 3 + 1


def test_parameters_and_shape(build):
    built = build(GroupNorm(2), (3, 2, 6))
    assert built.shape == (3, 2, 6) and built.nodes == ["0.groupnorm"]
    assert built.params == {"0.groupnorm.gamma": (6,), "0.groupnorm.beta": (6,)} and built.decayed == []
    assert build(GroupNorm(2, affine=False), (3, 2, 6)).params == {}


def test_it_begins_as_normalisation_of_each_group(build):
    for affine in (True, False):
        y = build(GroupNorm(2, 1e-12, affine), (3, 2, 6))(X).reshape(4, 6, 2, 3)
        np.testing.assert_allclose(y.mean((1, 3)), 0, atol=1e-12)
        np.testing.assert_allclose(y.std((1, 3)), 1, rtol=1e-9)


def test_gamma_and_beta_are_one_a_channel(build):
    gamma, beta = np.arange(6.0), np.arange(6.0) - 7
    plain = build(GroupNorm(3, affine=False), (3, 2, 6))(X)
    y = build(GroupNorm(3), (3, 2, 6))(X, {"0.groupnorm.gamma": gamma, "0.groupnorm.beta": beta})
    np.testing.assert_allclose(y, gamma * plain + beta, rtol=1e-12)


def test_the_short_form():
    assert parse_spec("{data: {path: x}, model: [{groupnorm: 8}, groupnorm]}").model == [GroupNorm(8), GroupNorm(32)]


def test_groups_that_do_not_divide(wrong):
    problem = wrong("groupnorm: 2", "flatten", "dense: classes")
    assert (problem.where, problem.path) == ("s.yaml:3", "model[0].groupnorm")
    assert problem.message == "groupnorm cannot cut 3 channels into 2 equal groups"
    assert problem.hint in ("groups: 1", "groups: 3")
