import numpy as np
import pytest

from fitcli.optim.sgd import SGD


def twin(momentum=0.0, nesterov=False, dampening=0.0, decay=0.0):
    def step(p, g, t, lr, memory):
        g = g + decay * p
        v = memory["v"] = momentum * memory["v"] + (1 - dampening) * g if memory else g
        return p - lr * (g + momentum * v if nesterov else v)

    return step


SETTINGS = [
    {},
    {"weight_decay": 0.05},
    {"momentum": 0.9},
    {"momentum": 0.9, "weight_decay": 0.05},
    {"momentum": 0.9, "nesterov": True},
    {"momentum": 0.5, "nesterov": True, "weight_decay": 0.05},
    {"momentum": 0.9, "dampening": 0.3, "weight_decay": 0.05},
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_equations(compare, settings):
    numbers = {k: v for k, v in settings.items() if k != "weight_decay"}
    compare(SGD(**settings), twin(**numbers, decay=settings.get("weight_decay", 0)))


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_weights_decay_only_where_asked(compare, momentum):
    compare(SGD(momentum=momentum, weight_decay=0.5), twin(momentum), decay=False)


@pytest.mark.parametrize("settings", SETTINGS)
def test_pytorch_does_the_same(against_torch, settings):
    against_torch(SGD(**settings), "SGD", **settings)


def test_one_step_by_hand():
    p, v = np.array([1.0, -2.0]), np.array([4.0, 0.0])
    SGD(momentum=0.5, weight_decay=0.1).update(p, np.array([1.0, 1.0]), [v], np.array([0.1, 2]), True)
    np.testing.assert_allclose(v, [3.1, 0.8], rtol=1e-15)
    np.testing.assert_allclose(p, [0.69, -2.08], rtol=1e-15)


def test_it_keeps_a_velocity_only_with_momentum():
    assert (SGD().states, SGD(momentum=0.9).states) == ((), ("v",))


def test_nesterov_without_momentum_is_refused():
    with pytest.raises(ValueError, match="nesterov needs a momentum above 0"):
        SGD(nesterov=True)


@pytest.mark.parametrize("settings", [{}, {"momentum": 0.9, "nesterov": True}])
def test_dampening_alone_or_with_nesterov_is_refused(settings):
    with pytest.raises(ValueError, match="dampening needs a momentum above 0, without nesterov"):
        SGD(dampening=0.5, **settings)
