import numpy as np
import pytest

from fitcli.optim.signsgd import SignSGD


def twin(momentum=0.0, decay=0.0):
    def step(p, g, t, lr, memory):
        m = memory["m"] = momentum * memory.get("m", 0) + (1 - momentum) * g
        return p - lr * (np.sign(m) + decay * p)

    return step


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_equations(compare, momentum):
    compare(SignSGD(momentum=momentum), twin(momentum))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(SignSGD(weight_decay=0.5), twin(decay=0.5 * decay), decay)


def test_each_number_moves_by_the_rate_or_not_at_all():
    p = np.zeros(3)
    SignSGD().update(p, np.array([5.0, 0.0, -1e-9]), [], np.array([0.25, 1]), True)
    np.testing.assert_array_equal(p, [-0.25, 0, 0.25])


def test_it_keeps_an_average_only_with_momentum():
    assert (SignSGD().states, SignSGD(momentum=0.9).states) == ((), ("m",))
