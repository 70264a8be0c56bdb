import pytest

from fitcli.optim.nesterov import Nesterov


def twin(momentum=0.9, decay=0.0):
    def step(p, g, t, lr, memory):
        g = g + decay * p
        v = memory["v"] = momentum * memory.get("v", 0) + g
        return p - lr * (g + momentum * v)

    return step


@pytest.mark.parametrize("momentum", [0.9, 0.5])
def test_the_equations(compare, momentum):
    compare(Nesterov(momentum=momentum), twin(momentum))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(Nesterov(weight_decay=0.5), twin(decay=0.5 * decay), decay)


def test_pytorch_does_the_same(against_torch):
    against_torch(Nesterov(momentum=0.8, weight_decay=0.1), "SGD", momentum=0.8, nesterov=True, weight_decay=0.1)
