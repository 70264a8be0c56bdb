import numpy as np
import pytest

from fitcli.optim.novograd import NovoGrad


def twin(beta1=0.95, beta2=0.98, eps=1e-8, decay=0.0):
    """Algorithm 1 of Ginsburg et al. (2019), one layer."""

    def step(p, g, t, lr, memory):
        squares = np.sum(g**2)
        v = memory["v"] = beta2 * memory["v"] + (1 - beta2) * squares if memory else squares
        m = memory["m"] = beta1 * memory.get("m", 0) + (g / (np.sqrt(v) + eps) + decay * p)
        return p - lr * m

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.8}, {"eps": 0.5}])
@pytest.mark.parametrize("shape", [(3, 3, 2, 5), (37,)])
def test_the_equations(compare, settings, shape):
    compare(NovoGrad(**settings), twin(**settings), shape=shape)


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(NovoGrad(weight_decay=0.1), twin(decay=0.1 * decay), decay, shape=(6, 7))
