import pytest

from fitcli.optim.momentum import Momentum


def twin(momentum=0.9, decay=0.0):
    """The heavy ball at a rate that is the same in every step: the distance of the step before is carried on."""

    def step(p, g, t, lr, memory):
        before = memory.get("p", p)
        memory["p"] = p
        carried = (p - before) * lr / memory.get("lr", lr)
        memory["lr"] = lr
        return p - lr * (g + decay * p) + momentum * carried

    return step


@pytest.mark.parametrize("momentum", [0.9, 0.5])
def test_the_equations(compare, momentum):
    compare(Momentum(momentum=momentum), twin(momentum))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(Momentum(weight_decay=0.5), twin(decay=0.5 * decay), decay)


def test_pytorch_does_the_same(against_torch):
    against_torch(Momentum(momentum=0.8, weight_decay=0.1), "SGD", momentum=0.8, weight_decay=0.1)
