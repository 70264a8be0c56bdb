import numpy as np
import pytest

from fitcli.optim.lars import LARS
from fitcli.optim.lookahead import Lookahead
from fitcli.optim.sgd import SGD


def twin(k=5, alpha=0.5, momentum=0.9):
    """Algorithm 1 of Zhang et al. (2019), the outer loop unrolled."""

    def step(p, g, t, lr, memory):
        slow = memory.setdefault("slow", p)
        v = memory["v"] = momentum * memory.get("v", 0) + g
        p = p - lr * v
        if t % k == 0:
            p = memory["slow"] = slow + alpha * (p - slow)
        return p

    return step


@pytest.mark.parametrize("settings", [{}, {"k": 3, "alpha": 0.8}, {"k": 1, "alpha": 1.0}])
def test_the_equations(compare, settings):
    compare(Lookahead(SGD(momentum=0.9), **settings), twin(**settings))


def test_whole_blocks(compare):
    def step(p, g, t, lr, memory):
        slow = memory.setdefault("slow", p)
        p = p - 0.3 * lr * np.linalg.norm(p) / np.linalg.norm(g) * g
        if t % 5 == 0:
            p = memory["slow"] = slow + 0.5 * (p - slow)
        return p

    compare(Lookahead(LARS(momentum=0.0, eta=0.3, eps=0.0)), step, shape=(3, 2, 5))


def test_steps_in_between_are_those_of_the_other(walk):
    def function(p):
        return 0.0, np.ones(2)

    found = walk(Lookahead(SGD(lr=0.5), k=10), function, np.zeros(2), steps=9)
    np.testing.assert_allclose(found.p, -4.5)
    np.testing.assert_array_equal(found.memory.states["slow"], 0)
