import numpy as np
import pytest

from fitcli.optim.amsgrad import AMSGrad


def twin(beta1=0.9, beta2=0.999, eps=1e-8, decay=0.0, shrink=0.0):
    def step(p, g, t, lr, memory):
        p = p - lr * shrink * p
        g = g + decay * p
        m = memory["m"] = beta1 * memory.get("m", 0) + (1 - beta1) * g
        v = memory["v"] = beta2 * memory.get("v", 0) + (1 - beta2) * g**2
        u = memory["u"] = np.maximum(memory.get("u", 0), v)
        return p - lr * m / (1 - beta1**t) / (np.sqrt(u / (1 - beta2**t)) + eps)

    return step


@pytest.mark.parametrize("settings", [{}, {"beta1": 0.5, "beta2": 0.8}, {"eps": 0.1}])
def test_the_equations(compare, settings):
    compare(AMSGrad(**settings), twin(**settings))


@pytest.mark.parametrize("decay", [True, False])
def test_weight_decay(compare, decay):
    compare(AMSGrad(weight_decay=0.5), twin(decay=0.5 * decay), decay)
    compare(AMSGrad(weight_decay=0.5, decoupled=True), twin(shrink=0.5 * decay), decay)


@pytest.mark.parametrize("settings", [{}, {"weight_decay": 0.05, "eps": 1e-3}])
def test_pytorch_does_the_same(against_torch, settings):
    against_torch(AMSGrad(**settings), "Adam", amsgrad=True, **settings)
    against_torch(AMSGrad(decoupled=True, weight_decay=0.1), "AdamW", amsgrad=True, weight_decay=0.1)


def test_one_large_gradient_is_not_forgotten():
    p, states = np.zeros(1), [np.zeros(1) for _ in range(3)]
    for t, g in enumerate([100.0] + [1e-3] * 50, 1):
        AMSGrad(beta2=0.5).update(p, np.array([g]), states, np.array([0.01, t]), True)
    np.testing.assert_allclose(states[2], 5000.0)
